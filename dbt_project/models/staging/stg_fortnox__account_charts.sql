-- Written from the endpoint catalogue by `make staging`; change it there.
with source as (
    select *{{ columns_left_out(source('fortnox_raw', 'account_charts')) }}
    from {{ source('fortnox_raw', 'account_charts') }}
    where _deleted_at is null
),

renamed as (
    select
        -- ids
        source.company,
        source.Name as name
    from source
)

select * from renamed
