-- Trial balance of the whole financial year.
select
    company,
    financial_year_id,
    financial_year,
    account,
    {{ money('sum(case when month_no = 1 then opening_balance else 0 end)') }} as opening_balance,
    {{ money('sum(debit)') }} as debit,
    {{ money('sum(credit)') }} as credit,
    {{ money('sum(net_change)') }} as net_change,
    {{ money('sum(case when month_no = 1 then opening_balance else 0 end) + sum(net_change)') }} as closing_balance
from {{ ref('rpt_trial_balance_period') }}
group by company, financial_year_id, financial_year, account
