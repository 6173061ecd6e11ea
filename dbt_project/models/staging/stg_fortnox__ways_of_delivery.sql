-- Written from the endpoint catalogue by `make staging`; change it there.
with source as (
    select *{{ columns_left_out(source('fortnox_raw', 'ways_of_delivery')) }}
    from {{ source('fortnox_raw', 'ways_of_delivery') }}
    where _deleted_at is null
),

renamed as (
    select
        -- ids
        source.company,
        source.Code as code,
        -- text
        nullif(source.Description, '') as description,
        nullif(source.DescriptionEnglish, '') as description_english
    from source
)

select * from renamed
