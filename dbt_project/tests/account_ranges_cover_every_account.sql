-- Ranges follow on each other from 1000 to 9999 without gap or overlap.
with ranges as (
    select
        range_from,
        range_to,
        lag(range_to, 1, 999) over (order by range_from) as range_before,
        lead(range_from, 1, 10000) over (order by range_from) as range_after
    from {{ ref('seed_bas_account_ranges') }}
)

select *
from ranges
where range_from > range_to or range_from != range_before + 1 or range_to != range_after - 1
