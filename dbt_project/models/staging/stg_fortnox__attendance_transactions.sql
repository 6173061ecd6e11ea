-- Written from the endpoint catalogue by `make staging`; change it there.
with source as (
    select *{{ columns_left_out(source('fortnox_raw', 'attendance_transactions')) }}
    from {{ source('fortnox_raw', 'attendance_transactions') }}
    where _deleted_at is null
),

renamed as (
    select
        -- ids
        source.company,
        source.financial_year,
        source.id,
        nullif(source.EmployeeId, '') as employee_id,
        -- text
        nullif(source.CauseCode, '') as cause_code,
        nullif(source.CostCenter, '') as cost_center,
        nullif(source.Project, '') as project,
        -- numbers
        source.Hours as hours,
        -- dates
        source.{{ adapter.quote('Date') }} as attendance_transaction_date
    from source
)

select * from renamed
