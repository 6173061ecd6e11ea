-- Every day from the first day in the books to a year past the last, with Swedish holidays and the eves banks close on.
with limits as (
    select
        min(from_date) as first_day,
        {{ add_months('max(to_date)', 12) }} as last_day
    from {{ ref('int_financial_years') }}
),

days as (
    select calendar_date
    from limits
    {{ each_day('first_day', 'last_day', 'calendar_date') }}
),

numbered as (
    select
        calendar_date,
        extract(year from calendar_date) as year_no,
        extract(month from calendar_date) as month_no,
        extract(day from calendar_date) as day_no,
        {{ iso_weekday('calendar_date') }} as weekday_no
    from days
),

-- Easter Sunday of the Gregorian calendar by the anonymous algorithm (Nature, 1876), one step a query.
golden as (
    select distinct
        year_no,
        mod(year_no, 19) as a,
        {{ integer_division('year_no', 100) }} as b,
        mod(year_no, 100) as c
    from numbered
),

epact as (
    select
        year_no,
        a,
        c,
        mod(
            19 * a + b - {{ integer_division('b', 4) }}
            - {{ integer_division('b - ' ~ integer_division('b + 8', 25) ~ ' + 1', 3) }} + 15,
            30
        ) as h,
        mod(b, 4) as e
    from golden
),

full_moon as (
    select
        year_no,
        a,
        h,
        mod(
            32 + 2 * e + 2 * {{ integer_division('c', 4) }} - h - mod(c, 4),
            7
        ) as l
    from epact
),

easter as (
    select
        year_no,
        {{ make_date(
            'year_no',
            integer_division('h + l - 7 * ' ~ integer_division('a + 11 * h + 22 * l', 451) ~ ' + 114', 31),
            'mod(h + l - 7 * ' ~ integer_division('a + 11 * h + 22 * l', 451) ~ ' + 114, 31) + 1'
        ) }} as easter_sunday
    from full_moon
),

placed as (
    select
        numbered.*,
        {{ days_between('easter.easter_sunday', 'numbered.calendar_date') }} as days_after_easter
    from numbered
    inner join easter
        on numbered.year_no = easter.year_no
),

named as (
    select
        *,
        case
            when month_no = 1 and day_no = 1 then 'Nyårsdagen'
            when month_no = 1 and day_no = 6 then 'Trettondedag jul'
            when days_after_easter = -2 then 'Långfredagen'
            when days_after_easter = 0 then 'Påskdagen'
            when days_after_easter = 1 then 'Annandag påsk'
            when month_no = 5 and day_no = 1 then 'Första maj'
            when days_after_easter = 39 then 'Kristi himmelsfärdsdag'
            when days_after_easter = 49 then 'Pingstdagen'
            -- Pentecost Monday gave way to the National Day in 2005.
            when days_after_easter = 50 and year_no < 2005 then 'Annandag pingst'
            when month_no = 6 and day_no = 6 and year_no >= 2005 then 'Sveriges nationaldag'
            when month_no = 6 and weekday_no = 5 and day_no between 19 and 25 then 'Midsommarafton'
            when month_no = 6 and weekday_no = 6 and day_no between 20 and 26 then 'Midsommardagen'
            when weekday_no = 6 and (month_no = 10 and day_no = 31 or month_no = 11 and day_no <= 6)
                then 'Alla helgons dag'
            when month_no = 12 and day_no = 24 then 'Julafton'
            when month_no = 12 and day_no = 25 then 'Juldagen'
            when month_no = 12 and day_no = 26 then 'Annandag jul'
            when month_no = 12 and day_no = 31 then 'Nyårsafton'
        end as holiday
    from placed
)

select
    calendar_date as date_day,
    cast(year_no as int64) as year_no,
    cast({{ integer_division('month_no + 2', 3) }} as int64) as quarter_no,
    cast(month_no as int64) as month_no,
    {{ month_of('calendar_date') }} as period,
    cast(day_no as int64) as day_no,
    cast({{ iso_week('calendar_date') }} as int64) as iso_week,
    cast(weekday_no as int64) as iso_weekday,
    calendar_date = {{ month_end('calendar_date') }} as is_month_end,
    holiday,
    holiday is not null as is_bank_holiday,
    holiday is null and weekday_no <= 5 as is_bank_day
from named
