-- Written from the endpoint catalogue by `make staging`; change it there.
with source as (
    select *{{ columns_left_out(source('fortnox_raw', 'contract_accruals')) }}
    from {{ source('fortnox_raw', 'contract_accruals') }}
    where _deleted_at is null
),

renamed as (
    select
        -- ids
        source.company,
        source.DocumentNumber as document_number,
        accrual_row_position as row_position,
        -- text
        nullif(accrual_row.CostCenter, '') as cost_center,
        nullif(accrual_row.Project, '') as project,
        nullif(accrual_row.TransactionInformation, '') as transaction_information,
        -- numbers
        accrual_row.Account as account,
        accrual_row.Credit as credit,
        accrual_row.Debit as debit
    from source
    {{ unnest_records('source', 'AccrualRows', 'accrual_row') }}
)

select * from renamed
