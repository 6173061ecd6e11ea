-- What was booked on each account in each month of the financial year.
select
    company,
    financial_year_id,
    account,
    period,
    count(*) as row_count,
    {{ money('sum(debit)') }} as debit,
    {{ money('sum(credit)') }} as credit,
    {{ money('sum(amount)') }} as net_change
from {{ ref('int_ledger_rows') }}
group by company, financial_year_id, account, period
