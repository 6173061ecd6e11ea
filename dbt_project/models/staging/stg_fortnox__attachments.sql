-- Written from the endpoint catalogue by `make staging`; change it there.
with source as (
    select *{{ columns_left_out(source('fortnox_raw', 'attachments')) }}
    from {{ source('fortnox_raw', 'attachments') }}
    where _deleted_at is null
),

renamed as (
    select
        -- ids
        source.company,
        source.id,
        nullif(source.entityId, '') as entity_id,
        nullif(source.fileId, '') as file_id,
        -- text
        nullif(source.entityType, '') as entity_type,
        -- flags
        source.includeOnSend as include_on_send
    from source
)

select * from renamed
