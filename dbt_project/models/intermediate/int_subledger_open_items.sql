-- Invoices of both sub-ledgers that were open at the end of the reporting date, rebuilt from invoices and booked
-- payments up to that day: Fortnox's Balance knows only today.
with invoices as (
    select *
    from {{ ref('int_subledger_invoices') }}
    where is_in_scope and invoice_date <= {{ as_of_date() }}
),

paid as (
    select
        ledger,
        company,
        invoice_number,
        sum(paid_currency + write_off_currency) as paid_currency,
        max(payment_date) as last_payment_date
    from {{ ref('int_subledger_settlements') }}
    where is_booked and payment_date <= {{ as_of_date() }}
    group by ledger, company, invoice_number
),

remaining as (
    select
        invoices.*,
        paid.last_payment_date,
        {{ money('coalesce(paid.paid_currency, 0)') }} as paid_currency,
        {{ money('invoices.total_currency - coalesce(paid.paid_currency, 0)') }} as open_currency,
        {{ days_between('invoices.due_date', as_of_date()) }} as days_past_due
    from invoices
    left join paid
        on
            invoices.ledger = paid.ledger
            and invoices.company = paid.company
            and invoices.invoice_number = paid.invoice_number
),

open_items as (
    select
        *,
        {{ scaled_money('open_currency', 'currency_rate', 'currency_unit') }} as open_sek,
        -- Nobody is late with money that is owed to them.
        case when open_currency > 0 then greatest(days_past_due, 0) else 0 end as days_overdue
    from remaining
    where open_currency != 0
)

select
    open_items.ledger,
    open_items.company,
    {{ as_of_date() }} as as_of_date,
    open_items.invoice_number,
    open_items.party_number,
    open_items.party_name,
    open_items.invoice_date,
    open_items.due_date,
    open_items.currency,
    open_items.currency_rate,
    open_items.currency_unit,
    open_items.total_currency,
    open_items.paid_currency,
    open_items.open_currency,
    open_items.open_sek,
    cast(open_items.days_past_due as int64) as days_past_due,
    cast(open_items.days_overdue as int64) as days_overdue,
    buckets.bucket_code as bucket,
    buckets.bucket_order,
    open_items.is_credit,
    open_items.last_payment_date
from open_items
-- Not a left join, which BigQuery wants an equality for: every item has a class, or a test fails.
inner join {{ ref('seed_ageing_buckets') }} as buckets
    on
        (open_items.open_currency < 0 and buckets.bucket_code = 'credit')
        or (
            open_items.open_currency > 0
            and buckets.bucket_code != 'credit'
            and (buckets.days_overdue_from is null or open_items.days_overdue >= buckets.days_overdue_from)
            and (buckets.days_overdue_to is null or open_items.days_overdue <= buckets.days_overdue_to)
        )
