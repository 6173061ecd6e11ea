-- Written from the endpoint catalogue by `make staging`; change it there.
with source as (
    select *{{ columns_left_out(source('fortnox_raw', 'me')) }}
    from {{ source('fortnox_raw', 'me') }}
    where _deleted_at is null
),

renamed as (
    select
        -- ids
        source.company,
        source.Id as id,
        -- text
        nullif(source.Email, '') as email,
        nullif(source.Locale, '') as locale,
        nullif(source.Name, '') as name,
        -- flags
        source.SysAdmin as sys_admin
    from source
)

select * from renamed
