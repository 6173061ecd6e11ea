-- Open items against the balance of their control accounts at the end of the reporting date. Positive is owed: to the
-- company in AR, by it in AP. Differences are listed by voucher in int_subledger_differences.
with documents as (
    select
        company,
        ledger,
        account,
        sum(subledger_sek) as subledger_sek
    from {{ ref('int_subledger_postings') }}
    group by company, ledger, account
),

ledgers as (
    select distinct
        company,
        ledger
    from documents
),

balances as (
    select
        company,
        {{ subledger_of('first_four_digits') }} as ledger,
        account,
        balance
    from {{ ref('int_balances_as_of') }}
    where {{ subledger_of('first_four_digits') }} is not null
),

both_sides as (
    select
        company,
        ledger,
        account,
        subledger_sek,
        0 as general_ledger_sek
    from documents
    union all
    select
        balances.company,
        balances.ledger,
        balances.account,
        0 as subledger_sek,
        case when balances.ledger = 'AP' then -balances.balance else balances.balance end as general_ledger_sek
    from balances
    inner join ledgers
        on
            balances.company = ledgers.company
            and balances.ledger = ledgers.ledger
),

explained as (
    select
        company,
        ledger,
        account,
        count(*) as differences,
        sum(case when cause = 'manual_voucher' then difference else 0 end) as manual_vouchers_sek,
        sum(case when cause = 'fx_revaluation' then difference else 0 end) as fx_revaluation_sek,
        sum(case when cause = 'edited_voucher' then difference else 0 end) as edited_vouchers_sek,
        sum(case when cause = 'opening_balance' then difference else 0 end) as opening_balance_sek,
        sum(
            case
                when cause in ('manual_voucher', 'fx_revaluation', 'edited_voucher', 'opening_balance') then 0
                else difference
            end
        ) as other_sek
    from {{ ref('int_subledger_differences') }}
    group by company, ledger, account
),

summed as (
    select
        company,
        ledger,
        account,
        sum(subledger_sek) as subledger_sek,
        sum(general_ledger_sek) as general_ledger_sek
    from both_sides
    group by company, ledger, account
)

select
    summed.company,
    summed.ledger,
    {{ as_of_date() }} as as_of_date,
    summed.account,
    {{ money('summed.subledger_sek') }} as subledger_sek,
    {{ money('summed.general_ledger_sek') }} as general_ledger_sek,
    {{ money('summed.subledger_sek - summed.general_ledger_sek') }} as difference,
    {{ money('coalesce(explained.manual_vouchers_sek, 0)') }} as manual_vouchers_sek,
    {{ money('coalesce(explained.fx_revaluation_sek, 0)') }} as fx_revaluation_sek,
    {{ money('coalesce(explained.edited_vouchers_sek, 0)') }} as edited_vouchers_sek,
    {{ money('coalesce(explained.opening_balance_sek, 0)') }} as opening_balance_sek,
    {{ money('coalesce(explained.other_sek, 0)') }} as other_sek,
    cast(coalesce(explained.differences, 0) as int64) as differences
from summed
left join explained
    on
        summed.company = explained.company
        and summed.ledger = explained.ledger
        and summed.account = explained.account
