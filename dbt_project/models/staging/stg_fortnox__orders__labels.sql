-- Written from the endpoint catalogue by `make staging`; change it there.
with source as (
    select *{{ columns_left_out(source('fortnox_raw', 'orders')) }}
    from {{ source('fortnox_raw', 'orders') }}
    where _deleted_at is null
),

renamed as (
    select
        -- ids
        source.company,
        source.financial_year,
        source.DocumentNumber as document_number,
        label_position as row_position,
        -- numbers
        label.Id as id,
        -- dates
        source.OrderDate as order_date
    from source
    {{ unnest_records('source', 'Labels', 'label') }}
)

select * from renamed
