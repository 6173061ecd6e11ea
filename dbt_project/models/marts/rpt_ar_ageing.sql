-- Receivables by customer and days overdue; a customer's open credits stand in a class of their own.
select
    open_items.company,
    open_items.as_of_date,
    open_items.customer_number,
    customers.name as customer_name,
    open_items.bucket,
    buckets.bucket_order,
    buckets.name_sv,
    buckets.name_en,
    {{ money('sum(open_items.open_sek)') }} as open_sek,
    count(*) as open_items,
    max(open_items.days_overdue) as longest_days_overdue
from {{ ref('fct_ar_open_item') }} as open_items
inner join {{ ref('seed_ageing_buckets') }} as buckets
    on open_items.bucket = buckets.bucket_code
left join {{ ref('dim_customer') }} as customers
    on
        open_items.company = customers.company
        and open_items.customer_number = customers.customer_number
group by
    open_items.company, open_items.as_of_date, open_items.customer_number, customers.name, open_items.bucket,
    buckets.bucket_order, buckets.name_sv, buckets.name_en
