-- Budget against what was booked, by month and account, in the sign of the statements: income positive, cost negative,
-- so that a positive variance is always to the good. Two levels that show the same money and are never added up: the
-- account as a whole, `(total)`, and the account by cost centre. A year has the levels it has a budget on.
with budget_levels as (
    select distinct
        company,
        financial_year_id,
        budget_level
    from {{ ref('int_budgets') }}
),

accounts as (
    select
        company,
        financial_year_id,
        account,
        name,
        line_code,
        sign,
        coalesce(statement = 'IS' and line_code != 'RR900', false) as is_result
    from {{ ref('dim_account') }}
),

booked as (
    select
        company,
        financial_year_id,
        period,
        account,
        'account' as budget_level,
        '(total)' as cost_center,
        net_change as amount
    from {{ ref('int_account_movements') }}
    union all
    select
        company,
        financial_year_id,
        period,
        account,
        'cost_center' as budget_level,
        cost_center,
        sum(amount) as amount
    from {{ ref('fct_general_ledger') }}
    group by company, financial_year_id, period, account, cost_center
),

-- Every result account that is booked on, and any account with a budget.
chosen as (
    select
        booked.company,
        booked.financial_year_id,
        booked.account,
        booked.budget_level,
        booked.cost_center
    from booked
    inner join accounts
        on
            booked.company = accounts.company
            and booked.financial_year_id = accounts.financial_year_id
            and booked.account = accounts.account
    inner join budget_levels
        on
            booked.company = budget_levels.company
            and booked.financial_year_id = budget_levels.financial_year_id
            and booked.budget_level = budget_levels.budget_level
    where accounts.is_result
    union distinct
    select
        company,
        financial_year_id,
        account,
        budget_level,
        cost_center
    from {{ ref('int_budgets') }}
),

monthly as (
    select
        chosen.company,
        chosen.financial_year_id,
        periods.financial_year,
        periods.period,
        periods.month_no,
        chosen.account,
        accounts.name as account_name,
        accounts.line_code,
        chosen.budget_level,
        chosen.cost_center,
        coalesce(accounts.sign, -1) * coalesce(budgets.amount, 0) as budget,
        coalesce(accounts.sign, -1) * coalesce(booked.amount, 0) as actual
    from chosen
    inner join {{ ref('dim_fiscal_period') }} as periods
        on
            chosen.company = periods.company
            and chosen.financial_year_id = periods.financial_year_id
    left join accounts
        on
            chosen.company = accounts.company
            and chosen.financial_year_id = accounts.financial_year_id
            and chosen.account = accounts.account
    left join {{ ref('int_budgets') }} as budgets
        on
            chosen.company = budgets.company
            and chosen.financial_year_id = budgets.financial_year_id
            and periods.period = budgets.period
            and chosen.account = budgets.account
            and chosen.budget_level = budgets.budget_level
            and chosen.cost_center = budgets.cost_center
    left join booked
        on
            chosen.company = booked.company
            and chosen.financial_year_id = booked.financial_year_id
            and periods.period = booked.period
            and chosen.account = booked.account
            and chosen.budget_level = booked.budget_level
            and chosen.cost_center = booked.cost_center
),

accumulated as (
    select
        *,
        sum(budget) over so_far as budget_ytd,
        sum(actual) over so_far as actual_ytd
    from monthly
    window so_far as (
        partition by company, financial_year_id, account, budget_level, cost_center order by month_no
        rows between unbounded preceding and current row
    )
)

select
    company,
    financial_year_id,
    financial_year,
    period,
    month_no,
    account,
    account_name,
    line_code,
    budget_level,
    cost_center,
    {{ money('budget') }} as budget,
    {{ money('actual') }} as actual,
    {{ money('actual - budget') }} as variance,
    {{ fixed('round(100 * (actual - budget) / nullif(abs(budget), 0), 2)', 2) }} as variance_percent,
    {{ money('budget_ytd') }} as budget_ytd,
    {{ money('actual_ytd') }} as actual_ytd,
    {{ money('actual_ytd - budget_ytd') }} as variance_ytd
from accumulated
