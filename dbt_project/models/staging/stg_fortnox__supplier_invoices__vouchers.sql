-- Written from the endpoint catalogue by `make staging`; change it there.
with source as (
    select *{{ columns_left_out(source('fortnox_raw', 'supplier_invoices')) }}
    from {{ source('fortnox_raw', 'supplier_invoices') }}
    where _deleted_at is null
),

renamed as (
    select
        -- ids
        source.company,
        source.financial_year,
        source.GivenNumber as given_number,
        voucher_position as row_position,
        -- text
        nullif(voucher.ReferenceType, '') as reference_type,
        nullif(voucher.Series, '') as series,
        -- numbers
        voucher.Number as number,
        voucher.Year as year,
        -- dates
        source.InvoiceDate as invoice_date
    from source
    {{ unnest_records('source', 'Vouchers', 'voucher') }}
)

select * from renamed
