-- Bank balance day by day from the reporting date, as far as it follows from what is already in the books. Sales,
-- purchases and wages that have not been invoiced or booked are not in it: that is why confidence falls with time.
with banks as (
    select
        company,
        {{ money('sum(case when first_four_digits between 1900 and 1999 then balance else 0 end)') }} as balance
    from {{ ref('int_balances_as_of') }}
    group by company
),

scenarios as (
    select 'expected' as scenario
    union all
    select 'cautious' as scenario
),

horizons as (
    select
        banks.company,
        banks.balance,
        scenarios.scenario,
        {{ as_of_date() }} as as_of_date,
        {{ add_days(as_of_date(), var('liquidity_forecast_days')) }} as last_day
    from banks
    cross join scenarios
),

spine as (
    select
        company,
        scenario,
        as_of_date,
        balance,
        forecast_date
    from horizons
    {{ each_day('as_of_date', 'last_day', 'forecast_date') }}
),

flows as (
    select
        company,
        scenario,
        expected_date,
        sum(case when amount_sek > 0 then amount_sek else 0 end) as inflow,
        sum(case when amount_sek < 0 then -amount_sek else 0 end) as outflow
    from {{ ref('int_liquidity_flows') }}
    group by company, scenario, expected_date
),

daily as (
    select
        spine.company,
        spine.scenario,
        spine.as_of_date,
        spine.forecast_date,
        spine.balance,
        coalesce(flows.inflow, 0) as inflow,
        coalesce(flows.outflow, 0) as outflow,
        {{ days_between('spine.as_of_date', 'spine.forecast_date') }} as days_ahead
    from spine
    left join flows
        on
            spine.company = flows.company
            and spine.scenario = flows.scenario
            and spine.forecast_date = flows.expected_date
)

select
    company,
    as_of_date,
    scenario,
    forecast_date,
    {{ money('inflow') }} as inflow_sek,
    {{ money('outflow') }} as outflow_sek,
    {{ money('balance + sum(inflow - outflow) over (
        partition by company, scenario order by forecast_date
        rows between unbounded preceding and current row
    )') }} as balance_sek,
    case when days_ahead <= 30 then 'high' when days_ahead <= 60 then 'medium' else 'low' end as confidence
from daily
