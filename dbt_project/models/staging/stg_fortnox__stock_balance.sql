-- Written from the endpoint catalogue by `make staging`; change it there.
with source as (
    select *{{ columns_left_out(source('fortnox_raw', 'stock_balance')) }}
    from {{ source('fortnox_raw', 'stock_balance') }}
    where _deleted_at is null
),

renamed as (
    select
        -- ids
        source.company,
        source.itemId as item_id,
        source.stockPointCode as stock_point_code,
        -- numbers
        source.availableStock as available_stock,
        source.inStock as in_stock
    from source
)

select * from renamed
