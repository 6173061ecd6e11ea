-- The expected scenario holds every open item once with its whole amount, wherever its payment stands.
with both_sides as (
    select
        company,
        object,
        1 as items,
        amount_sek
    from {{ ref('int_liquidity_flows') }}
    where scenario = 'expected' and (object like 'AR %' or object like 'AP %')
    union all
    select
        company,
        concat('AR ', invoice_number) as object,
        -1 as items,
        -open_sek as amount_sek
    from {{ ref('fct_ar_open_item') }}
    union all
    select
        company,
        concat('AP ', invoice_number) as object,
        -1 as items,
        open_sek as amount_sek
    from {{ ref('fct_ap_open_item') }}
)

select
    company,
    object
from both_sides
group by company, object
having sum(items) != 0 or sum(amount_sek) != 0
