-- Written from the endpoint catalogue by `make staging`; change it there.
with source as (
    select *{{ columns_left_out(source('fortnox_raw', 'modes_of_payments')) }}
    from {{ source('fortnox_raw', 'modes_of_payments') }}
    where _deleted_at is null
),

renamed as (
    select
        -- ids
        source.company,
        source.Code as code,
        source.AccountNumber as account_number,
        -- text
        nullif(source.Description, '') as description
    from source
)

select * from renamed
