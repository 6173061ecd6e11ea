-- Written from the endpoint catalogue by `make staging`; change it there.
with source as (
    select *{{ columns_left_out(source('fortnox_raw', 'stock_points')) }}
    from {{ source('fortnox_raw', 'stock_points') }}
    where _deleted_at is null
),

renamed as (
    select
        -- ids
        source.company,
        source.id,
        stock_location_position as row_position,
        nullif(stock_location.stockPointId, '') as stock_point_id,
        -- text
        nullif(stock_location.code, '') as code,
        nullif(stock_location.id, '') as stock_location_id,
        nullif(stock_location.name, '') as name
    from source
    {{ unnest_records('source', 'stockLocations', 'stock_location') }}
)

select * from renamed
