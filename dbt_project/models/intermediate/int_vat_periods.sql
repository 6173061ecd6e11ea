-- The periods each company declares VAT for: calendar months or quarters, or its own financial years. Every period that
-- the copied years or a ledger row falls in. A settlement belongs to the latest period whose `settled_from` it has
-- reached: it is dated at the end of the period it settles, or later, by those who book it when they declare.
with years as (
    select
        company,
        from_date,
        to_date,
        {{ vat_period_of('company') }} as vat_period
    from {{ ref('int_financial_years') }}
    where has_ledger
),

days as (
    select
        company,
        vat_period,
        month_start as some_day
    from years
    {{ each_month('from_date', 'to_date', 'month_start') }}
    where vat_period != 'year'
    union distinct
    select
        company,
        {{ vat_period_of('company') }} as vat_period,
        transaction_date as some_day
    from {{ ref('int_ledger_rows') }}
    where transaction_date is not null and {{ vat_period_of('company') }} != 'year'
),

calendar as (
    select distinct
        company,
        vat_period,
        case
            when vat_period = 'month'
                then {{ make_date('extract(year from some_day)', 'extract(month from some_day)', 1) }}
            else {{ make_date(
                'extract(year from some_day)',
                integer_division('extract(month from some_day) - 1', 3) ~ ' * 3 + 1',
                1
            ) }}
        end as first_day
    from days
),

with_last_day as (
    select
        company,
        vat_period,
        first_day,
        {{ month_end(add_months('first_day', "case when vat_period = 'month' then 0 else 2 end")) }} as last_day
    from calendar
),

periods as (
    select
        company,
        vat_period,
        first_day,
        last_day,
        case
            when vat_period = 'month' then {{ month_of('first_day') }}
            else concat(
                cast(extract(year from first_day) as string),
                '-Q',
                cast({{ integer_division('extract(month from last_day)', 3) }} as string)
            )
        end as declaration_period
    from with_last_day
    union all
    select
        company,
        vat_period,
        from_date as first_day,
        to_date as last_day,
        case
            when
                {{ month_of('from_date') }} like '%-01'
                and {{ add_months('from_date', 12) }} = {{ add_days('to_date', 1) }}
                then cast(extract(year from from_date) as string)
            else concat({{ month_of('from_date') }}, '/', {{ month_of('to_date') }})
        end as declaration_period
    from years
    where vat_period = 'year'
),

-- Days of the period that lie in a copied year: a period that the books hold only a part of cannot be declared.
covered as (
    select
        periods.company,
        periods.first_day,
        sum(
            {{ days_between(
                'greatest(periods.first_day, years.from_date)', 'least(periods.last_day, years.to_date)'
            ) }} + 1
        ) as days
    from periods
    inner join years
        on
            periods.company = years.company
            and periods.first_day <= years.to_date
            and periods.last_day >= years.from_date
    group by periods.company, periods.first_day
),

with_settlement as (
    select
        *,
        case
            when vat_period = 'month' then {{ add_days('first_day', 27) }}
            else greatest(
                first_day,
                {{ make_date('extract(year from last_day)', 'extract(month from last_day)', 1) }}
            )
        end as settled_from
    from periods
)

select
    with_settlement.company,
    with_settlement.vat_period,
    with_settlement.declaration_period,
    with_settlement.first_day,
    with_settlement.last_day,
    with_settlement.settled_from,
    lead(with_settlement.settled_from) over (
        partition by with_settlement.company order by with_settlement.first_day
    ) as next_settled_from,
    coalesce(covered.days, 0) = {{ days_between('with_settlement.first_day', 'with_settlement.last_day') }} + 1
    and with_settlement.last_day <= {{ as_of_date() }} as is_complete
from with_settlement
left join covered
    on
        with_settlement.company = covered.company
        and with_settlement.first_day = covered.first_day
