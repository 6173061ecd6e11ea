-- Periods whose settlement is not what the books say is owed, by more than the rounding of a kronor. A period without
-- a settlement counts once a later period has been settled: until then it may only be waiting.
with owed as (
    select
        company,
        declaration_period,
        last_day,
        declared - coalesce(settled, 0) as difference,
        settled is not null as is_settled,
        max(case when settled is not null then last_day end) over (partition by company) as settled_until
    from {{ ref('rpt_vat_summary') }}
    where vat_box = '49' and is_complete
)

select
    owed.company,
    years.financial_year_id,
    'vat_box_49_ne_settlement' as check_name,
    cast(null as string) as severity,
    owed.declaration_period as object,
    {{ money('owed.difference') }} as value
from owed
left join {{ ref('int_financial_years') }} as years
    on
        owed.company = years.company
        and owed.last_day between years.from_date and years.to_date
where abs(owed.difference) > 1 and (owed.is_settled or owed.last_day < owed.settled_until)
