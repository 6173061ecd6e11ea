-- Written from the endpoint catalogue by `make staging`; change it there.
with source as (
    select *{{ columns_left_out(source('fortnox_raw', 'warehouse_tenants')) }}
    from {{ source('fortnox_raw', 'warehouse_tenants') }}
    where _deleted_at is null
),

renamed as (
    select
        -- ids
        source.company,
        source.tenantId as tenant_id,
        -- flags
        source.activated
    from source
)

select * from renamed
