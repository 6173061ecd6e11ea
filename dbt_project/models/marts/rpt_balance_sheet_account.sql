-- The balance sheet account by account, at the end of every month on both bases: what rpt_balance_sheet's lines are
-- made of. What is computed there (BE123, and the unclosed part of BE122) has no accounts.
with accounts as (
    select
        balances.company,
        balances.financial_year_id,
        balances.account,
        balances.opening_reported,
        balances.opening_continuous,
        accounts.name,
        accounts.line_code,
        accounts.sign
    from {{ ref('int_account_balances') }} as balances
    inner join {{ ref('dim_account') }} as accounts
        on
            balances.company = accounts.company
            and balances.financial_year_id = accounts.financial_year_id
            and balances.account = accounts.account
    where accounts.statement = 'BS'
),

openings as (
    select
        company,
        financial_year_id,
        account,
        name,
        line_code,
        sign,
        'reported' as basis,
        opening_reported as opening
    from accounts
    union all
    select
        company,
        financial_year_id,
        account,
        name,
        line_code,
        sign,
        'continuous' as basis,
        opening_continuous as opening
    from accounts
),

monthly as (
    select
        periods.company,
        periods.financial_year_id,
        periods.financial_year,
        periods.last_day as as_of_date,
        periods.month_no,
        openings.basis,
        openings.account,
        openings.name,
        openings.line_code,
        openings.sign,
        openings.opening,
        coalesce(movements.net_change, 0) as net_change
    from {{ ref('dim_fiscal_period') }} as periods
    inner join openings
        on
            periods.company = openings.company
            and periods.financial_year_id = openings.financial_year_id
    left join {{ ref('int_account_movements') }} as movements
        on
            periods.company = movements.company
            and periods.financial_year_id = movements.financial_year_id
            and periods.period = movements.period
            and openings.account = movements.account
)

select
    monthly.company,
    monthly.financial_year_id,
    monthly.financial_year,
    monthly.as_of_date,
    monthly.month_no,
    monthly.basis,
    monthly.line_code,
    statement_lines.line_order,
    statement_lines.line_sv,
    statement_lines.line_en,
    monthly.account,
    monthly.name,
    {{ money('monthly.sign * (monthly.opening + sum(monthly.net_change) over (
        partition by monthly.company, monthly.financial_year_id, monthly.basis, monthly.account order by monthly.month_no
        rows between unbounded preceding and current row
    ))') }} as amount,
    {{ money('monthly.sign * monthly.opening') }} as amount_year_start
from monthly
inner join {{ ref('seed_statement_lines') }} as statement_lines
    on monthly.line_code = statement_lines.line_code
