-- The year closes on the opening balance the source states plus the rows the source has, added up without the models.
with stated as (
    select
        balances.company,
        balances.financial_year_id,
        balances.account,
        balances.amount
    from {{ ref('stg_fortnox__sie_balances') }} as balances
    inner join {{ ref('int_financial_years') }} as years
        on
            balances.company = years.company
            and balances.financial_year_id = years.financial_year_id
    where years.ledger_source != 'vouchers' and balances.kind = 'IB' and balances.year_number = 0
    union all
    select
        accounts.company,
        accounts.year as financial_year_id,
        accounts.number as account,
        accounts.balance_brought_forward as amount
    from {{ ref('stg_fortnox__accounts') }} as accounts
    inner join {{ ref('int_financial_years') }} as years
        on
            accounts.company = years.company
            and accounts.year = years.financial_year_id
    where years.ledger_source = 'vouchers'
),

parts as (
    select
        stated.company,
        stated.financial_year_id,
        stated.account,
        stated.amount
    from stated
    inner join {{ ref('dim_account') }} as accounts
        on
            stated.company = accounts.company
            and stated.financial_year_id = accounts.financial_year_id
            and stated.account = accounts.account
    where accounts.statement = 'BS'
    union all
    select
        company,
        financial_year_id,
        account,
        amount
    from {{ ref('fct_general_ledger') }}
),

expected as (
    select
        company,
        financial_year_id,
        account,
        sum(amount) as closing
    from parts
    group by company, financial_year_id, account
)

select
    expected.company,
    expected.financial_year_id,
    expected.account,
    expected.closing,
    reported.closing_balance
from expected
left join {{ ref('rpt_trial_balance_year') }} as reported
    on
        expected.company = reported.company
        and expected.financial_year_id = reported.financial_year_id
        and expected.account = reported.account
where expected.closing != coalesce(reported.closing_balance, 0)
