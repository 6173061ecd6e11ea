-- Written from the endpoint catalogue by `make staging`; change it there.
with source as (
    select *{{ columns_left_out(source('fortnox_raw', 'finance_invoices')) }}
    from {{ source('fortnox_raw', 'finance_invoices') }}
    where _deleted_at is null
),

renamed as (
    select
        -- ids
        source.company,
        source.InvoiceNumber as invoice_number,
        nullif(source.OCRNumber, '') as ocr_number,
        -- text
        nullif(source.InvoiceDocumentURL, '') as invoice_document_url,
        nullif(source.NextEvent, '') as next_event,
        nullif(source.Service, '') as service,
        nullif(source.ServiceName, '') as service_name,
        nullif(source.Status, '') as status,
        -- numbers
        source.BalanceIncludeFees as balance_include_fees,
        source.BalanceIncludeFeesCurrency as balance_include_fees_currency,
        source.CurrentCapitalBalance as current_capital_balance,
        source.CurrentCapitalBalanceCurrency as current_capital_balance_currency,
        -- dates
        source.NextEventDate as next_event_date
    from source
)

select * from renamed
