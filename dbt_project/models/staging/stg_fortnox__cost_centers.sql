-- Written from the endpoint catalogue by `make staging`; change it there.
with source as (
    select *{{ columns_left_out(source('fortnox_raw', 'cost_centers')) }}
    from {{ source('fortnox_raw', 'cost_centers') }}
    where _deleted_at is null
),

renamed as (
    select
        -- ids
        source.company,
        source.Code as code,
        -- text
        nullif(source.Description, '') as description,
        nullif(source.Note, '') as note,
        -- flags
        source.Active as active
    from source
)

select * from renamed
