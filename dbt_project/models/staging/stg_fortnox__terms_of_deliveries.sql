-- Written from the endpoint catalogue by `make staging`; change it there.
with source as (
    select *{{ columns_left_out(source('fortnox_raw', 'terms_of_deliveries')) }}
    from {{ source('fortnox_raw', 'terms_of_deliveries') }}
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
