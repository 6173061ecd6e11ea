-- Written from the endpoint catalogue by `make staging`; change it there.
with source as (
    select *{{ columns_left_out(source('fortnox_raw', 'supplier_invoice_payments')) }}
    from {{ source('fortnox_raw', 'supplier_invoice_payments') }}
    where _deleted_at is null
),

renamed as (
    select
        -- ids
        source.company,
        source.financial_year,
        source.Number as number,
        write_off_position as row_position,
        write_off.AccountNumber as account_number,
        -- text
        nullif(write_off.CostCenter, '') as cost_center,
        nullif(write_off.Currency, '') as currency,
        nullif(write_off.Description, '') as description,
        nullif(write_off.Project, '') as project,
        nullif(write_off.TransactionInformation, '') as transaction_information,
        -- numbers
        write_off.Amount as amount,
        -- dates
        source.PaymentDate as payment_date
    from source
    {{ unnest_records('source', 'WriteOffs', 'write_off') }}
)

select * from renamed
