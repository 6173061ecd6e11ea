-- Written from the endpoint catalogue by `make staging`; change it there.
with source as (
    select *{{ columns_left_out(source('fortnox_raw', 'supplier_invoice_file_connections')) }}
    from {{ source('fortnox_raw', 'supplier_invoice_file_connections') }}
    where _deleted_at is null
),

renamed as (
    select
        -- ids
        source.company,
        source.FileId as file_id,
        nullif(source.SupplierInvoiceNumber, '') as supplier_invoice_number,
        -- text
        nullif(source.Name, '') as name,
        nullif(source.SupplierName, '') as supplier_name
    from source
)

select * from renamed
