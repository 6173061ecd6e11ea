-- Every account's change in every month is the sum of its ledger rows; so a month sums to zero when its vouchers do.
with ledger as (
    select
        company,
        financial_year_id,
        period,
        account,
        sum(amount) as net_change
    from {{ ref('fct_general_ledger') }}
    group by company, financial_year_id, period, account
),

reported as (
    select
        company,
        financial_year_id,
        period,
        account,
        net_change
    from {{ ref('rpt_trial_balance_period') }}
)

select
    ledger.company as ledger_company,
    reported.company as reported_company,
    ledger.net_change as in_ledger,
    reported.net_change as in_report
from ledger
full outer join reported
    on
        ledger.company = reported.company
        and ledger.financial_year_id = reported.financial_year_id
        and ledger.period = reported.period
        and ledger.account = reported.account
where coalesce(ledger.net_change, 0) != coalesce(reported.net_change, 0)
