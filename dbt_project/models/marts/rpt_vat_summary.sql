-- The VAT return by declaration period and box: exact, and declared as the form wants it, in whole kronor cut toward
-- zero with box 49 made of the cut boxes. Beside it what the settlement vouchers booked.
with booked as (
    select
        company,
        declaration_period,
        vat_box,
        sum(case when is_settlement then 0 else amount end) as amount,
        sum(case when is_settlement then amount else 0 end) as settlement
    from {{ ref('int_vat_rows') }}
    where declaration_period is not null
    group by company, declaration_period, vat_box
),

settled_periods as (
    select distinct
        company,
        declaration_period
    from {{ ref('int_vat_rows') }}
    where is_settlement and declaration_period is not null
),

boxes as (
    select
        periods.company,
        periods.declaration_period,
        periods.vat_period,
        periods.first_day,
        periods.last_day,
        periods.is_complete,
        vat_boxes.vat_box,
        vat_boxes.section,
        vat_boxes.kind,
        vat_boxes.name_sv,
        vat_boxes.name_en,
        vat_boxes.sign * coalesce(booked.amount, 0) as exact,
        case
            when settled_periods.company is null or vat_boxes.kind = 'base' then null
            -- What is owed is a credit, on the settlement account as on the accounts it is taken from.
            when vat_boxes.kind = 'net' then -coalesce(booked.settlement, 0)
            else -vat_boxes.sign * coalesce(booked.settlement, 0)
        end as settled
    from {{ ref('int_vat_periods') }} as periods
    cross join {{ ref('seed_vat_boxes') }} as vat_boxes
    left join booked
        on
            periods.company = booked.company
            and periods.declaration_period = booked.declaration_period
            and vat_boxes.vat_box = booked.vat_box
    left join settled_periods
        on
            periods.company = settled_periods.company
            and periods.declaration_period = settled_periods.declaration_period
),

-- Output VAT less input VAT.
net as (
    select
        company,
        declaration_period,
        sum(case when vat_box = '48' then -exact else exact end) as exact,
        sum(case when vat_box = '48' then -trunc(exact) else trunc(exact) end) as declared
    from boxes
    where kind = 'vat'
    group by company, declaration_period
),

filled as (
    select
        boxes.company,
        boxes.declaration_period,
        boxes.vat_period,
        boxes.first_day,
        boxes.last_day,
        boxes.is_complete,
        boxes.vat_box,
        boxes.section,
        boxes.kind,
        boxes.name_sv,
        boxes.name_en,
        boxes.settled,
        case when boxes.kind = 'net' then net.exact else boxes.exact end as exact,
        case when boxes.kind = 'net' then net.declared else trunc(boxes.exact) end as declared
    from boxes
    inner join net
        on
            boxes.company = net.company
            and boxes.declaration_period = net.declaration_period
)

select
    company,
    declaration_period,
    vat_period,
    first_day,
    last_day,
    is_complete,
    vat_box,
    section,
    kind,
    name_sv,
    name_en,
    {{ money('exact') }} as exact,
    {{ money('declared') }} as declared,
    {{ money('settled') }} as settled,
    {{ money("case when kind = 'net' then declared - settled else exact - settled end") }} as difference
from filled
