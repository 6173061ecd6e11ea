-- Written from the endpoint catalogue by `make staging`; change it there.
with source as (
    select *{{ columns_left_out(source('fortnox_raw', 'offers')) }}
    from {{ source('fortnox_raw', 'offers') }}
    where _deleted_at is null
),

renamed as (
    select
        -- ids
        source.company,
        source.financial_year,
        source.DocumentNumber as document_number,
        offer_row_position as row_position,
        offer_row.AccountNumber as account_number,
        nullif(offer_row.ArticleNumber, '') as article_number,
        offer_row.RowId as row_id,
        -- text
        nullif(offer_row.CostCenter, '') as cost_center,
        nullif(offer_row.Description, '') as description,
        nullif(offer_row.DiscountType, '') as discount_type,
        nullif(offer_row.HouseWorkType, '') as house_work_type,
        nullif(offer_row.Project, '') as project,
        nullif(offer_row.Unit, '') as unit,
        nullif(offer_row.VATCode, '') as vat_code,
        -- numbers
        offer_row.ContributionPercent as contribution_percent,
        offer_row.ContributionValue as contribution_value,
        offer_row.Discount as discount,
        offer_row.HouseWorkHoursToReport as house_work_hours_to_report,
        offer_row.Price as price,
        offer_row.Total as total,
        offer_row.VAT as vat,
        offer_row.Quantity as quantity,
        -- flags
        offer_row.HouseWork as house_work,
        -- dates
        source.OfferDate as offer_date
    from source
    {{ unnest_records('source', 'OfferRows', 'offer_row') }}
)

select * from renamed
