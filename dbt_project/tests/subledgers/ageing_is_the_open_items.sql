-- The ageing reports hold every open item once.
with both_sides as (
    select
        'AR' as ledger,
        company,
        customer_number as party_number,
        bucket,
        open_sek
    from {{ ref('rpt_ar_ageing') }}
    union all
    select
        'AR' as ledger,
        company,
        customer_number as party_number,
        bucket,
        -open_sek as open_sek
    from {{ ref('fct_ar_open_item') }}
    union all
    select
        'AP' as ledger,
        company,
        supplier_number as party_number,
        bucket,
        open_sek
    from {{ ref('rpt_ap_ageing') }}
    union all
    select
        'AP' as ledger,
        company,
        supplier_number as party_number,
        bucket,
        -open_sek as open_sek
    from {{ ref('fct_ap_open_item') }}
)

select
    ledger,
    company,
    party_number,
    bucket
from both_sides
group by ledger, company, party_number, bucket
having sum(open_sek) != 0
