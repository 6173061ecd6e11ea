-- Written from the endpoint catalogue by `make staging`; change it there.
with source as (
    select *{{ columns_left_out(source('fortnox_raw', 'locked_period')) }}
    from {{ source('fortnox_raw', 'locked_period') }}
    where _deleted_at is null
),

renamed as (
    select
        -- ids
        source.company,
        -- dates
        source.EndDate as end_date
    from source
)

select * from renamed
