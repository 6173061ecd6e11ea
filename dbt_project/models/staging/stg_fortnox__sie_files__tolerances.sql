-- Written from the endpoint catalogue by `make staging`; change it there.
with source as (
    select *{{ columns_left_out(source('fortnox_raw', 'sie_files')) }}
    from {{ source('fortnox_raw', 'sie_files') }}
    where _deleted_at is null
),

renamed as (
    select
        -- ids
        source.company,
        source.financial_year,
        source.FinancialYearId as financial_year_id,
        tolerance_position as row_position,
        -- text
        nullif(tolerance.Message, '') as message,
        -- numbers
        tolerance.Line as line
    from source
    {{ unnest_records('source', 'Tolerances', 'tolerance') }}
)

select * from renamed
