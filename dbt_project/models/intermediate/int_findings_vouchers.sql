-- What is wrong with single vouchers and with how they are numbered and dated.
with vouchers as (
    select
        *,
        case
            when voucher_number is null then concat(voucher_series, ' (no number)')
            else concat(voucher_series, ' ', cast(voucher_number as string))
        end as object
    from {{ ref('int_vouchers') }}
),

years as (
    select
        company,
        financial_year_id,
        from_date,
        to_date,
        ledger_source
    from {{ ref('int_financial_years') }}
),

locks as (
    select
        company,
        max(end_date) as locked_until
    from {{ ref('stg_fortnox__locked_period') }}
    group by company
),

dated as (
    select
        vouchers.company,
        vouchers.financial_year_id,
        vouchers.object,
        vouchers.transaction_date,
        vouchers.debit,
        vouchers.row_count,
        years.from_date,
        years.to_date,
        -- Year-end entries are booked long after the last day of the year, as the law and Fortnox's lock allow.
        vouchers.is_closing or vouchers.transaction_date = years.to_date as is_year_end,
        {{ days_between(month_end('vouchers.transaction_date'), 'vouchers.registered_date') }} as days_late,
        case
            when vouchers.transaction_date <= locks.locked_until
                then {{ days_between('locks.locked_until', 'vouchers.registered_date') }}
        end as days_after_lock
    from vouchers
    inner join years
        on
            vouchers.company = years.company
            and vouchers.financial_year_id = years.financial_year_id
    left join locks
        on vouchers.company = locks.company
),

numbers as (
    select
        company,
        financial_year_id,
        voucher_series,
        voucher_number,
        count(*) as occurrences,
        lag(voucher_number, 1, 0) over (
            partition by company, financial_year_id, voucher_series order by voucher_number
        ) as previous_number
    from vouchers
    where voucher_number is not null
    group by company, financial_year_id, voucher_series, voucher_number
),

gaps as (
    select
        company,
        financial_year_id,
        voucher_series,
        previous_number + 1 as first_missing,
        voucher_number - 1 as last_missing
    from numbers
    where voucher_number - previous_number > 1
),

known_gaps as (
    select
        gaps.company,
        gaps.financial_year_id,
        gaps.voucher_series,
        gaps.first_missing,
        gaps.last_missing,
        count(listed.voucher_number) as listed_by_fortnox
    from gaps
    left join {{ ref('stg_fortnox__vouchers') }} as listed
        on
            gaps.company = listed.company
            and gaps.financial_year_id = listed.year
            and gaps.voucher_series = listed.voucher_series
            and listed.voucher_number between gaps.first_missing and gaps.last_missing
    group by
        gaps.company, gaps.financial_year_id, gaps.voucher_series, gaps.first_missing, gaps.last_missing
),

-- Two customer invoices may be alike; two vouchers without a reference of their own seldom are.
alike as (
    select
        company,
        financial_year_id,
        transaction_date,
        debit,
        min(object) as first_object,
        max(object) as last_object,
        count(*) as occurrences
    from vouchers
    where debit != 0
    group by
        company, financial_year_id, transaction_date, debit, row_count, fingerprint,
        coalesce(reference_type, ''), coalesce(reference_number, '')
    having count(*) > 1
),

vouchers_with_rows as (
    select distinct
        company,
        year as financial_year_id,
        voucher_series,
        voucher_number
    from {{ ref('stg_fortnox__vouchers__voucher_rows') }}
),

unread as (
    select
        vouchers.company,
        vouchers.financial_year_id,
        vouchers.voucher_series,
        count(*) as vouchers_without_rows
    from vouchers
    inner join years
        on
            vouchers.company = years.company
            and vouchers.financial_year_id = years.financial_year_id
    left join vouchers_with_rows
        on
            vouchers.company = vouchers_with_rows.company
            and vouchers.financial_year_id = vouchers_with_rows.financial_year_id
            and vouchers.voucher_series = vouchers_with_rows.voucher_series
            and vouchers.voucher_number = vouchers_with_rows.voucher_number
    where years.ledger_source = 'vouchers' and vouchers_with_rows.voucher_number is null
    group by vouchers.company, vouchers.financial_year_id, vouchers.voucher_series
),

findings as (
    select
        company,
        financial_year_id,
        'voucher_unbalanced' as check_name,
        cast(null as string) as severity,
        object,
        imbalance as value
    from vouchers
    where imbalance != 0
    union all
    select
        company,
        financial_year_id,
        'voucher_duplicate' as check_name,
        cast(null as string) as severity,
        concat(voucher_series, ' ', cast(voucher_number as string)) as object,
        occurrences as value
    from numbers
    where occurrences > 1
    union all
    select
        company,
        financial_year_id,
        'voucher_number_gap' as check_name,
        case when listed_by_fortnox > 0 then 'error' end as severity,
        case
            when first_missing = last_missing
                then concat(voucher_series, ' ', cast(first_missing as string))
            else
                concat(
                    voucher_series, ' ', cast(first_missing as string), '-', cast(last_missing as string)
                )
        end as object,
        last_missing - first_missing + 1 as value
    from known_gaps
    union all
    select
        company,
        financial_year_id,
        'duplicate_suspect' as check_name,
        cast(null as string) as severity,
        case
            when occurrences = 2 then concat(first_object, ', ', last_object)
            else
                concat(
                    first_object, ', ', last_object, ' and ', cast(occurrences - 2 as string), ' more'
                )
        end as object,
        debit as value
    from alike
    union all
    select
        company,
        financial_year_id,
        'voucher_without_rows' as check_name,
        cast(null as string) as severity,
        voucher_series as object,
        vouchers_without_rows as value
    from unread
    union all
    select
        company,
        financial_year_id,
        'posting_outside_year' as check_name,
        cast(null as string) as severity,
        object,
        debit as value
    from dated
    where transaction_date is null or transaction_date < from_date or transaction_date > to_date
    union all
    select
        company,
        financial_year_id,
        'posting_after_lock' as check_name,
        cast(null as string) as severity,
        object,
        days_after_lock as value
    from dated
    where
        days_after_lock > {{ var('posting_after_lock_days') }}
        and not is_year_end
    union all
    select
        company,
        financial_year_id,
        'late_registration' as check_name,
        cast(null as string) as severity,
        object,
        days_late as value
    from dated
    where
        days_late > {{ var('late_registration_days') }}
        and not is_year_end
)

select
    company,
    financial_year_id,
    check_name,
    severity,
    object,
    {{ money('value') }} as value
from findings
