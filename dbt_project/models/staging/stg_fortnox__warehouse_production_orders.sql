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
        nullif(source.inboundStockLocationId, '') as inbound_stock_location_id,
        nullif(source.inboundStockPointId, '') as inbound_stock_point_id,
        nullif(source.itemId, '') as item_id,
        nullif(source.outboundStockPointId, '') as outbound_stock_point_id,
        nullif(source.projectId, '') as project_id,
        -- text
        nullif(source.batch, '') as batch,
        nullif(source.costCenterCode, '') as cost_center_code,
        nullif(source.documentState, '') as document_state,
        nullif(source.itemDescription, '') as item_description,
        nullif(source.itemUnit, '') as item_unit,
        nullif(source.note, '') as note,
        nullif(source.productionState, '') as production_state,
        -- numbers
        source.quantity,
        -- dates
        source.productionDate as production_date,
        source.startDate as start_date
    from source
)

select * from renamed
