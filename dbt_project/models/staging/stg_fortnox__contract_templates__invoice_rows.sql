-- Written from the endpoint catalogue by `make staging`; change it there.
with source as (
    select *{{ columns_left_out(source('fortnox_raw', 'contract_templates')) }}
    from {{ source('fortnox_raw', 'contract_templates') }}
    where _deleted_at is null
),

renamed as (
    select
        -- ids
        source.company,
        source.ContractTemplate as contract_template,
        invoice_row_position as row_position,
        invoice_row.AccountNumber as account_number,
        nullif(invoice_row.ArticleNumber, '') as article_number,
        -- text
        nullif(invoice_row.CostCenter, '') as cost_center,
        nullif(invoice_row.Description, '') as description,
        nullif(invoice_row.DiscountType, '') as discount_type,
        nullif(invoice_row.Project, '') as project,
        nullif(invoice_row.Unit, '') as unit,
        -- numbers
        invoice_row.DeliveredQuantity as delivered_quantity,
        invoice_row.Discount as discount,
        invoice_row.Price as price
    from source
    {{ unnest_records('source', 'InvoiceRows', 'invoice_row') }}
)

select * from renamed
