-- The sales report is the booked lines: no rounding, no interest, nothing of a cancelled or unbooked invoice.
with parts as (
    select
        company,
        month,
        net_sek as reported,
        0 as invoiced
    from {{ ref('rpt_sales_by_customer_article_month') }}
    union all
    select
        lines.company,
        lines.month,
        0 as reported,
        lines.net_sek as invoiced
    from {{ ref('fct_invoice_line') }} as lines
    inner join {{ ref('stg_fortnox__invoices') }} as invoices
        on
            lines.company = invoices.company
            and lines.invoice_number = invoices.document_number
    where
        invoices.booked
        and not coalesce(invoices.cancelled, false)
        and coalesce(invoices.invoice_type, '') != 'INTRESTINVOICE'
        and lines.line_type in ('row', 'freight', 'admin_fee')
)

select
    company,
    month,
    sum(reported) as sum_reported,
    sum(invoiced) as sum_invoiced
from parts
group by company, month
having sum(reported) != sum(invoiced)
