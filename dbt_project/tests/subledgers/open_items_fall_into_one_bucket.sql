-- Every open item belongs to exactly one class of days overdue, and is in that one.
with items as (
    select
        'AR' as ledger,
        company,
        invoice_number,
        open_currency,
        greatest(days_past_due, 0) as days_late,
        bucket
    from {{ ref('fct_ar_open_item') }}
    union all
    select
        'AP' as ledger,
        company,
        invoice_number,
        open_currency,
        greatest(days_past_due, 0) as days_late,
        bucket
    from {{ ref('fct_ap_open_item') }}
),

matched as (
    select
        items.ledger,
        items.company,
        items.invoice_number,
        items.bucket,
        buckets.bucket_code,
        case
            when items.open_currency < 0 then buckets.bucket_code = 'credit'
            else
                buckets.bucket_code != 'credit'
                and items.days_late between coalesce(buckets.days_overdue_from, 0)
                and coalesce(buckets.days_overdue_to, items.days_late)
        end as is_match
    from items
    cross join {{ ref('seed_ageing_buckets') }} as buckets
)

select
    ledger,
    company,
    invoice_number
from matched
group by ledger, company, invoice_number
having
    sum(case when is_match then 1 else 0 end) != 1
    or sum(case when is_match and bucket_code = bucket then 1 else 0 end) != 1
