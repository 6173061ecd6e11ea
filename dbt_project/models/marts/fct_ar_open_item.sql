-- Customer invoices open at the end of the reporting date. Whether an invoice was sent does not matter: booked is owed.
select
    open_items.company,
    open_items.as_of_date,
    open_items.invoice_number,
    open_items.party_number as customer_number,
    open_items.party_name as customer_name,
    open_items.invoice_date,
    open_items.due_date,
    invoices.terms_of_payment,
    open_items.currency,
    {{ money('open_items.total_currency') }} as total_currency,
    {{ money('open_items.paid_currency') }} as paid_currency,
    {{ money('open_items.open_currency') }} as open_currency,
    {{ money('open_items.open_sek') }} as open_sek,
    open_items.days_past_due,
    open_items.days_overdue,
    open_items.bucket,
    open_items.is_credit,
    coalesce(invoices.reminders, 0) as reminders,
    invoices.last_remind_date,
    coalesce(invoices.nox_finans, false) as is_factored,
    coalesce(invoices.sent, false) as is_sent,
    coalesce(invoices.cost_center, '(none)') as cost_center,
    coalesce(invoices.project, '(none)') as project,
    open_items.last_payment_date
from {{ ref('int_subledger_open_items') }} as open_items
inner join {{ ref('stg_fortnox__invoices') }} as invoices
    on
        open_items.company = invoices.company
        and open_items.invoice_number = invoices.document_number
where open_items.ledger = 'AR'
