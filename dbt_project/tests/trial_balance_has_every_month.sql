-- As many rows as months times accounts.
with expected as (
    select
        periods.company,
        periods.financial_year_id,
        count(*) as months
    from {{ ref('dim_fiscal_period') }} as periods
    group by periods.company, periods.financial_year_id
)

select
    balances.company,
    balances.financial_year_id,
    balances.account,
    count(*) as months
from {{ ref('rpt_trial_balance_period') }} as balances
inner join expected
    on
        balances.company = expected.company
        and balances.financial_year_id = expected.financial_year_id
group by balances.company, balances.financial_year_id, balances.account, expected.months
having count(*) != expected.months
