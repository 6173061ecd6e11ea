-- Payables by supplier and days overdue; a supplier's open credits stand in a class of their own.
select
    items.company,
    items.as_of_date,
    items.supplier_number,
    suppliers.name as supplier_name,
    items.bucket,
    buckets.bucket_order,
    buckets.name_sv,
    buckets.name_en,
    {{ money('sum(items.open_sek)') }} as open_sek,
    count(*) as open_items,
    max(items.days_overdue) as longest_days_overdue
from {{ ref('fct_ap_open_item') }} as items
inner join {{ ref('seed_ageing_buckets') }} as buckets
    on items.bucket = buckets.bucket_code
left join {{ ref('dim_supplier') }} as suppliers
    on
        items.company = suppliers.company
        and items.supplier_number = suppliers.supplier_number
group by
    items.company, items.as_of_date, items.supplier_number, suppliers.name, items.bucket,
    buckets.bucket_order, buckets.name_sv, buckets.name_en
