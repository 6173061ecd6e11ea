-- Written from the endpoint catalogue by `make staging`; change it there.
with source as (
    select *{{ columns_left_out(source('fortnox_raw', 'orders')) }}
    from {{ source('fortnox_raw', 'orders') }}
    where _deleted_at is null
),

renamed as (
    select
        -- ids
        source.company,
        source.financial_year,
        source.DocumentNumber as document_number,
        order_row_position as row_position,
        order_row.AccountNumber as account_number,
        nullif(order_row.ArticleNumber, '') as article_number,
        order_row.RowId as row_id,
        nullif(order_row.StockPointId, '') as stock_point_id,
        -- text
        nullif(order_row.CostCenter, '') as cost_center,
        nullif(order_row.Description, '') as description,
        nullif(order_row.DiscountType, '') as discount_type,
        nullif(order_row.HouseWorkType, '') as house_work_type,
        nullif(order_row.Project, '') as project,
        nullif(order_row.Unit, '') as unit,
        nullif(order_row.VATCode, '') as vat_code,
        nullif(order_row.StockPointCode, '') as stock_point_code,
        -- numbers
        order_row.ContributionPercent as contribution_percent,
        order_row.ContributionValue as contribution_value,
        order_row.Discount as discount,
        order_row.HouseWorkHoursToReport as house_work_hours_to_report,
        order_row.Price as price,
        order_row.Total as total,
        order_row.VAT as vat,
        order_row.Cost as cost,
        order_row.DeliveredQuantity as delivered_quantity,
        order_row.OrderedQuantity as ordered_quantity,
        order_row.ReservedQuantity as reserved_quantity,
        -- flags
        order_row.HouseWork as house_work,
        -- dates
        source.OrderDate as order_date
    from source
    {{ unnest_records('source', 'OrderRows', 'order_row') }}
)

select * from renamed
