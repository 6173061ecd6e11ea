-- Budgets of the SIE files (#PBUDGET) by month, in the sign of the ledger: debit is positive. A row without objects is
-- the account's whole budget; rows with a cost centre divide the same money. The two are kept apart by level and must
-- never be added up.
with objects as (
    select
        company,
        financial_year_id,
        line,
        count(*) as object_count,
        max(case when dimension = 1 then object end) as cost_center
    from {{ ref('stg_fortnox__sie_period_balances__objects') }}
    group by company, financial_year_id, line
),

budgets as (
    select
        balances.company,
        balances.financial_year_id,
        balances.account,
        balances.amount,
        objects.cost_center,
        coalesce(objects.object_count, 0) as object_count,
        concat(substr(balances.period, 1, 4), '-', substr(balances.period, 5, 2)) as period
    from {{ ref('stg_fortnox__sie_period_balances') }} as balances
    left join objects
        on
            balances.company = objects.company
            and balances.financial_year_id = objects.financial_year_id
            and balances.line = objects.line
    where balances.kind = 'PBUDGET' and balances.year_number = 0
),

-- Rows with a project beside the cost centre divide the cost centre's budget further, when it has a row of its own.
divided as (
    select
        *,
        max(case when object_count = 1 then 1 else 0 end) over (
            partition by company, financial_year_id, account, cost_center
        ) as has_own_rows
    from budgets
    where cost_center is not null
)

select
    company,
    financial_year_id,
    period,
    account,
    'account' as budget_level,
    '(total)' as cost_center,
    {{ money('sum(amount)') }} as amount
from budgets
where object_count = 0
group by company, financial_year_id, period, account
union all
select
    company,
    financial_year_id,
    period,
    account,
    'cost_center' as budget_level,
    cost_center,
    {{ money('sum(amount)') }} as amount
from divided
where object_count = 1 or has_own_rows = 0
group by company, financial_year_id, period, account, cost_center
