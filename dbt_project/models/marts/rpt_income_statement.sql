-- Income statement by month: every line and subtotal. Income is positive and cost negative; 8990-8999, which only move
-- the result to equity, are left out.
with booked as (
    select
        movements.company,
        movements.financial_year_id,
        movements.period,
        accounts.line_code,
        sum(movements.net_change) as net_change
    from {{ ref('int_account_movements') }} as movements
    inner join {{ ref('dim_account') }} as accounts
        on
            movements.company = accounts.company
            and movements.financial_year_id = accounts.financial_year_id
            and movements.account = accounts.account
    where accounts.statement = 'IS'
    group by movements.company, movements.financial_year_id, movements.period, accounts.line_code
),

with_totals as (
    select
        booked.company,
        booked.financial_year_id,
        booked.period,
        components.line_code,
        sum(booked.net_change) as net_change
    from booked
    inner join {{ ref('int_statement_components') }} as components
        on booked.line_code = components.component_line_code
    where components.statement = 'IS'
    group by booked.company, booked.financial_year_id, booked.period, components.line_code
),

spine as (
    select
        periods.company,
        periods.financial_year_id,
        periods.financial_year,
        periods.period,
        periods.month_no,
        periods.month_index,
        statement_lines.line_code,
        statement_lines.line_order,
        statement_lines.line_kind,
        statement_lines.line_sv,
        statement_lines.line_en,
        statement_lines.sign
    from {{ ref('dim_fiscal_period') }} as periods
    cross join {{ ref('seed_statement_lines') }} as statement_lines
    where statement_lines.statement = 'IS' and statement_lines.line_kind != 'excluded'
),

monthly as (
    select
        spine.*,
        coalesce(spine.sign * with_totals.net_change, 0) as amount
    from spine
    left join with_totals
        on
            spine.company = with_totals.company
            and spine.financial_year_id = with_totals.financial_year_id
            and spine.period = with_totals.period
            and spine.line_code = with_totals.line_code
),

-- Comparisons go by calendar month, across financial years.
calendar as (
    select
        company,
        line_code,
        month_index,
        sum(amount) as amount
    from monthly
    group by company, line_code, month_index
),

calendar_sums as (
    select
        company,
        line_code,
        month_index,
        amount,
        sum(amount) over last_year as amount_last_12_months,
        count(*) over last_year as months_known
    from calendar
    window last_year as (
        partition by company, line_code order by month_index
        range between 11 preceding and current row
    )
)

select
    monthly.company,
    monthly.financial_year_id,
    monthly.financial_year,
    monthly.period,
    monthly.month_no,
    monthly.line_code,
    monthly.line_order,
    monthly.line_kind,
    monthly.line_sv,
    monthly.line_en,
    {{ money('monthly.amount') }} as amount,
    {{ money('sum(monthly.amount) over (
        partition by monthly.company, monthly.financial_year_id, monthly.line_code order by monthly.month_no
        rows between unbounded preceding and current row
    )') }} as amount_ytd,
    {{ money('previous.amount') }} as amount_same_month_last_year,
    {{ money('case when this_month.months_known = 12 then this_month.amount_last_12_months end') }}
        as amount_last_12_months
from monthly
inner join calendar_sums as this_month
    on
        monthly.company = this_month.company
        and monthly.line_code = this_month.line_code
        and monthly.month_index = this_month.month_index
left join calendar as previous
    on
        monthly.company = previous.company
        and monthly.line_code = previous.line_code
        and monthly.month_index - 12 = previous.month_index
