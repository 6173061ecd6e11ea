-- Days sales and days payables outstanding at every month end, and at the reporting date. Open amounts and invoiced
-- amounts both include VAT, and credit notes count as negative. Empty when nothing was invoiced.
with events as (
    select
        company,
        ledger,
        event_kind,
        event_date,
        amount_sek
    from {{ ref('int_subledger_events') }}
    where event_date <= {{ as_of_date() }}
),

companies as (
    select
        company,
        min(event_date) as first_day
    from events
    where event_kind = 'invoice'
    group by company
),

months as (
    select
        company,
        first_day,
        first_of_month,
        least({{ month_end('first_of_month') }}, {{ as_of_date() }}) as as_of_date
    from companies
    {{ each_month('first_day', as_of_date(), 'first_of_month') }}
),

ledgers as (
    select 'AR' as ledger
    union all
    select 'AP' as ledger
),

spine as (
    select
        months.company,
        ledgers.ledger,
        months.first_day,
        months.first_of_month,
        months.as_of_date,
        {{ days_between('months.first_of_month', 'months.as_of_date') }} + 1 as days
    from months
    cross join ledgers
),

sums as (
    select
        spine.company,
        spine.ledger,
        spine.first_day,
        spine.first_of_month,
        spine.as_of_date,
        spine.days,
        {{ money('coalesce(sum(events.amount_sek), 0)') }} as open_sek,
        {{ money("coalesce(sum(case
            when
                events.event_kind = 'invoice'
                and events.event_date > " ~ add_days('spine.as_of_date', -365) ~ "
                then events.amount_sek
        end), 0)") }} as invoiced_365,
        {{ money("coalesce(sum(case
            when
                events.event_kind = 'invoice'
                and events.event_date > " ~ add_days('spine.as_of_date', -90) ~ "
                then events.amount_sek
        end), 0)") }} as invoiced_90,
        {{ money("coalesce(sum(case
            when events.event_kind = 'invoice' and events.event_date >= spine.first_of_month then events.amount_sek
        end), 0)") }} as invoiced_in_month
    from spine
    left join events
        on
            spine.company = events.company
            and spine.ledger = events.ledger
            and spine.as_of_date >= events.event_date
    group by
        spine.company, spine.ledger, spine.first_day, spine.first_of_month, spine.as_of_date, spine.days
),

-- Count-back: the open amount is taken to be the latest invoices, month by month backwards until it is used up.
counted_back as (
    select
        latest.company,
        latest.ledger,
        latest.as_of_date,
        latest.open_sek,
        earlier.days,
        greatest(earlier.invoiced_in_month, 0) as invoiced,
        coalesce(sum(greatest(earlier.invoiced_in_month, 0)) over (
            partition by latest.company, latest.ledger, latest.as_of_date order by earlier.first_of_month desc
            rows between unbounded preceding and 1 preceding
        ), 0) as invoiced_later
    from sums as latest
    inner join sums as earlier
        on
            latest.company = earlier.company
            and latest.ledger = earlier.ledger
            and latest.as_of_date >= earlier.as_of_date
),

count_back as (
    select
        company,
        ledger,
        as_of_date,
        sum(
            case
                when open_sek <= invoiced_later then 0
                when open_sek >= invoiced_later + invoiced then days
                else {{ scaled_money('open_sek - invoiced_later', 'days', 'invoiced') }}
            end
        ) as days
    from counted_back
    group by company, ledger, as_of_date
),

measured as (
    select
        sums.company,
        sums.ledger,
        sums.as_of_date,
        sums.first_day,
        sums.open_sek,
        sums.invoiced_365,
        case
            when sums.invoiced_365 > 0 then {{ scaled_money('sums.open_sek', '365', 'sums.invoiced_365') }}
        end as days_365,
        case
            when sums.invoiced_90 > 0 then {{ scaled_money('sums.open_sek', '90', 'sums.invoiced_90') }}
        end as days_90,
        case when sums.invoiced_365 > 0 then {{ money('count_back.days') }} end as days_count_back
    from sums
    inner join count_back
        on
            sums.company = count_back.company
            and sums.ledger = count_back.ledger
            and sums.as_of_date = count_back.as_of_date
)

select
    company,
    as_of_date,
    {{ month_of('as_of_date') }} as period,
    max(case when ledger = 'AR' then open_sek end) as ar_open_sek,
    max(case when ledger = 'AR' then invoiced_365 end) as ar_invoiced_365_sek,
    max(case when ledger = 'AR' then days_365 end) as dso,
    max(case when ledger = 'AR' then days_90 end) as dso_90,
    max(case when ledger = 'AR' then days_count_back end) as dso_count_back,
    max(case when ledger = 'AP' then open_sek end) as ap_open_sek,
    max(case when ledger = 'AP' then invoiced_365 end) as ap_invoiced_365_sek,
    max(case when ledger = 'AP' then days_365 end) as dpo,
    max(case when ledger = 'AP' then days_90 end) as dpo_90,
    max(case when ledger = 'AP' then days_count_back end) as dpo_count_back,
    min(first_day) <= {{ add_days('as_of_date', -364) }} as is_full_year
from measured
group by company, as_of_date
