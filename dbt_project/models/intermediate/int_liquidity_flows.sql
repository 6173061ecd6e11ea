-- What is known to come in and go out after the reporting date: open items and the tax debts in the ledger, each once,
-- with the day it is expected in each scenario. `cautious`: customers take their usual delay also with what is not yet
-- due, nothing comes from invoices more than 120 days overdue, and suppliers' credits are not paid out.
with scenarios as (
    select 'expected' as scenario
    union all
    select 'cautious' as scenario
),

-- A payment that is registered but not booked has not closed its invoice: it only says when the money moves.
registered as (
    select
        company,
        ledger,
        invoice_number,
        max(payment_date) as payment_date
    from {{ ref('int_subledger_settlements') }}
    where not is_booked
    group by company, ledger, invoice_number
),

items as (
    select
        open_items.company,
        open_items.ledger,
        open_items.invoice_number,
        open_items.due_date,
        open_items.bucket,
        open_items.open_sek,
        open_items.as_of_date,
        registered.payment_date as registered_date,
        greatest(coalesce(habits.median_days_after_due, 0), 0) as delay,
        scenarios.scenario
    from {{ ref('int_subledger_open_items') }} as open_items
    cross join scenarios
    left join registered
        on
            open_items.company = registered.company
            and open_items.ledger = registered.ledger
            and open_items.invoice_number = registered.invoice_number
    left join {{ ref('int_payment_habits') }} as habits
        on
            open_items.ledger = 'AR'
            and open_items.company = habits.company
            and open_items.party_number = habits.customer_number
),

item_flows as (
    select
        company,
        scenario,
        case
            when ledger = 'AR' and open_sek > 0 then 'receivable'
            when ledger = 'AR' then 'customer_credit'
            when open_sek > 0 then 'payable'
            else 'supplier_credit'
        end as kind,
        concat(ledger, ' ', invoice_number) as object,
        case
            when registered_date is not null then registered_date
            when ledger = 'AP' or open_sek < 0 then due_date
            when due_date < as_of_date then {{ add_days('as_of_date', 'delay') }}
            when scenario = 'cautious' then {{ add_days('due_date', 'delay') }}
            else due_date
        end as expected_date,
        case when ledger = 'AP' then -open_sek else open_sek end as amount_sek
    from items
    where
        scenario = 'expected'
        or not (ledger = 'AR' and bucket = '120+' or ledger = 'AP' and open_sek < 0)
),

-- VAT to pay, tax withheld from wages, employer contributions and income tax, as the ledger has them.
tax_accounts as (
    select
        company,
        case
            when first_four_digits between 2650 and 2659 then 'vat'
            when first_four_digits between 2710 and 2719 then 'payroll_tax'
            when first_four_digits between 2730 and 2739 then 'payroll_tax'
            when first_four_digits between 2510 and 2519 then 'income_tax'
        end as kind,
        account,
        balance,
        coalesce(last_posting_date, {{ as_of_date() }}) as last_posting_date
    from {{ ref('int_balances_as_of') }}
),

-- Paid on the 12th of the next month (VAT: of the month after that), in January and August on the 17th. A debt older
-- than that is paid on the next such day. Skatteverket, "Viktiga datum för moms och arbetsgivaravgifter".
tax_months as (
    select
        company,
        kind,
        account,
        balance,
        greatest(
            case
                when kind = 'vat' then {{ add_months('last_posting_date', 2) }}
                when kind = 'payroll_tax' then {{ add_months('last_posting_date', 1) }}
                else {{ as_of_date() }}
            end,
            {{ as_of_date() }}
        ) as due_month
    from tax_accounts
    where kind is not null and balance != 0
),

tax_days as (
    select
        company,
        kind,
        account,
        balance,
        {{ make_date(
            'extract(year from due_month)',
            'extract(month from due_month)',
            'case when extract(month from due_month) in (1, 8) then 17 else 12 end'
        ) }} as this_day,
        {{ make_date(
            'extract(year from ' ~ add_months('due_month', 1) ~ ')',
            'extract(month from ' ~ add_months('due_month', 1) ~ ')',
            'case when extract(month from ' ~ add_months('due_month', 1) ~ ') in (1, 8) then 17 else 12 end'
        ) }} as next_day
    from tax_months
),

tax_flows as (
    select
        tax_days.company,
        scenarios.scenario,
        tax_days.kind,
        concat('account ', cast(tax_days.account as string)) as object,
        case
            when tax_days.this_day <= {{ as_of_date() }} then tax_days.next_day
            else tax_days.this_day
        end as expected_date,
        tax_days.balance as amount_sek
    from tax_days
    cross join scenarios
    -- A claim on the tax agency is money only when the agency pays it out.
    where tax_days.balance < 0 or tax_days.kind = 'vat' and scenarios.scenario = 'expected'
),

flows as (
    select *
    from item_flows
    union all
    select *
    from tax_flows
),

next_bank_days as (
    select
        date_day,
        min(case when is_bank_day then date_day end) over (
            order by date_day rows between current row and unbounded following
        ) as bank_day
    from {{ ref('dim_date') }}
),

-- Nothing moves on the reporting date itself any more: that day's bookings are in the bank balance.
upcoming as (
    select
        company,
        scenario,
        kind,
        object,
        greatest(expected_date, {{ add_days(as_of_date(), 1) }}) as expected_date,
        amount_sek
    from flows
)

select
    upcoming.company,
    upcoming.scenario,
    upcoming.kind,
    upcoming.object,
    coalesce(next_bank_days.bank_day, upcoming.expected_date) as expected_date,
    {{ money('upcoming.amount_sek') }} as amount_sek
from upcoming
left join next_bank_days
    on upcoming.expected_date = next_bank_days.date_day
