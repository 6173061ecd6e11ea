-- Stock of each article when it was copied: by stock point from the warehouse where the company has one, else what the
-- article register says. The value is the register's, shared out by quantity.
with in_warehouse as (
    select
        company,
        item_id as article_number,
        coalesce(nullif(stock_point_code, ''), '(none)') as stock_point_code,
        sum(in_stock) as in_stock,
        sum(available_stock) as available_stock
    from {{ ref('stg_fortnox__stock_balance') }}
    group by company, item_id, coalesce(nullif(stock_point_code, ''), '(none)')
),

warehouse_companies as (
    select distinct company
    from in_warehouse
),

articles as (
    select *
    from {{ ref('stg_fortnox__articles') }}
),

stock as (
    select
        company,
        article_number,
        stock_point_code,
        in_stock,
        available_stock,
        'stock_balance' as source
    from in_warehouse
    union all
    select
        articles.company,
        articles.article_number,
        '(none)' as stock_point_code,
        coalesce(articles.quantity_in_stock, 0) as in_stock,
        coalesce(articles.disposable_quantity, articles.quantity_in_stock, 0) as available_stock,
        'articles' as source
    from articles
    left join warehouse_companies
        on articles.company = warehouse_companies.company
    where
        warehouse_companies.company is null
        and (coalesce(articles.stock_goods, false) or coalesce(articles.quantity_in_stock, 0) != 0)
),

valued as (
    select
        stock.*,
        articles.stock_value,
        articles.stock_warning,
        sum(stock.in_stock) over by_article as in_all_points,
        row_number() over (
            partition by stock.company, stock.article_number
            order by abs(stock.in_stock) desc, stock.stock_point_code
        ) as size_order
    from stock
    left join articles
        on
            stock.company = articles.company
            and stock.article_number = articles.article_number
    window by_article as (partition by stock.company, stock.article_number)
),

shared as (
    select
        *,
        {{ money('coalesce(' ~ divided(exact('stock_value * in_stock'), 'in_all_points') ~ ', 0)') }} as share_of_value
    from valued
),

rounded as (
    select
        *,
        -- What the shares do not add up to, for the largest point to take; all of it when the points cancel out.
        {{ money('coalesce(stock_value, 0)') }} - sum(share_of_value) over (
            partition by company, article_number
        ) as value_left
    from shared
)

select
    company,
    article_number,
    stock_point_code,
    {{ fixed('in_stock', 4) }} as in_stock,
    {{ fixed('available_stock', 4) }} as available_stock,
    {{ fixed('in_stock - available_stock', 4) }} as reserved_stock,
    {{ money('share_of_value + case when size_order = 1 then value_left else 0 end') }} as stock_value,
    {{ fixed('stock_warning', 4) }} as warning_level,
    coalesce(in_all_points < stock_warning, false) as is_below_warning,
    source
from rounded
