-- The months of every financial year that has been copied: the spine of every statement.
with years as (
    select
        company,
        financial_year_id,
        financial_year,
        from_date,
        to_date
    from {{ ref('int_financial_years') }}
    where has_ledger
),

locks as (
    select
        company,
        max(end_date) as locked_until
    from {{ ref('stg_fortnox__locked_period') }}
    group by company
),

months as (
    select
        company,
        financial_year_id,
        financial_year,
        from_date,
        to_date,
        month_start
    from years
    {{ each_month('from_date', 'to_date', 'month_start') }}
)

select
    months.company,
    months.financial_year_id,
    months.financial_year,
    {{ month_of('months.month_start') }} as period,
    cast(
        row_number() over (
            partition by months.company, months.financial_year_id order by months.month_start
        ) as int64
    ) as month_no,
    cast(
        extract(year from months.month_start) * 12 + extract(month from months.month_start) - 1 as int64
    ) as month_index,
    greatest(months.month_start, months.from_date) as first_day,
    least({{ month_end('months.month_start') }}, months.to_date) as last_day,
    months.from_date >= months.month_start as is_first,
    months.to_date <= {{ month_end('months.month_start') }} as is_last,
    coalesce(least({{ month_end('months.month_start') }}, months.to_date) <= locks.locked_until, false) as is_locked
from months
left join locks
    on months.company = locks.company
