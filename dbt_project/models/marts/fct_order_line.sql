-- Sales orders row by row; cancelled orders are left out. Fortnox's order rows have no amount without VAT, so it is
-- worked out from price, quantity and discount, for all of the row and for what is not yet delivered.
with orders as (
    select *
    from {{ ref('stg_fortnox__orders') }}
    where not coalesce(cancelled, false)
),

order_rows as (
    select
        *,
        coalesce(ordered_quantity, 0) as ordered,
        coalesce(ordered_quantity, 0) - coalesce(delivered_quantity, 0) as not_delivered
    from {{ ref('stg_fortnox__orders__order_rows') }}
),

joined as (
    select
        orders.company,
        orders.financial_year,
        orders.document_number,
        order_rows.row_position,
        orders.order_date,
        orders.customer_number,
        orders.currency,
        orders.currency_rate,
        orders.currency_unit,
        orders.vat_included,
        orders.delivery_date,
        nullif(orders.invoice_reference, '0') as invoice_number,
        nullif(orders.offer_reference, '0') as offer_number,
        order_rows.article_number,
        order_rows.description,
        order_rows.ordered,
        order_rows.delivered_quantity,
        order_rows.reserved_quantity,
        -- Nothing is open on an order that has become an invoice, nor on a row delivered in full or in excess.
        case
            when nullif(orders.invoice_reference, '0') is not null then 0
            when order_rows.ordered > 0 and order_rows.not_delivered > 0 then order_rows.not_delivered
            when order_rows.ordered < 0 and order_rows.not_delivered < 0 then order_rows.not_delivered
            else 0
        end as still_open,
        order_rows.unit,
        order_rows.price,
        order_rows.discount,
        order_rows.discount_type,
        order_rows.vat,
        order_rows.account_number,
        coalesce(order_rows.cost_center, orders.cost_center, '(none)') as cost_center,
        coalesce(order_rows.project, orders.project, '(none)') as project
    from orders
    inner join order_rows
        on
            orders.company = order_rows.company
            and orders.document_number = order_rows.document_number
),

discounted as (
    select
        *,
        {{ after_discount(exact('price * ordered'), 'discount', 'discount_type') }} as ordered_total
    from joined
),

without_tax as (
    select
        *,
        {{ without_vat('ordered_total', 'vat', 'vat_included') }} as net_ordered,
        {{ without_vat(
            divided(exact('ordered_total * still_open'), 'ordered'), 'vat', 'vat_included'
        ) }} as net_open
    from discounted
)

select
    company,
    financial_year,
    document_number as order_number,
    cast(row_position as int64) as row_number,
    order_date,
    coalesce(customer_number, 'unknown') as customer_number,
    coalesce(article_number, '(none)') as article_number,
    description,
    {{ fixed('ordered', 4) }} as ordered_quantity,
    {{ fixed('coalesce(delivered_quantity, 0)', 4) }} as delivered_quantity,
    {{ fixed('coalesce(reserved_quantity, 0)', 4) }} as reserved_quantity,
    {{ fixed('still_open', 4) }} as open_quantity,
    unit,
    {{ fixed('price', 4) }} as price,
    {{ fixed('discount', 4) }} as discount,
    discount_type,
    currency,
    {{ exact('currency_rate') }} as currency_rate,
    {{ exact('currency_unit') }} as currency_unit,
    {{ money('coalesce(net_ordered, 0)') }} as net_currency,
    {{ money(in_kronor('coalesce(net_ordered, 0)', 'currency', 'currency_rate', 'currency_unit')) }} as net_sek,
    {{ money(in_kronor('coalesce(net_open, 0)', 'currency', 'currency_rate', 'currency_unit')) }} as open_net_sek,
    {{ fixed('vat', 4) }} as vat_rate,
    nullif(account_number, 0) as account,
    cost_center,
    project,
    delivery_date,
    offer_number,
    invoice_number,
    invoice_number is not null as is_invoiced
from without_tax
