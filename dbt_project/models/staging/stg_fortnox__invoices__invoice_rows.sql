-- Written from the endpoint catalogue by `make staging`; change it there.
with source as (
    select *{{ columns_left_out(source('fortnox_raw', 'invoices')) }}
    from {{ source('fortnox_raw', 'invoices') }}
    where _deleted_at is null
),

renamed as (
    select
        -- ids
        source.company,
        source.financial_year,
        source.DocumentNumber as document_number,
        invoice_row_position as row_position,
        invoice_row.AccountNumber as account_number,
        nullif(invoice_row.ArticleNumber, '') as article_number,
        invoice_row.RowId as row_id,
        -- text
        nullif(invoice_row.CostCenter, '') as cost_center,
        nullif(invoice_row.Description, '') as description,
        nullif(invoice_row.DiscountType, '') as discount_type,
        nullif(invoice_row.HouseWorkType, '') as house_work_type,
        nullif(invoice_row.Project, '') as project,
        nullif(invoice_row.Unit, '') as unit,
        nullif(invoice_row.VATCode, '') as vat_code,
        nullif(invoice_row.StockPointCode, '') as stock_point_code,
        -- numbers
        invoice_row.ContributionPercent as contribution_percent,
        invoice_row.ContributionValue as contribution_value,
        invoice_row.Discount as discount,
        invoice_row.HouseWorkHoursToReport as house_work_hours_to_report,
        invoice_row.Price as price,
        invoice_row.Total as total,
        invoice_row.VAT as vat,
        invoice_row.Cost as cost,
        invoice_row.DeliveredQuantity as delivered_quantity,
        invoice_row.PriceExcludingVAT as price_excluding_vat,
        invoice_row.TotalExcludingVAT as total_excluding_vat,
        -- flags
        invoice_row.HouseWork as house_work,
        -- dates
        source.InvoiceDate as invoice_date
    from source
    {{ unnest_records('source', 'InvoiceRows', 'invoice_row') }}
)

select * from renamed
