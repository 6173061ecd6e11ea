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
        source.YearNumber as year_number,
        -- text
        nullif(source.Kind, '') as kind,
        -- numbers
        source.Account as account,
        source.Amount as amount,
        source.Quantity as quantity
    from source
)

select * from renamed
