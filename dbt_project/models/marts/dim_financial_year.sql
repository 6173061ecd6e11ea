-- Financial years in order of time. `fy_counter` is 0 for the latest year that has started on the reporting date,
-- negative before it, positive for years that only exist ahead of time.
with years as (
    select *
    from {{ ref('int_financial_years') }}
),

counted as (
    select
        *,
        year_number - greatest(
            sum(case when from_date <= {{ as_of_date() }} then 1 else 0 end) over (partition by company),
            1
        ) as fy_counter,
        (extract(year from to_date) - extract(year from from_date)) * 12
        + extract(month from to_date) - extract(month from from_date) + 1 as months
    from years
),

-- A year is closed when its result has been carried away: something is booked on 8990-8999, and 3000-8999 nets to zero.
results as (
    select
        movements.company,
        movements.financial_year_id,
        sum(movements.net_change) as unclosed,
        max(case when accounts.first_four_digits between 8990 and 8999 then 1 else 0 end) as has_closing_rows
    from {{ ref('int_account_movements') }} as movements
    inner join {{ ref('int_accounts') }} as accounts
        on
            movements.company = accounts.company
            and movements.account = accounts.account
    where accounts.statement = 'IS'
    group by movements.company, movements.financial_year_id
)

select
    counted.company,
    counted.financial_year_id,
    counted.financial_year,
    counted.from_date,
    counted.to_date,
    concat({{ date_label('counted.from_date') }}, '-', {{ date_label('counted.to_date') }}) as label,
    cast(counted.months as int64) as months,
    cast(counted.fy_counter as int64) as fy_counter,
    counted.fy_counter = 0 as is_current,
    counted.from_date > {{ as_of_date() }} as is_future,
    extract(month from counted.from_date) != 1
    or extract(day from counted.from_date) != 1
    or extract(month from counted.to_date) != 12
    or extract(day from counted.to_date) != 31 as is_broken,
    counted.months > 12 as is_extended,
    counted.months < 12 as is_shortened,
    coalesce(results.unclosed = 0 and results.has_closing_rows = 1, false) as is_closed,
    counted.accounting_method,
    case when counted.has_ledger then counted.ledger_source end as ledger_source,
    counted.ledger_hash,
    counted.previous_financial_year_id,
    counted.next_financial_year_id
from counted
left join results
    on
        counted.company = results.company
        and counted.financial_year_id = results.financial_year_id
