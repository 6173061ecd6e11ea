-- Written from the endpoint catalogue by `make staging`; change it there.
with source as (
    select *{{ columns_left_out(source('fortnox_raw', 'warehouse_production_orders')) }}
    from {{ source('fortnox_raw', 'warehouse_production_orders') }}
    where _deleted_at is null
),

renamed as (
    select
        -- ids
        source.company,
        source.financial_year,
        source.id,
        package_item_position as row_position,
        nullif(package_item.itemId, '') as item_id,
        -- text
        nullif(package_item.itemDescription, '') as item_description,
        nullif(package_item.itemUnit, '') as item_unit,
        -- numbers
        package_item.quantityRequired as quantity_required,
        package_item.quantityReserved as quantity_reserved,
        package_item.totalQuantityRequired as total_quantity_required,
        -- dates
        source.productionDate as production_date
    from source
    {{ unnest_records('source', 'packageItems', 'package_item') }}
)

select * from renamed
