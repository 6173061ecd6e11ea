-- Written from the endpoint catalogue by `make staging`; change it there.
with source as (
    select *{{ columns_left_out(source('fortnox_raw', 'accounts')) }}
    from {{ source('fortnox_raw', 'accounts') }}
    where _deleted_at is null
),

renamed as (
    select
        -- ids
        source.company,
        source.financial_year,
        source.Year as year,
        source.Number as number,
        opening_quantity_position as row_position,
        -- text
        nullif(opening_quantity.Project, '') as project,
        -- numbers
        opening_quantity.Balance as balance
    from source
    {{ unnest_records('source', 'OpeningQuantities', 'opening_quantity') }}
)

select * from renamed
