-- Payables by supplier and days overdue; a supplier's open credits stand in a class of their own.
select
    open_items.company,
    open_items.as_of_date,
    open_items.supplier_number,
    suppliers.name as supplier_name,
    open_items.bucket,
    buckets.bucket_order,
    buckets.name_sv,
    buckets.name_en,
    {{ money('sum(open_items.open_sek)') }} as open_sek,
    count(*) as open_items,
    max(open_items.days_overdue) as longest_days_overdue
from {{ ref('fct_ap_open_item') }} as open_items
inner join {{ ref('seed_ageing_buckets') }} as buckets
    on open_items.bucket = buckets.bucket_code
left join {{ ref('dim_supplier') }} as suppliers
    on
        open_items.company = suppliers.company
        and open_items.supplier_number = suppliers.supplier_number
group by
    open_items.company, open_items.as_of_date, open_items.supplier_number, suppliers.name, open_items.bucket,
    buckets.bucket_order, buckets.name_sv, buckets.name_en
