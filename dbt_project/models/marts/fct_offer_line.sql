-- Offers row by row; cancelled offers are left out. Fortnox's offer rows have no amount without VAT, so it is worked
-- out from price, quantity and discount.
with offers as (
    select *
    from {{ ref('stg_fortnox__offers') }}
    where not coalesce(cancelled, false)
),

offer_rows as (
    select *
    from {{ ref('stg_fortnox__offers__offer_rows') }}
),

joined as (
    select
        offers.company,
        offers.financial_year,
        offers.document_number,
        offer_rows.row_position,
        offers.offer_date,
        offers.expire_date,
        offers.customer_number,
        offers.currency,
        offers.currency_rate,
        offers.currency_unit,
        nullif(offers.order_reference, '0') as order_number,
        nullif(offers.invoice_reference, '0') as invoice_number,
        offer_rows.article_number,
        offer_rows.description,
        offer_rows.quantity,
        offer_rows.unit,
        offer_rows.price,
        offer_rows.discount,
        offer_rows.discount_type,
        offer_rows.vat,
        offer_rows.account_number,
        coalesce(offer_rows.cost_center, offers.cost_center, '(none)') as cost_center,
        coalesce(offer_rows.project, offers.project, '(none)') as project,
        {{ without_vat(
            after_discount(
                exact('offer_rows.price * offer_rows.quantity'), 'offer_rows.discount', 'offer_rows.discount_type'
            ),
            'offer_rows.vat', 'offers.vat_included'
        ) }} as net
    from offers
    inner join offer_rows
        on
            offers.company = offer_rows.company
            and offers.document_number = offer_rows.document_number
)

select
    company,
    financial_year,
    document_number as offer_number,
    cast(row_position as int64) as row_number,
    offer_date,
    expire_date,
    coalesce(customer_number, 'unknown') as customer_number,
    coalesce(article_number, '(none)') as article_number,
    description,
    {{ fixed('quantity', 4) }} as quantity,
    unit,
    {{ fixed('price', 4) }} as price,
    {{ fixed('discount', 4) }} as discount,
    discount_type,
    currency,
    {{ exact('currency_rate') }} as currency_rate,
    {{ exact('currency_unit') }} as currency_unit,
    {{ money('coalesce(net, 0)') }} as net_currency,
    {{ money(in_kronor('coalesce(net, 0)', 'currency', 'currency_rate', 'currency_unit')) }} as net_sek,
    {{ fixed('vat', 4) }} as vat_rate,
    nullif(account_number, 0) as account,
    cost_center,
    project,
    order_number,
    invoice_number,
    coalesce(order_number, invoice_number) is not null as is_accepted,
    coalesce(order_number, invoice_number) is null and coalesce(expire_date < {{ as_of_date() }}, false) as is_expired
from joined
