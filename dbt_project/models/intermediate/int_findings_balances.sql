-- Where opening balances, booked rows and closing balances do not fit each other, account by account.
with years as (
    select
        company,
        financial_year_id,
        previous_financial_year_id,
        continues_previous,
        ledger_source
    from {{ ref('int_financial_years') }}
    where has_ledger
),

balances as (
    select *
    from {{ ref('int_account_balances') }}
),

accounts as (
    select
        company,
        account,
        statement
    from {{ ref('int_accounts') }}
),

stated as (
    select
        company,
        financial_year_id,
        account,
        kind,
        year_number,
        sum(amount) as amount
    from {{ ref('stg_fortnox__sie_balances') }}
    where kind in ('IB', 'UB', 'RES')
    group by company, financial_year_id, account, kind, year_number
),

-- The year before: its own ledger when it has been copied and ends the day before, else what this year's file says.
previous_closings as (
    select
        years.company,
        years.financial_year_id,
        balances.account,
        balances.closing_reported as closing
    from years
    inner join balances
        on
            years.company = balances.company
            and years.previous_financial_year_id = balances.financial_year_id
    where years.continues_previous and balances.statement = 'BS'
    union all
    select
        years.company,
        years.financial_year_id,
        stated.account,
        stated.amount as closing
    from years
    inner join stated
        on
            years.company = stated.company
            and years.financial_year_id = stated.financial_year_id
    inner join accounts
        on
            stated.company = accounts.company
            and stated.account = accounts.account
    where
        not years.continues_previous
        and stated.kind = 'UB'
        and stated.year_number = -1
        and accounts.statement = 'BS'
),

years_with_previous as (
    select distinct
        company,
        financial_year_id
    from previous_closings
),

openings as (
    select
        company,
        financial_year_id,
        account,
        opening_reported
    from balances
    where statement = 'BS'
),

opening_keys as (
    select
        company,
        financial_year_id,
        account
    from previous_closings
    union distinct
    select
        openings.company,
        openings.financial_year_id,
        openings.account
    from openings
    inner join years_with_previous
        on
            openings.company = years_with_previous.company
            and openings.financial_year_id = years_with_previous.financial_year_id
),

opening_differences as (
    select
        opening_keys.company,
        opening_keys.financial_year_id,
        opening_keys.account,
        coalesce(openings.opening_reported, 0) - coalesce(previous_closings.closing, 0) as difference
    from opening_keys
    left join openings
        on
            opening_keys.company = openings.company
            and opening_keys.financial_year_id = openings.financial_year_id
            and opening_keys.account = openings.account
    left join previous_closings
        on
            opening_keys.company = previous_closings.company
            and opening_keys.financial_year_id = previous_closings.financial_year_id
            and opening_keys.account = previous_closings.account
),

-- What the file states for its own year, and which of its two closing records an account belongs to.
closings as (
    select
        stated.company,
        stated.financial_year_id,
        stated.account,
        max(case when stated.kind = 'RES' then 1 else 0 end) as has_res,
        sum(case when stated.kind = 'IB' then stated.amount else 0 end) as ib,
        sum(case when stated.kind in ('UB', 'RES') then stated.amount else 0 end) as closing
    from stated
    where stated.year_number = 0
    group by stated.company, stated.financial_year_id, stated.account
),

-- Types 1-3 state balances without the vouchers that explain them.
files_with_vouchers as (
    select
        company,
        financial_year_id
    from {{ ref('stg_fortnox__sie_files') }}
    where sie_type = 4
),

files_with_closings as (
    select distinct
        stated.company,
        stated.financial_year_id
    from stated
    inner join files_with_vouchers
        on
            stated.company = files_with_vouchers.company
            and stated.financial_year_id = files_with_vouchers.financial_year_id
    where stated.year_number = 0 and stated.kind in ('UB', 'RES')
),

closing_keys as (
    select
        company,
        financial_year_id,
        account
    from closings
    union distinct
    select
        company,
        financial_year_id,
        account
    from balances
    where is_active_in_year
),

-- A balance of zero may be left out of the file; class 9 accounts often are.
closing_differences as (
    select
        closing_keys.company,
        closing_keys.financial_year_id,
        closing_keys.account,
        years.ledger_source,
        coalesce(closings.has_res = 1, accounts.statement = 'IS') as is_result,
        case
            when coalesce(closings.has_res = 1, accounts.statement = 'IS') then 0
            else coalesce(closings.ib, balances.opening_reported, 0)
        end
        + coalesce(balances.movement, 0)
        - coalesce(closings.closing, 0) as difference
    from closing_keys
    inner join files_with_closings
        on
            closing_keys.company = files_with_closings.company
            and closing_keys.financial_year_id = files_with_closings.financial_year_id
    inner join years
        on
            closing_keys.company = years.company
            and closing_keys.financial_year_id = years.financial_year_id
    inner join accounts
        on
            closing_keys.company = accounts.company
            and closing_keys.account = accounts.account
    left join closings
        on
            closing_keys.company = closings.company
            and closing_keys.financial_year_id = closings.financial_year_id
            and closing_keys.account = closings.account
    left join balances
        on
            closing_keys.company = balances.company
            and closing_keys.financial_year_id = balances.financial_year_id
            and closing_keys.account = balances.account
    where closings.account is not null or accounts.statement in ('BS', 'IS')
),

opening_sums as (
    select
        company,
        financial_year_id,
        sum(opening_reported) as total
    from openings
    group by company, financial_year_id
),

year_ends as (
    select
        company,
        financial_year_id,
        sum(case when line_code = 'BA999' then amount else -amount end) as difference
    from (
        select
            *,
            row_number() over (
                partition by company, financial_year_id, basis, line_code order by as_of_date desc
            ) as newest
        from {{ ref('rpt_balance_sheet') }}
        where basis = 'reported' and line_code in ('BA999', 'BE999')
    ) as totals
    where newest = 1
    group by company, financial_year_id
),

findings as (
    select
        company,
        financial_year_id,
        'ib_ne_previous_ub' as check_name,
        cast(account as string) as object,
        difference as value
    from opening_differences
    where difference != 0
    union all
    select
        company,
        financial_year_id,
        'opening_balances_do_not_sum_to_zero' as check_name,
        'opening balances' as object,
        total as value
    from opening_sums
    where total != 0
    union all
    select
        stated.company,
        stated.financial_year_id,
        'opening_balance_on_result_account' as check_name,
        cast(stated.account as string) as object,
        stated.amount as value
    from stated
    inner join accounts
        on
            stated.company = accounts.company
            and stated.account = accounts.account
    where
        stated.kind = 'IB'
        and stated.year_number = 0
        and stated.amount != 0
        and accounts.statement != 'BS'
    union all
    select
        company,
        financial_year_id,
        case
            when ledger_source = 'vouchers' then 'ledger_api_ne_sie'
            when is_result then 'transactions_ne_res'
            else 'ib_plus_transactions_ne_ub'
        end as check_name,
        case
            when ledger_source = 'vouchers' then concat('closing balance ', cast(account as string))
            else cast(account as string)
        end as object,
        case when ledger_source = 'vouchers' then -difference else difference end as value
    from closing_differences
    where difference != 0
    union all
    select
        company,
        financial_year_id,
        'balance_sheet_does_not_balance' as check_name,
        'BA999 - BE999' as object,
        difference as value
    from year_ends
    where difference != 0
)

select
    company,
    financial_year_id,
    check_name,
    cast(null as string) as severity,
    object,
    {{ money('value') }} as value
from findings
