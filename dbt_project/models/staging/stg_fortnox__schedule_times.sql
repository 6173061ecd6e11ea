-- Written from the endpoint catalogue by `make staging`; change it there.
with source as (
    select *{{ columns_left_out(source('fortnox_raw', 'schedule_times')) }}
    from {{ source('fortnox_raw', 'schedule_times') }}
    where _deleted_at is null
),

renamed as (
    select
        -- ids
        source.company,
        source.financial_year,
        source.EmployeeId as employee_id,
        source.{{ adapter.quote('Date') }} as schedule_time_date,
        nullif(source.ScheduleId, '') as schedule_id,
        -- numbers
        source.Hours as hours,
        source.IWH1 as iwh1,
        source.IWH2 as iwh2,
        source.IWH3 as iwh3,
        source.IWH4 as iwh4,
        source.IWH5 as iwh5
    from source
)

select * from renamed
