-- Written from the endpoint catalogue by `make staging`; change it there.
with source as (
    select *{{ columns_left_out(source('fortnox_raw', 'sie_balances')) }}
    from {{ source('fortnox_raw', 'sie_balances') }}
    where _deleted_at is null
),

renamed as (
    select
        -- ids
        source.company,
        source.financial_year,
        source.FinancialYearId as financial_year_id,
        source.Line as line,
        object_position as row_position,
        -- text
        nullif(object.Object, '') as object,
        -- numbers
        object.Dimension as dimension
    from source
    {{ unnest_records('source', 'Objects', 'object') }}
)

select * from renamed
