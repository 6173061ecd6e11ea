-- The income statement beside the year before, in two ways that differ when a year is broken, extended or shortened:
-- by calendar month (May beside May) and by the month's number in the financial year (first month beside first). And
-- beside the budget. Years of different length are not scaled; their months are shown.
with current_year as (
    select
        income.company,
        income.financial_year_id,
        income.financial_year,
        income.period,
        income.month_no,
        income.line_code,
        income.line_order,
        income.line_kind,
        income.line_sv,
        income.line_en,
        income.amount,
        income.amount_ytd,
        income.amount_same_month_last_year,
        income.amount_last_12_months,
        count(*) over so_far as months_to_date,
        count(income.amount_same_month_last_year) over so_far as months_known_last_year,
        sum(income.amount_same_month_last_year) over so_far as amount_ytd_last_year
    from {{ ref('rpt_income_statement') }} as income
    window so_far as (
        partition by income.company, income.financial_year_id, income.line_code order by income.month_no
        rows between unbounded preceding and current row
    )
),

year_lengths as (
    select
        company,
        financial_year_id,
        max(month_no) as months
    from {{ ref('dim_fiscal_period') }}
    group by company, financial_year_id
),

budgeted_years as (
    select distinct
        company,
        financial_year_id
    from {{ ref('int_budgets') }}
    where budget_level = 'account'
),

budgets as (
    select
        budgets.company,
        budgets.financial_year_id,
        budgets.period,
        components.line_code,
        -sum(budgets.amount) as amount
    from {{ ref('int_budgets') }} as budgets
    inner join {{ ref('dim_account') }} as accounts
        on
            budgets.company = accounts.company
            and budgets.financial_year_id = accounts.financial_year_id
            and budgets.account = accounts.account
    inner join {{ ref('int_statement_components') }} as components
        on accounts.line_code = components.component_line_code
    where budgets.budget_level = 'account' and components.statement = 'IS'
    group by budgets.company, budgets.financial_year_id, budgets.period, components.line_code
),

compared as (
    select
        current_year.*,
        lengths.months as months_in_year,
        previous_lengths.months as months_in_previous_year,
        previous_year.amount as amount_same_month_no_last_year,
        previous_year.amount_ytd as amount_ytd_same_month_no_last_year,
        case when budgeted_years.company is not null then coalesce(budgets.amount, 0) end as budget
    from current_year
    inner join {{ ref('int_financial_years') }} as years
        on
            current_year.company = years.company
            and current_year.financial_year_id = years.financial_year_id
    inner join year_lengths as lengths
        on
            current_year.company = lengths.company
            and current_year.financial_year_id = lengths.financial_year_id
    left join year_lengths as previous_lengths
        on
            current_year.company = previous_lengths.company
            and years.previous_financial_year_id = previous_lengths.financial_year_id
    left join current_year as previous_year
        on
            current_year.company = previous_year.company
            and years.previous_financial_year_id = previous_year.financial_year_id
            and current_year.month_no = previous_year.month_no
            and current_year.line_code = previous_year.line_code
    left join budgeted_years
        on
            current_year.company = budgeted_years.company
            and current_year.financial_year_id = budgeted_years.financial_year_id
    left join budgets
        on
            current_year.company = budgets.company
            and current_year.financial_year_id = budgets.financial_year_id
            and current_year.period = budgets.period
            and current_year.line_code = budgets.line_code
),

accumulated as (
    select
        *,
        sum(budget) over (
            partition by company, financial_year_id, line_code order by month_no
            rows between unbounded preceding and current row
        ) as budget_ytd
    from compared
)

select
    company,
    financial_year_id,
    financial_year,
    period,
    month_no,
    months_in_year,
    months_in_previous_year,
    line_code,
    line_order,
    line_kind,
    line_sv,
    line_en,
    amount,
    amount_ytd,
    amount_same_month_last_year,
    {{ money('case when months_known_last_year = months_to_date then amount_ytd_last_year end') }}
        as amount_ytd_last_year,
    amount_same_month_no_last_year,
    amount_ytd_same_month_no_last_year,
    amount_last_12_months,
    {{ money('budget') }} as budget,
    {{ money('amount - budget') }} as budget_variance,
    {{ money('budget_ytd') }} as budget_ytd,
    {{ money('amount_ytd - budget_ytd') }} as budget_variance_ytd
from accumulated
