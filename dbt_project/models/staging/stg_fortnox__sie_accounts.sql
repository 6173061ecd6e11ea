-- Written from the endpoint catalogue by `make staging`; change it there.
with source as (
    select *{{ columns_left_out(source('fortnox_raw', 'sie_accounts')) }}
    from {{ source('fortnox_raw', 'sie_accounts') }}
    where _deleted_at is null
),

renamed as (
    select
        -- ids
        source.company,
        source.financial_year,
        source.FinancialYearId as financial_year_id,
        source.Account as account,
        -- text
        nullif(source.Name, '') as name,
        nullif(source.AccountType, '') as account_type,
        nullif(source.Unit, '') as unit
    from source
)

select * from renamed
