-- Net sales of booked invoices by invoice date: without rounding and interest invoices, credit notes negative.
select
    company,
    month,
    customer_number,
    article_number,
    {{ money('sum(net_sek)') }} as net_sek,
    {{ fixed('coalesce(sum(quantity), 0)', 4) }} as quantity,
    count(distinct invoice_number) as invoices
from {{ ref('fct_invoice_line') }}
where is_sales
group by company, month, customer_number, article_number
