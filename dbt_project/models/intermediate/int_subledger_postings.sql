-- The sub-ledgers beside their control accounts, voucher by voucher up to the reporting date: what the documents say a
-- voucher moved on an account, and what the ledger says. An invoice's account is the control account its voucher used.
-- Both sides are positive for what is owed: to the company in AR, by the company in AP.
with compared as (
    select distinct
        invoices.company,
        invoices.ledger
    from {{ ref('int_subledger_invoices') }} as invoices
    inner join {{ ref('int_balances_as_of') }} as balances
        on invoices.company = balances.company
    -- Under the cash method an invoice is not on its control account.
    where coalesce(balances.accounting_method, 'ACCRUAL') != 'CASH'
),

control_rows as (
    select
        ledger_rows.company,
        {{ subledger_of('accounts.first_four_digits') }} as ledger,
        ledger_rows.account,
        ledger_rows.financial_year_id,
        ledger_rows.voucher_series,
        ledger_rows.voucher_number,
        ledger_rows.amount
    from {{ ref('int_ledger_rows') }} as ledger_rows
    inner join {{ ref('int_accounts') }} as accounts
        on
            ledger_rows.company = accounts.company
            and ledger_rows.account = accounts.account
    where
        {{ subledger_of('accounts.first_four_digits') }} is not null
        and coalesce(ledger_rows.transaction_date, {{ as_of_date() }}) <= {{ as_of_date() }}
),

control_vouchers as (
    select
        company,
        ledger,
        account,
        financial_year_id,
        voucher_series,
        voucher_number,
        sum(case when ledger = 'AP' then -amount else amount end) as general_ledger_sek,
        sum(abs(amount)) as turnover
    from control_rows
    group by company, ledger, account, financial_year_id, voucher_series, voucher_number
),

ranked as (
    select
        *,
        row_number() over (
            partition by company, ledger, financial_year_id, voucher_series, voucher_number
            order by turnover desc, account asc
        ) as place
    from control_vouchers
),

invoice_accounts as (
    select
        invoices.company,
        invoices.ledger,
        invoices.invoice_number,
        coalesce(ranked.account, case when invoices.ledger = 'AR' then 1510 else 2440 end) as account
    from {{ ref('int_subledger_invoices') }} as invoices
    left join ranked
        on
            invoices.company = ranked.company
            and invoices.ledger = ranked.ledger
            and invoices.voucher_year = ranked.financial_year_id
            and invoices.voucher_series = ranked.voucher_series
            and invoices.voucher_number = ranked.voucher_number
            and ranked.place = 1
),

both_sides as (
    select
        events.company,
        events.ledger,
        invoice_accounts.account,
        events.voucher_year as financial_year_id,
        events.voucher_series,
        events.voucher_number,
        events.amount_sek as subledger_sek,
        0 as general_ledger_sek,
        1 as is_document,
        0 as is_posting
    from {{ ref('int_subledger_events') }} as events
    inner join invoice_accounts
        on
            events.company = invoice_accounts.company
            and events.ledger = invoice_accounts.ledger
            and events.invoice_number = invoice_accounts.invoice_number
    where events.event_date <= {{ as_of_date() }}
    union all
    select
        company,
        ledger,
        account,
        financial_year_id,
        voucher_series,
        voucher_number,
        0 as subledger_sek,
        general_ledger_sek,
        0 as is_document,
        1 as is_posting
    from control_vouchers
)

select
    both_sides.company,
    both_sides.ledger,
    both_sides.account,
    both_sides.financial_year_id,
    both_sides.voucher_series,
    both_sides.voucher_number,
    {{ money('sum(both_sides.subledger_sek)') }} as subledger_sek,
    {{ money('sum(both_sides.general_ledger_sek)') }} as general_ledger_sek,
    max(both_sides.is_document) = 1 as has_documents,
    max(both_sides.is_posting) = 1 as has_postings
from both_sides
inner join compared
    on
        both_sides.company = compared.company
        and both_sides.ledger = compared.ledger
group by
    both_sides.company, both_sides.ledger, both_sides.account, both_sides.financial_year_id,
    both_sides.voucher_series, both_sides.voucher_number
