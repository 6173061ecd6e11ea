-- Written from the endpoint catalogue by `make staging`; change it there.
with source as (
    select *{{ columns_left_out(source('fortnox_raw', 'vacation_debt_basis')) }}
    from {{ source('fortnox_raw', 'vacation_debt_basis') }}
    where _deleted_at is null
),

renamed as (
    select
        -- ids
        source.company,
        source.Year as year,
        source.Month as month,
        employee_position as row_position,
        nullif(employee.EmployeeId, '') as employee_id,
        -- text
        nullif(employee.EmployeeName, '') as employee_name,
        -- numbers
        employee.DaysEarned as days_earned,
        employee.DaysSaved as days_saved,
        employee.DaysUnused as days_unused,
        employee.DebtAdvance as debt_advance,
        employee.DebtEarned as debt_earned,
        employee.DebtSaved as debt_saved,
        employee.DebtUnused as debt_unused,
        employee.TotalDebtEmployee as total_debt_employee,
        employee.TotalDebtEmployerContribution as total_debt_employer_contribution,
        employee.VariableEarned as variable_earned,
        employee.VariableUnused as variable_unused,
        employee.WageEarned as wage_earned,
        employee.WageSaved as wage_saved,
        employee.WageUnused as wage_unused
    from source
    {{ unnest_records('source', 'Employees', 'employee') }}
)

select * from renamed
