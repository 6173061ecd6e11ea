-- Balance of every account at the end of the reporting date: the opening balance the source states for the latest year
-- that has started, and what has been booked in that year since.
with years as (
    select
        company,
        financial_year_id,
        accounting_method,
        row_number() over (partition by company order by year_number desc) as newest
    from {{ ref('int_financial_years') }}
    where has_ledger and from_date <= {{ as_of_date() }}
),

current_years as (
    select
        company,
        financial_year_id,
        accounting_method
    from years
    where newest = 1
),

movements as (
    select
        ledger_rows.company,
        ledger_rows.financial_year_id,
        ledger_rows.account,
        sum(ledger_rows.amount) as amount,
        max(ledger_rows.transaction_date) as last_posting_date
    from {{ ref('int_ledger_rows') }} as ledger_rows
    inner join current_years
        on
            ledger_rows.company = current_years.company
            and ledger_rows.financial_year_id = current_years.financial_year_id
    where coalesce(ledger_rows.transaction_date, {{ as_of_date() }}) <= {{ as_of_date() }}
    group by ledger_rows.company, ledger_rows.financial_year_id, ledger_rows.account
)

select
    balances.company,
    balances.financial_year_id,
    current_years.accounting_method,
    balances.account,
    accounts.first_four_digits,
    {{ money('balances.opening_reported') }} as opening_balance,
    {{ money('coalesce(movements.amount, 0)') }} as movement,
    {{ money('balances.opening_reported + coalesce(movements.amount, 0)') }} as balance,
    movements.last_posting_date
from {{ ref('int_account_balances') }} as balances
inner join current_years
    on
        balances.company = current_years.company
        and balances.financial_year_id = current_years.financial_year_id
inner join {{ ref('int_accounts') }} as accounts
    on
        balances.company = accounts.company
        and balances.account = accounts.account
left join movements
    on
        balances.company = movements.company
        and balances.account = movements.account
