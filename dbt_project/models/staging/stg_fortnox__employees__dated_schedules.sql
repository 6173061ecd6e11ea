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
        dated_schedule_position as row_position,
        nullif(dated_schedule.EmployeeId, '') as dated_schedule_employee_id,
        nullif(dated_schedule.ScheduleId, '') as schedule_id,
        -- dates
        dated_schedule.FirstDay as first_day
    from source
    {{ unnest_records('source', 'DatedSchedules', 'dated_schedule') }}
)

select * from renamed
