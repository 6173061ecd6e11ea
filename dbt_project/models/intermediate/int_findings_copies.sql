-- Findings about the copy over time: parts that have not been copied for long.
with copies as (
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
)

select
    company,
    financial_year_id,
    'stale_partition' as check_name,
    cast(null as string) as severity,
    object,
    {{ money('hours_old') }} as value
from copies
where hours_old > {{ var('stale_after_hours') }}
