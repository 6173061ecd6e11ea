-- Written from the endpoint catalogue by `make staging`; change it there.
with source as (
    select *{{ columns_left_out(source('fortnox_raw', 'inbox')) }}
    from {{ source('fortnox_raw', 'inbox') }}
    where _deleted_at is null
),

renamed as (
    select
        -- ids
        source.company,
        -- text
        nullif(source.Id, '') as id,
        nullif(source.Email, '') as email,
        nullif(source.Name, '') as name
    from source
)

select * from renamed
