-- Written from the endpoint catalogue by `make staging`; change it there.
with source as (
    select *{{ columns_left_out(source('fortnox_raw', 'labels')) }}
    from {{ source('fortnox_raw', 'labels') }}
    where _deleted_at is null
),

renamed as (
    select
        -- ids
        source.company,
        source.Id as id,
        -- text
        nullif(source.Description, '') as description
    from source
)

select * from renamed
