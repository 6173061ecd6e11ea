-- Written from the endpoint catalogue by `make staging`; change it there.
with source as (
    select *{{ columns_left_out(source('fortnox_raw', 'price_lists')) }}
    from {{ source('fortnox_raw', 'price_lists') }}
    where _deleted_at is null
),

renamed as (
    select
        -- ids
        source.company,
        source.Code as code,
        -- text
        nullif(source.Comments, '') as comments,
        nullif(source.Description, '') as description,
        -- flags
        source.PreSelected as pre_selected
    from source
)

select * from renamed
