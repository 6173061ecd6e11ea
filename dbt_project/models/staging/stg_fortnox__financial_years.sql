-- Written from the endpoint catalogue by `make staging`; change it there.
with source as (
    select *{{ columns_left_out(source('fortnox_raw', 'financial_years')) }}
    from {{ source('fortnox_raw', 'financial_years') }}
    where _deleted_at is null
),

renamed as (
    select
        -- ids
        source.company,
        source.Id as id,
        -- text
        nullif(source.AccountChartType, '') as account_chart_type,
        nullif(source.AccountingMethod, '') as accounting_method,
        -- dates
        source.FromDate as from_date,
        source.ToDate as to_date
    from source
)

select * from renamed
