-- What moved the open items: each invoice opens its amount, each booked payment closes some of it. The sum up to a day
-- is the sub-ledger on that day. A payment before the invoice's date counts from that date.
with invoices as (
    select *
    from {{ ref('int_subledger_invoices') }}
    where is_in_scope
),

settlements as (
    select *
    from {{ ref('int_subledger_settlements') }}
    where is_in_scope and is_booked
)

select
    ledger,
    company,
    invoice_number,
    party_number,
    'invoice' as event_kind,
    invoice_number as document_number,
    invoice_date as event_date,
    total_sek as amount_sek,
    voucher_year,
    voucher_series,
    voucher_number
from invoices
union all
select
    ledger,
    company,
    invoice_number,
    party_number,
    'payment' as event_kind,
    payment_number as document_number,
    greatest(payment_date, invoice_date) as event_date,
    -closed_sek as amount_sek,
    voucher_year,
    voucher_series,
    voucher_number
from settlements
