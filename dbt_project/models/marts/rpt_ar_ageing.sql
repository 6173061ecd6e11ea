-- Receivables by customer and days overdue; a customer's open credits stand in a class of their own.
select
    items.company,
    items.as_of_date,
    items.customer_number,
    customers.name as customer_name,
    items.bucket,
    buckets.bucket_order,
    buckets.name_sv,
    buckets.name_en,
    {{ money('sum(items.open_sek)') }} as open_sek,
    count(*) as open_items,
    max(items.days_overdue) as longest_days_overdue
from {{ ref('fct_ar_open_item') }} as items
inner join {{ ref('seed_ageing_buckets') }} as buckets
    on items.bucket = buckets.bucket_code
left join {{ ref('dim_customer') }} as customers
    on
        items.company = customers.company
        and items.customer_number = customers.customer_number
group by
    items.company, items.as_of_date, items.customer_number, customers.name, items.bucket,
    buckets.bucket_order, buckets.name_sv, buckets.name_en
