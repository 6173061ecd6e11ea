-- Trial balance by month on the source's own opening balances: every month of the year for every account with an
-- opening balance or a booked row.
with accounts as (
    select
        company,
        financial_year_id,
        account,
        opening_reported
    from {{ ref('int_account_balances') }}
    where is_active_in_year
),

spine as (
    select
        periods.company,
        periods.financial_year_id,
        periods.financial_year,
        periods.period,
        periods.month_no,
        periods.last_day as period_end,
        accounts.account,
        accounts.opening_reported
    from {{ ref('dim_fiscal_period') }} as periods
    inner join accounts
        on
            periods.company = accounts.company
            and periods.financial_year_id = accounts.financial_year_id
),

filled as (
    select
        spine.*,
        coalesce(movements.debit, 0) as debit,
        coalesce(movements.credit, 0) as credit,
        coalesce(movements.net_change, 0) as net_change
    from spine
    left join {{ ref('int_account_movements') }} as movements
        on
            spine.company = movements.company
            and spine.financial_year_id = movements.financial_year_id
            and spine.account = movements.account
            and spine.period = movements.period
),

accumulated as (
    select
        *,
        opening_reported + sum(net_change) over (
            partition by company, financial_year_id, account order by month_no
            rows between unbounded preceding and current row
        ) as closing_balance
    from filled
)

select
    company,
    financial_year_id,
    financial_year,
    period,
    month_no,
    period_end,
    account,
    {{ money('closing_balance - net_change') }} as opening_balance,
    {{ money('debit') }} as debit,
    {{ money('credit') }} as credit,
    {{ money('net_change') }} as net_change,
    {{ money('closing_balance') }} as closing_balance
from accumulated
