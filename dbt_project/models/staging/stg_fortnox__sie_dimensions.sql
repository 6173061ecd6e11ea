-- Written from the endpoint catalogue by `make staging`; change it there.
with source as (
    select *{{ columns_left_out(source('fortnox_raw', 'sie_dimensions')) }}
    from {{ source('fortnox_raw', 'sie_dimensions') }}
    where _deleted_at is null
),

renamed as (
    select
        -- ids
        source.company,
        source.financial_year,
        source.FinancialYearId as financial_year_id,
        source.Dimension as dimension,
        -- text
        nullif(source.Name, '') as name,
        -- numbers
        source.Parent as parent
    from source
)

select * from renamed
