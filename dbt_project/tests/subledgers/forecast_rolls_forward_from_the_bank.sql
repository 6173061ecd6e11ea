-- The forecast begins with the ledger's bank balance, and every day ends where the next one begins.
with days as (
    select
        company,
        scenario,
        forecast_date,
        inflow_sek - outflow_sek as change,
        balance_sek,
        lag(balance_sek) over (partition by company, scenario order by forecast_date) as balance_before
    from {{ ref('rpt_liquidity_forecast') }}
),

banks as (
    select
        company,
        sum(balance) as balance
    from {{ ref('int_balances_as_of') }}
    where first_four_digits between 1900 and 1999
    group by company
)

select
    days.company,
    days.scenario,
    days.forecast_date
from days
left join banks
    on days.company = banks.company
where
    days.balance_sek != coalesce(days.balance_before, banks.balance, 0) + days.change
    or days.balance_before is null and days.forecast_date != {{ as_of_date() }}
