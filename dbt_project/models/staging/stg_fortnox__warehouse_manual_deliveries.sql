-- Written from the endpoint catalogue by `make staging`; change it there.
with source as (
    select *{{ columns_left_out(source('fortnox_raw', 'warehouse_manual_deliveries')) }}
    from {{ source('fortnox_raw', 'warehouse_manual_deliveries') }}
    where _deleted_at is null
),

renamed as (
    select
        -- ids
        source.company,
        source.financial_year,
        source.{{ adapter.quote('type') }} as warehouse_manual_delivery_type,
        source.deliveryId as delivery_id,
        nullif(source.entityId, '') as entity_id,
        -- text
        nullif(source.note, '') as note,
        -- flags
        source.released,
        source.voided,
        -- dates
        source.{{ adapter.quote('date') }} as warehouse_manual_delivery_date
    from source
)

select * from renamed
