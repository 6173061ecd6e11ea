-- Written from the endpoint catalogue by `make staging`; change it there.
with source as (
    select *{{ columns_left_out(source('fortnox_raw', 'sie_vouchers')) }}
    from {{ source('fortnox_raw', 'sie_vouchers') }}
    where _deleted_at is null
),

renamed as (
    select
        -- ids
        source.company,
        source.financial_year,
        source.FinancialYearId as financial_year_id,
        source.Line as line,
        transaction_position as row_position,
        transaction.RowNumber as row_number,
        -- text
        nullif(transaction.Kind, '') as kind,
        nullif(transaction.Text, '') as text,
        nullif(transaction.Signature, '') as signature,
        nullif(transaction.CostCenter, '') as cost_center,
        nullif(transaction.Project, '') as project,
        -- numbers
        transaction.Account as account,
        transaction.Amount as amount,
        transaction.Quantity as quantity,
        -- dates
        source.TransactionDate as sie_voucher_transaction_date,
        transaction.TransactionDate as transaction_date
    from source
    {{ unnest_records('source', 'Transactions', 'transaction') }}
)

select * from renamed
