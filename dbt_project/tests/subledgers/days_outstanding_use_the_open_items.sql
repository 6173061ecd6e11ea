-- On the reporting date DSO and DPO start from the same open amounts as the ageing reports.
with items as (
    select
        company,
        open_sek as ar_open_sek,
        0 as ap_open_sek
    from {{ ref('fct_ar_open_item') }}
    union all
    select
        company,
        0 as ar_open_sek,
        open_sek as ap_open_sek
    from {{ ref('fct_ap_open_item') }}
    union all
    select
        company,
        -ar_open_sek as ar_open_sek,
        -ap_open_sek as ap_open_sek
    from {{ ref('rpt_dso_dpo') }}
    where as_of_date = {{ as_of_date() }}
)

select
    company,
    sum(ar_open_sek) as ar_difference,
    sum(ap_open_sek) as ap_difference
from items
group by company
having sum(ar_open_sek) != 0 or sum(ap_open_sek) != 0
