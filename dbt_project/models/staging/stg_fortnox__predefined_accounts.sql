-- Written from the endpoint catalogue by `make staging`; change it there.
with source as (
    select *{{ columns_left_out(source('fortnox_raw', 'predefined_accounts')) }}
    from {{ source('fortnox_raw', 'predefined_accounts') }}
    where _deleted_at is null
),

renamed as (
    select
        -- ids
        source.company,
        source.Name as name,
        -- numbers
        source.Account as account
    from source
)

select * from renamed
