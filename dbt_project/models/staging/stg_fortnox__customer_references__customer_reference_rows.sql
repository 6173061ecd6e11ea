-- Written from the endpoint catalogue by `make staging`; change it there.
with source as (
    select *{{ columns_left_out(source('fortnox_raw', 'customer_references')) }}
    from {{ source('fortnox_raw', 'customer_references') }}
    where _deleted_at is null
),

renamed as (
    select
        -- ids
        source.company,
        customer_reference_row_position as row_position,
        nullif(customer_reference_row.CustomerNumber, '') as customer_number,
        -- text
        nullif(customer_reference_row.Reference, '') as reference,
        -- numbers
        customer_reference_row.Id as id
    from source
    {{ unnest_records('source', 'CustomerReferenceRows', 'customer_reference_row') }}
)

select * from renamed
