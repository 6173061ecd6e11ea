-- What customers have ordered and not got: rows of orders neither cancelled nor invoiced, with a quantity left to
-- deliver. Fortnox keeps no history of deliveries, so this is the backlog when the orders were copied.
select
    company,
    order_number,
    row_number,
    order_date,
    customer_number,
    article_number,
    description,
    ordered_quantity,
    delivered_quantity,
    open_quantity,
    unit,
    currency,
    open_net_sek as net_sek,
    cost_center,
    project,
    delivery_date,
    cast({{ days_between('order_date', as_of_date()) }} as int64) as age_days,
    coalesce(delivery_date < {{ as_of_date() }}, false) as is_late
from {{ ref('fct_order_line') }}
where open_quantity != 0
