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
        label_position as row_position,
        -- numbers
        label.Id as id,
        -- dates
        source.InvoiceDate as invoice_date
    from source
    {{ unnest_records('source', 'Labels', 'label') }}
)

select * from renamed
