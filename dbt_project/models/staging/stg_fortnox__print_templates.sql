-- Written from the endpoint catalogue by `make staging`; change it there.
with source as (
    select *{{ columns_left_out(source('fortnox_raw', 'print_templates')) }}
    from {{ source('fortnox_raw', 'print_templates') }}
    where _deleted_at is null
),

renamed as (
    select
        -- ids
        source.company,
        source.Template as template,
        -- text
        nullif(source.Name, '') as name
    from source
)

select * from renamed
