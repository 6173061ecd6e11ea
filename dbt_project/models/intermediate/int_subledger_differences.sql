-- Why a sub-ledger and its control account differ: every voucher on which documents and ledger disagree, and what the
-- year's opening balance holds beyond the vouchers of the years before it. Together they are the whole difference.
with postings as (
    select *
    from {{ ref('int_subledger_postings') }}
),

current_years as (
    select distinct
        company,
        financial_year_id
    from {{ ref('int_balances_as_of') }}
),

-- A voucher that moves a control account against exchange gains and losses revalues it.
revaluations as (
    select distinct
        ledger_rows.company,
        ledger_rows.financial_year_id,
        ledger_rows.voucher_series,
        ledger_rows.voucher_number
    from {{ ref('int_ledger_rows') }} as ledger_rows
    inner join {{ ref('int_accounts') }} as accounts
        on
            ledger_rows.company = accounts.company
            and ledger_rows.account = accounts.account
    where
        accounts.first_four_digits between 3960 and 3969
        or accounts.first_four_digits between 7960 and 7969
        or accounts.first_four_digits between 8330 and 8339
        or accounts.first_four_digits between 8430 and 8439
),

vouchers as (
    select
        company,
        financial_year_id,
        voucher_series,
        voucher_number,
        max(reference_type) as reference_type
    from {{ ref('int_vouchers') }}
    group by company, financial_year_id, voucher_series, voucher_number
),

years as (
    select
        company,
        financial_year_id,
        has_ledger
    from {{ ref('int_financial_years') }}
),

voucher_differences as (
    select
        postings.company,
        postings.ledger,
        postings.account,
        postings.financial_year_id,
        postings.voucher_series,
        postings.voucher_number,
        postings.subledger_sek - postings.general_ledger_sek as difference,
        case
            when postings.voucher_number is null then 'document_without_voucher'
            when not postings.has_postings and not coalesce(years.has_ledger, false) then 'year_not_copied'
            when not postings.has_postings and vouchers.voucher_number is null then 'voucher_not_in_ledger'
            when postings.has_documents then 'edited_voucher'
            when coalesce(vouchers.reference_type, 'MANUAL') != 'MANUAL' then 'document_not_in_subledger'
            when revaluations.voucher_number is not null then 'fx_revaluation'
            else 'manual_voucher'
        end as cause
    from postings
    left join years
        on
            postings.company = years.company
            and postings.financial_year_id = years.financial_year_id
    left join vouchers
        on
            postings.company = vouchers.company
            and postings.financial_year_id = vouchers.financial_year_id
            and postings.voucher_series = vouchers.voucher_series
            and postings.voucher_number = vouchers.voucher_number
    left join revaluations
        on
            postings.company = revaluations.company
            and postings.financial_year_id = revaluations.financial_year_id
            and postings.voucher_series = revaluations.voucher_series
            and postings.voucher_number = revaluations.voucher_number
    where postings.subledger_sek != postings.general_ledger_sek
),

-- What the vouchers of other years moved is in the opening balance, or should be.
other_years as (
    select
        postings.company,
        postings.ledger,
        postings.account,
        sum(postings.general_ledger_sek) as general_ledger_sek
    from postings
    inner join current_years
        on postings.company = current_years.company
    where coalesce(postings.financial_year_id != current_years.financial_year_id, true)
    group by postings.company, postings.ledger, postings.account
),

openings as (
    select
        balances.company,
        {{ subledger_of('balances.first_four_digits') }} as ledger,
        balances.account,
        balances.opening_balance
    from {{ ref('int_balances_as_of') }} as balances
    where {{ subledger_of('balances.first_four_digits') }} is not null
),

ledgers as (
    select distinct
        company,
        ledger
    from postings
),

opening_parts as (
    select
        openings.company,
        openings.ledger,
        openings.account,
        case when openings.ledger = 'AP' then -openings.opening_balance else openings.opening_balance end as amount
    from openings
    inner join ledgers
        on
            openings.company = ledgers.company
            and openings.ledger = ledgers.ledger
    union all
    select
        company,
        ledger,
        account,
        -general_ledger_sek as amount
    from other_years
),

opening_differences as (
    select
        opening_parts.company,
        opening_parts.ledger,
        opening_parts.account,
        current_years.financial_year_id,
        -sum(opening_parts.amount) as difference
    from opening_parts
    inner join current_years
        on opening_parts.company = current_years.company
    group by
        opening_parts.company, opening_parts.ledger, opening_parts.account, current_years.financial_year_id
    having sum(opening_parts.amount) != 0
)

select
    company,
    ledger,
    account,
    cause,
    financial_year_id,
    voucher_series,
    voucher_number,
    {{ money('difference') }} as difference
from voucher_differences
union all
select
    company,
    ledger,
    account,
    'opening_balance' as cause,
    financial_year_id,
    cast(null as string) as voucher_series,
    cast(null as int64) as voucher_number,
    {{ money('difference') }} as difference
from opening_differences
