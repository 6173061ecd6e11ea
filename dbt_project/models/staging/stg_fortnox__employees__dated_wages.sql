-- Written from the endpoint catalogue by `make staging`; change it there.
with source as (
    select *{{ columns_left_out(source('fortnox_raw', 'employees')) }}
    from {{ source('fortnox_raw', 'employees') }}
    where _deleted_at is null
),

renamed as (
    select
        -- ids
        source.company,
        source.EmployeeId as employee_id,
        dated_wage_position as row_position,
        nullif(dated_wage.EmployeeId, '') as dated_wage_employee_id,
        -- numbers
        dated_wage.HourlyPay as hourly_pay,
        dated_wage.MonthlySalary as monthly_salary,
        -- dates
        dated_wage.FirstDay as first_day
    from source
    {{ unnest_records('source', 'DatedWages', 'dated_wage') }}
)

select * from renamed
