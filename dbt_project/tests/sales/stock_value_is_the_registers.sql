-- Stock points share an article's value without gaining or losing an öre.
with stock as (
    select
        company,
        article_number,
        sum(stock_value) as stock_value
    from {{ ref('rpt_stock') }}
    group by company, article_number
)

select
    stock.company,
    stock.article_number,
    stock.stock_value,
    articles.stock_value as in_register
from stock
left join {{ ref('stg_fortnox__articles') }} as articles
    on
        stock.company = articles.company
        and stock.article_number = articles.article_number
where stock.stock_value != {{ money('coalesce(articles.stock_value, 0)') }}
