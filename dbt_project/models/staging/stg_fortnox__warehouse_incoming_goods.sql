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
        nullif(source.deliveryNoteId, '') as delivery_note_id,
        nullif(source.stockPointId, '') as stock_point_id,
        nullif(source.supplierNumber, '') as supplier_number,
        nullif(source.projectId, '') as project_id,
        -- text
        nullif(source.note, '') as note,
        nullif(source.supplierName, '') as supplier_name,
        nullif(source.costCenterCode, '') as cost_center_code,
        nullif(source.stockPointCode, '') as stock_point_code,
        nullif(source.stockPointName, '') as stock_point_name,
        -- numbers
        source.unmatchedValue as unmatched_value,
        -- flags
        source.completed,
        source.hasDeliveryNote as has_delivery_note,
        source.released,
        source.voided,
        -- dates
        source.{{ adapter.quote('date') }} as warehouse_incoming_goods_date
    from source
)

select * from renamed
