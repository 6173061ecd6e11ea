-- Written from the endpoint catalogue by `make staging`; change it there.
with source as (
    select *{{ columns_left_out(source('fortnox_raw', 'salary_transactions')) }}
    from {{ source('fortnox_raw', 'salary_transactions') }}
    where _deleted_at is null
),

renamed as (
    select
        -- ids
        source.company,
        source.financial_year,
        source.SalaryRow as salary_row,
        nullif(source.EmployeeId, '') as employee_id,
        -- text
        nullif(source.CostCenter, '') as cost_center,
        nullif(source.Expense, '') as expense,
        nullif(source.Project, '') as project,
        nullif(source.SalaryCode, '') as salary_code,
        nullif(source.TextRow, '') as text_row,
        -- numbers
        source.Amount as amount,
        source.Number as number,
        source.Total as total,
        source.VAT as vat,
        -- dates
        source.{{ adapter.quote('Date') }} as salary_transaction_date
    from source
)

select * from renamed
