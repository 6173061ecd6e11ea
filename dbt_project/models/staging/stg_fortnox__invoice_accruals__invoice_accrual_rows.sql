-- Written from the endpoint catalogue by `make staging`; change it there.
with source as (
    select *{{ columns_left_out(source('fortnox_raw', 'invoice_accruals')) }}
    from {{ source('fortnox_raw', 'invoice_accruals') }}
    where _deleted_at is null
),

renamed as (
    select
        -- ids
        source.company,
        source.InvoiceNumber as invoice_number,
        invoice_accrual_row_position as row_position,
        -- text
        nullif(invoice_accrual_row.CostCenter, '') as cost_center,
        nullif(invoice_accrual_row.Project, '') as project,
        nullif(invoice_accrual_row.TransactionInformation, '') as transaction_information,
        -- numbers
        invoice_accrual_row.Account as account,
        invoice_accrual_row.Credit as credit,
        invoice_accrual_row.Debit as debit
    from source
    {{ unnest_records('source', 'InvoiceAccrualRows', 'invoice_accrual_row') }}
)

select * from renamed
