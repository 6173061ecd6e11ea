-- Supplier invoices open at the end of the reporting date. Amounts are positive for what the company owes.
select
    open_items.company,
    open_items.as_of_date,
    open_items.invoice_number,
    invoices.invoice_number as supplier_invoice_number,
    open_items.party_number as supplier_number,
    open_items.party_name as supplier_name,
    open_items.invoice_date,
    open_items.due_date,
    open_items.currency,
    {{ money('open_items.total_currency') }} as total_currency,
    {{ money('open_items.paid_currency') }} as paid_currency,
    {{ money('open_items.open_currency') }} as open_currency,
    {{ money('open_items.open_sek') }} as open_sek,
    open_items.days_past_due,
    open_items.days_overdue,
    open_items.bucket,
    open_items.is_credit,
    coalesce(invoices.payment_pending, false) as is_payment_pending,
    coalesce(invoices.disable_payment_file, false) as is_payment_file_disabled,
    coalesce(invoices.cost_center, '(none)') as cost_center,
    coalesce(invoices.project, '(none)') as project,
    open_items.last_payment_date
from {{ ref('int_subledger_open_items') }} as open_items
inner join {{ ref('stg_fortnox__supplier_invoices') }} as invoices
    on
        open_items.company = invoices.company
        and open_items.invoice_number = invoices.given_number
where open_items.ledger = 'AP'
