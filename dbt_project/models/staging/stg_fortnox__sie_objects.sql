-- Written from the endpoint catalogue by `make staging`; change it there.
with source as (
    select *{{ columns_left_out(source('fortnox_raw', 'sie_objects')) }}
    from {{ source('fortnox_raw', 'sie_objects') }}
    where _deleted_at is null
),

renamed as (
    select
        -- ids
        source.company,
        source.financial_year,
        source.FinancialYearId as financial_year_id,
        source.Dimension as dimension,
        source.Object as object,
        -- text
        nullif(source.Name, '') as name
    from source
)

select * from renamed
