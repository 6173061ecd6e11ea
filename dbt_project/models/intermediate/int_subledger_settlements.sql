-- Payments of customer and supplier invoices with their write-offs, in the invoice's currency, and what each closes of
-- the claim or debt at the invoice's own rate. What was paid more or less in kronor is an exchange difference.
with write_offs as (
    select
        'AR' as ledger,
        company,
        number,
        currency,
        sum(amount) as amount
    from {{ ref('stg_fortnox__invoice_payments__write_offs') }}
    group by company, number, currency
    union all
    select
        'AP' as ledger,
        company,
        number,
        currency,
        sum(amount) as amount
    from {{ ref('stg_fortnox__supplier_invoice_payments__write_offs') }}
    group by company, number, currency
),

modes as (
    select
        company,
        code,
        max(account_number) as account_number
    from {{ ref('stg_fortnox__modes_of_payments') }}
    group by company, code
),

payments as (
    select
        'AR' as ledger,
        company,
        number,
        invoice_number,
        invoice_customer_number as party_number,
        payment_date,
        currency,
        currency_rate,
        currency_unit,
        amount,
        amount_currency,
        coalesce(booked, false) as is_booked,
        source,
        mode_of_payment,
        mode_of_payment_account,
        voucher_year,
        voucher_series,
        voucher_number
    from {{ ref('stg_fortnox__invoice_payments') }}
    union all
    select
        'AP' as ledger,
        company,
        number,
        invoice_number,
        invoice_supplier_number as party_number,
        payment_date,
        currency,
        currency_rate,
        currency_unit,
        amount,
        amount_currency,
        coalesce(booked, false) as is_booked,
        source,
        mode_of_payment,
        cast(null as int64) as mode_of_payment_account,
        voucher_year,
        voucher_series,
        voucher_number
    from {{ ref('stg_fortnox__supplier_invoice_payments') }}
),

paired as (
    select
        payments.ledger,
        payments.company,
        payments.number as payment_number,
        payments.invoice_number,
        coalesce(invoices.party_number, payments.party_number, 'unknown') as party_number,
        payments.payment_date,
        invoices.invoice_date,
        invoices.due_date,
        invoices.total_currency,
        coalesce(invoices.is_in_scope, false) as is_in_scope,
        invoices.invoice_number is not null as is_invoice_known,
        payments.is_booked,
        payments.source,
        payments.mode_of_payment,
        coalesce(payments.mode_of_payment_account, modes.account_number) as mode_of_payment_account,
        payments.voucher_year,
        payments.voucher_series,
        payments.voucher_number,
        coalesce(payments.currency, invoices.currency, 'SEK') as payment_currency,
        coalesce(invoices.currency, payments.currency, 'SEK') as currency,
        coalesce(nullif(payments.currency_rate, 0), 1) as payment_rate,
        coalesce(nullif(payments.currency_unit, 0), 1) as payment_unit,
        coalesce(invoices.currency_rate, nullif(payments.currency_rate, 0), 1) as currency_rate,
        coalesce(invoices.currency_unit, nullif(payments.currency_unit, 0), 1) as currency_unit,
        payments.amount,
        payments.amount_currency
    from payments
    left join {{ ref('int_subledger_invoices') }} as invoices
        on
            payments.ledger = invoices.ledger
            and payments.company = invoices.company
            and payments.invoice_number = invoices.invoice_number
    left join modes
        on
            payments.company = modes.company
            and payments.mode_of_payment = modes.code
),

-- The list of payments has kronor alone; only the detail has the currency's own amount.
in_kronor as (
    select
        *,
        {{ money('coalesce(amount, ' ~ scaled_money('amount_currency', 'payment_rate', 'payment_unit') ~ ', 0)') }}
            as amount_sek
    from paired
),

written_off as (
    select
        in_kronor.ledger,
        in_kronor.company,
        in_kronor.payment_number,
        sum(
            case
                when coalesce(write_offs.currency, in_kronor.currency) = in_kronor.currency then write_offs.amount
                else {{ scaled_money('write_offs.amount', 'in_kronor.currency_unit', 'in_kronor.currency_rate') }}
            end
        ) as amount
    from in_kronor
    inner join write_offs
        on
            in_kronor.ledger = write_offs.ledger
            and in_kronor.company = write_offs.company
            and in_kronor.payment_number = write_offs.number
    group by in_kronor.ledger, in_kronor.company, in_kronor.payment_number
),

in_currency as (
    select
        in_kronor.*,
        case
            when in_kronor.payment_currency != in_kronor.currency
                then {{ scaled_money('in_kronor.amount_sek', 'in_kronor.currency_unit', 'in_kronor.currency_rate') }}
            else
                coalesce(
                    {{ money('in_kronor.amount_currency') }},
                    {{ scaled_money('in_kronor.amount_sek', 'in_kronor.payment_unit', 'in_kronor.payment_rate') }}
                )
        end as paid_currency,
        {{ money('coalesce(written_off.amount, 0)') }} as write_off_currency
    from in_kronor
    left join written_off
        on
            in_kronor.ledger = written_off.ledger
            and in_kronor.company = written_off.company
            and in_kronor.payment_number = written_off.payment_number
),

-- Only a booked payment closes anything.
closing as (
    select
        *,
        case when is_booked then paid_currency + write_off_currency else 0 end as closing_currency
    from in_currency
),

in_order as (
    select
        *,
        {{ money('coalesce(total_currency, 0) - sum(closing_currency) over (
            partition by ledger, company, invoice_number
            order by payment_date, length(payment_number), payment_number
            rows between unbounded preceding and current row
        )') }} as open_after_currency
    from closing
),

with_before as (
    select
        *,
        {{ money('open_after_currency + closing_currency') }} as open_before_currency
    from in_order
)

select
    ledger,
    company,
    payment_number,
    invoice_number,
    party_number,
    payment_date,
    invoice_date,
    due_date,
    is_booked,
    is_in_scope,
    is_invoice_known,
    source,
    mode_of_payment,
    mode_of_payment_account,
    currency,
    payment_rate,
    payment_unit,
    currency_rate,
    currency_unit,
    paid_currency,
    write_off_currency,
    amount_sek,
    {{ scaled_money('write_off_currency', 'currency_rate', 'currency_unit') }} as write_off_sek,
    open_after_currency,
    -- As the difference of two rounded sums, so that what remains is always the open amount at the invoice's rate.
    {{ scaled_money('open_before_currency', 'currency_rate', 'currency_unit') }}
    - {{ scaled_money('open_after_currency', 'currency_rate', 'currency_unit') }} as closed_sek,
    voucher_year,
    voucher_series,
    voucher_number
from with_before
