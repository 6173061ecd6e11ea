-- Findings about the copy over time: parts that have not been copied for long, and numbers that became other vouchers.
with stale as (
    select
        state.company,
        years.financial_year_id,
        state.endpoint as object,
        {{ hours_between('state.watermark', as_of_moment()) }} as hours_old
    from {{ ref('int_sync_state') }} as state
    left join {{ ref('dim_financial_year') }} as years
        on
            state.company = years.company
            and state.financial_year = years.financial_year
    -- Only what goes on changing: registers, and the year that is under way.
    where state.financial_year is null or years.is_current
),

edited as (
    select distinct
        company,
        financial_year_id,
        voucher_series,
        voucher_number
    from {{ ref('fct_voucher_row_history') }}
),

debits as (
    select
        company,
        financial_year_id,
        voucher_series,
        voucher_number,
        sum(debit) as debit
    from {{ ref('int_vouchers') }}
    group by company, financial_year_id, voucher_series, voucher_number
),

-- A voucher whose rows were struck and added says so itself; without that, the number stands for something else.
reused as (
    select
        contents.company,
        contents.financial_year_id,
        concat(contents.voucher_series, ' ', cast(contents.voucher_number as string)) as object,
        debits.debit
    from {{ ref('int_voucher_contents') }} as contents
    inner join debits
        on
            contents.company = debits.company
            and contents.financial_year_id = debits.financial_year_id
            and contents.voucher_series = debits.voucher_series
            and contents.voucher_number = debits.voucher_number
    left join edited
        on
            contents.company = edited.company
            and contents.financial_year_id = edited.financial_year_id
            and contents.voucher_series = edited.voucher_series
            and contents.voucher_number = edited.voucher_number
    where contents.is_present and contents.changed_on is not null and edited.company is null
),

findings as (
    select
        company,
        financial_year_id,
        'stale_partition' as check_name,
        object,
        hours_old as value
    from stale
    where hours_old > {{ var('stale_after_hours') }}
    union all
    select
        company,
        financial_year_id,
        'voucher_number_reused' as check_name,
        object,
        debit as value
    from reused
)

select
    company,
    financial_year_id,
    check_name,
    cast(null as string) as severity,
    object,
    {{ money('value') }} as value
from findings
