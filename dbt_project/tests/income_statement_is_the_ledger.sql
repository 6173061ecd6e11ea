-- RR599 is minus the sum of accounts 3000-8989, month by month.
with ledger as (
    select
        ledger.company,
        ledger.financial_year_id,
        ledger.period,
        -sum(ledger.amount) as result
    from {{ ref('fct_general_ledger') }} as ledger
    inner join {{ ref('dim_account') }} as accounts
        on
            ledger.company = accounts.company
            and ledger.financial_year_id = accounts.financial_year_id
            and ledger.account = accounts.account
    where accounts.statement = 'IS' and accounts.line_code != 'RR900'
    group by ledger.company, ledger.financial_year_id, ledger.period
),

reported as (
    select
        company,
        financial_year_id,
        period,
        amount
    from {{ ref('rpt_income_statement') }}
    where line_code = 'RR599'
)

select
    ledger.company as ledger_company,
    reported.company as reported_company,
    ledger.result,
    reported.amount
from ledger
full outer join reported
    on
        ledger.company = reported.company
        and ledger.financial_year_id = reported.financial_year_id
        and ledger.period = reported.period
where coalesce(ledger.result, 0) != coalesce(reported.amount, 0)
