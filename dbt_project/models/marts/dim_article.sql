-- Articles: Fortnox's register, what documents name though it is not in the register, and `(none)` for rows without
-- one.
with registered as (
    select *
    from {{ ref('stg_fortnox__articles') }}
),

numbers as (
    select
        company,
        article_number
    from registered
    union distinct
    select
        company,
        article_number
    from {{ ref('stg_fortnox__invoices__invoice_rows') }}
    where article_number is not null
    union distinct
    select
        company,
        article_number
    from {{ ref('stg_fortnox__orders__order_rows') }}
    where article_number is not null
    union distinct
    select
        company,
        article_number
    from {{ ref('stg_fortnox__offers__offer_rows') }}
    where article_number is not null
    union distinct
    select
        company,
        item_id as article_number
    from {{ ref('stg_fortnox__stock_balance') }}
    where item_id is not null
),

companies as (
    select company
    from {{ ref('dim_company') }}
),

members as (
    select
        company,
        article_number
    from numbers
    union all
    select
        company,
        '(none)' as article_number
    from companies
)

select
    members.company,
    members.article_number,
    case
        when members.article_number = '(none)' then 'No article'
        else coalesce(registered.description, members.article_number)
    end as description,
    registered.article_type,
    registered.unit,
    registered.ean,
    registered.manufacturer,
    registered.supplier_number,
    registered.commodity_code,
    registered.sales_account,
    registered.purchase_account,
    registered.stock_account,
    {{ fixed('registered.vat', 4) }} as vat_rate,
    {{ fixed('registered.sales_price', 4) }} as sales_price,
    {{ fixed('registered.purchase_price', 4) }} as purchase_price,
    case
        when registered.article_number is not null
            then {{ fixed(
                'coalesce(registered.purchase_price, 0) + coalesce(registered.direct_cost, 0)'
                ~ ' + coalesce(registered.freight_cost, 0) + coalesce(registered.other_cost, 0)', 4
            ) }}
    end as unit_cost,
    coalesce(registered.stock_goods, false) as is_stock_goods,
    coalesce(registered.housework, false) as is_housework,
    coalesce(registered.active, true) as is_active,
    registered.article_number is not null as is_registered
from members
left join registered
    on
        members.company = registered.company
        and members.article_number = registered.article_number
