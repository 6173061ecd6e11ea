-- Written from the endpoint catalogue by `make staging`; change it there.
with source as (
    select *{{ columns_left_out(source('fortnox_raw', 'expenses')) }}
    from {{ source('fortnox_raw', 'expenses') }}
    where _deleted_at is null
),

renamed as (
    select
        -- ids
        source.company,
        source.Code as code,
        -- text
        nullif(source.Text, '') as text,
        -- numbers
        source.Account as account
    from source
)

select * from renamed
