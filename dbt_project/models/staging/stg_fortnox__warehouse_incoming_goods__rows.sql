-- Written from the endpoint catalogue by `make staging`; change it there.
with source as (
    select *{{ columns_left_out(source('fortnox_raw', 'warehouse_incoming_goods')) }}
    from {{ source('fortnox_raw', 'warehouse_incoming_goods') }}
    where _deleted_at is null
),

renamed as (
    select
        -- ids
        source.company,
        source.financial_year,
        source.id,
        document_row_position as row_position,
        nullif(document_row.itemId, '') as item_id,
        nullif(document_row.projectId, '') as project_id,
        document_row.purchaseOrderId as purchase_order_id,
        nullif(document_row.purchaseOrderRowId, '') as purchase_order_row_id,
        nullif(document_row.stockLocationId, '') as stock_location_id,
        nullif(document_row.stockPointId, '') as stock_point_id,
        -- text
        nullif(document_row.batch, '') as batch,
        nullif(document_row.costCenterCode, '') as cost_center_code,
        nullif(document_row.id, '') as document_row_id,
        nullif(document_row.itemDescription, '') as item_description,
        nullif(document_row.itemUnit, '') as item_unit,
        nullif(document_row.stockLocationCode, '') as stock_location_code,
        nullif(document_row.stockLocationName, '') as stock_location_name,
        nullif(document_row.stockPointCode, '') as stock_point_code,
        nullif(document_row.stockPointName, '') as stock_point_name,
        -- numbers
        document_row.backOrderQuantity as back_order_quantity,
        document_row.directCost as direct_cost,
        document_row.invoicedQuantity as invoiced_quantity,
        document_row.orderedQuantity as ordered_quantity,
        document_row.receivedQuantity as received_quantity,
        document_row.remainingOrderedQuantity as remaining_ordered_quantity,
        document_row.rowOrder as row_order,
        document_row.takenQuantity as taken_quantity,
        -- flags
        document_row.isStockItem as is_stock_item,
        -- dates
        source.{{ adapter.quote('date') }} as warehouse_incoming_goods_date
    from source
    {{ unnest_records('source', 'rows', 'document_row') }}
)

select * from renamed
