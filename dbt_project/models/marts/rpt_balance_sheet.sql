-- Balance sheet at the end of every month, on both bases. Two lines are computed so that the sheet always shows what is
-- missing: BE122 adds the year's result that has not been booked to equity yet, BE123 is the counterpart of opening
-- balances that do not sum to zero.
with balances as (
    select
        balances.company,
        balances.financial_year_id,
        balances.opening_reported,
        balances.opening_continuous,
        accounts.line_code
    from {{ ref('int_account_balances') }} as balances
    inner join {{ ref('dim_account') }} as accounts
        on
            balances.company = accounts.company
            and balances.financial_year_id = accounts.financial_year_id
            and balances.account = accounts.account
    where accounts.statement = 'BS'
),

stated_openings as (
    select
        company,
        financial_year_id,
        'reported' as basis,
        line_code,
        opening_reported as opening
    from balances
    union all
    select
        company,
        financial_year_id,
        'continuous' as basis,
        line_code,
        opening_continuous as opening
    from balances
),

openings as (
    select
        company,
        financial_year_id,
        basis,
        line_code,
        sum(opening) as opening
    from stated_openings
    group by company, financial_year_id, basis, line_code
    union all
    select
        company,
        financial_year_id,
        basis,
        'BE123' as line_code,
        -sum(opening) as opening
    from stated_openings
    group by company, financial_year_id, basis
),

placed as (
    select
        movements.company,
        movements.financial_year_id,
        movements.period,
        movements.net_change,
        case when accounts.statement = 'IS' then 'BE122' else accounts.line_code end as line_code
    from {{ ref('int_account_movements') }} as movements
    inner join {{ ref('dim_account') }} as accounts
        on
            movements.company = accounts.company
            and movements.financial_year_id = accounts.financial_year_id
            and movements.account = accounts.account
    where accounts.statement in ('BS', 'IS')
),

booked as (
    select
        company,
        financial_year_id,
        period,
        line_code,
        sum(net_change) as net_change
    from placed
    group by company, financial_year_id, period, line_code
),

opening_totals as (
    select
        openings.company,
        openings.financial_year_id,
        openings.basis,
        components.line_code,
        sum(openings.opening) as opening
    from openings
    inner join {{ ref('int_statement_components') }} as components
        on openings.line_code = components.component_line_code
    where components.statement = 'BS'
    group by openings.company, openings.financial_year_id, openings.basis, components.line_code
),

booked_totals as (
    select
        booked.company,
        booked.financial_year_id,
        booked.period,
        components.line_code,
        sum(booked.net_change) as net_change
    from booked
    inner join {{ ref('int_statement_components') }} as components
        on booked.line_code = components.component_line_code
    where components.statement = 'BS'
    group by booked.company, booked.financial_year_id, booked.period, components.line_code
),

bases as (
    select 'reported' as basis
    union all
    select 'continuous' as basis
),

spine as (
    select
        periods.company,
        periods.financial_year_id,
        periods.financial_year,
        periods.period,
        periods.month_no,
        periods.last_day as as_of_date,
        bases.basis,
        statement_lines.line_code,
        statement_lines.line_order,
        statement_lines.line_kind,
        statement_lines.line_sv,
        statement_lines.line_en,
        statement_lines.sign
    from {{ ref('dim_fiscal_period') }} as periods
    cross join bases
    cross join {{ ref('seed_statement_lines') }} as statement_lines
    where statement_lines.statement = 'BS' and statement_lines.line_kind != 'excluded'
),

amounts as (
    select
        spine.company,
        spine.financial_year_id,
        spine.financial_year,
        spine.period,
        spine.month_no,
        spine.as_of_date,
        spine.basis,
        spine.line_code,
        spine.line_order,
        spine.line_kind,
        spine.line_sv,
        spine.line_en,
        spine.sign * coalesce(opening_totals.opening, 0) as amount_year_start,
        spine.sign * (
            coalesce(opening_totals.opening, 0)
            + sum(coalesce(booked_totals.net_change, 0)) over (
                partition by spine.company, spine.financial_year_id, spine.basis, spine.line_code
                order by spine.month_no
                rows between unbounded preceding and current row
            )
        ) as amount
    from spine
    left join opening_totals
        on
            spine.company = opening_totals.company
            and spine.financial_year_id = opening_totals.financial_year_id
            and spine.basis = opening_totals.basis
            and spine.line_code = opening_totals.line_code
    left join booked_totals
        on
            spine.company = booked_totals.company
            and spine.financial_year_id = booked_totals.financial_year_id
            and spine.period = booked_totals.period
            and spine.line_code = booked_totals.line_code
)

select
    amounts.company,
    amounts.financial_year_id,
    amounts.financial_year,
    amounts.as_of_date,
    amounts.month_no,
    amounts.basis,
    amounts.line_code,
    amounts.line_order,
    amounts.line_kind,
    amounts.line_sv,
    amounts.line_en,
    {{ money('amounts.amount') }} as amount,
    {{ money('amounts.amount_year_start') }} as amount_year_start,
    {{ money('last_year.amount') }} as amount_same_month_last_year
from amounts
left join amounts as last_year
    on
        amounts.company = last_year.company
        and amounts.basis = last_year.basis
        and amounts.line_code = last_year.line_code
        and {{ month_end(add_months('amounts.as_of_date', -12)) }} = last_year.as_of_date
