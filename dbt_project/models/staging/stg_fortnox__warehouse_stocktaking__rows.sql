-- Written from the endpoint catalogue by `make staging`; change it there.
with source as (
    select *{{ columns_left_out(source('fortnox_raw', 'warehouse_stocktaking')) }}
    from {{ source('fortnox_raw', 'warehouse_stocktaking') }}
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
        nullif(document_row.stockLocationId, '') as stock_location_id,
        nullif(document_row.stockPointId, '') as stock_point_id,
        document_row.stockTakingId as stock_taking_id,
        nullif(document_row.stockTakingRowId, '') as stock_taking_row_id,
        -- text
        nullif(document_row.countedBy, '') as counted_by,
        nullif(document_row.id, '') as document_row_id,
        -- numbers
        document_row.currentRowNo as current_row_no,
        document_row.stockTakenQuantity as stock_taken_quantity,
        document_row.totalQuantityInStock as total_quantity_in_stock,
        -- flags
        document_row.hasPostReleaseStockChanges as has_post_release_stock_changes,
        -- dates
        source.{{ adapter.quote('date') }} as warehouse_stocktaking_date
    from source
    {{ unnest_records('source', 'rows', 'document_row') }}
)

select * from renamed
