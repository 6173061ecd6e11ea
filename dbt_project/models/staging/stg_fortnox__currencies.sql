-- Written from the endpoint catalogue by `make staging`; change it there.
with source as (
    select *{{ columns_left_out(source('fortnox_raw', 'currencies')) }}
    from {{ source('fortnox_raw', 'currencies') }}
    where _deleted_at is null
),

renamed as (
    select
        -- ids
        source.company,
        source.Code as code,
        -- text
        nullif(source.Description, '') as description,
        -- numbers
        source.BuyRate as buy_rate,
        source.SellRate as sell_rate,
        source.Unit as unit,
        -- flags
        source.IsAutomatic as is_automatic,
        -- dates
        source.{{ adapter.quote('Date') }} as currency_date
    from source
)

select * from renamed
