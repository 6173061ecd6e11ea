-- Written from the endpoint catalogue by `make staging`; change it there.
with source as (
    select *{{ columns_left_out(source('fortnox_raw', 'units')) }}
    from {{ source('fortnox_raw', 'units') }}
    where _deleted_at is null
),

renamed as (
    select
        -- ids
        source.company,
        source.Code as code,
        -- text
        nullif(source.CodeEnglish, '') as code_english,
        nullif(source.Description, '') as description
    from source
)

select * from renamed
