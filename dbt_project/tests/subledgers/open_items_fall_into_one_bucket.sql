-- Every open item belongs to exactly one class of days overdue, and is in that one.
with items as (
    select
        'AR' as ledger,
        company,
        invoice_number,
        open_currency,
        days_past_due,
        bucket
    from {{ ref('fct_ar_open_item') }}
    union all
    select
        'AP' as ledger,
        company,
        invoice_number,
        open_currency,
        days_past_due,
        bucket
    from {{ ref('fct_ap_open_item') }}
)

select
    items.ledger,
    items.company,
    items.invoice_number
from items
left join {{ ref('seed_ageing_buckets') }} as buckets
    on
        case
            when items.open_currency < 0 then buckets.bucket_code = 'credit'
            else
                buckets.bucket_code != 'credit'
                and greatest(items.days_past_due, 0) between coalesce(buckets.days_overdue_from, 0)
                and coalesce(buckets.days_overdue_to, greatest(items.days_past_due, 0))
        end
group by items.ledger, items.company, items.invoice_number
having count(*) != 1 or max(case when buckets.bucket_code = items.bucket then 1 else 0 end) != 1
