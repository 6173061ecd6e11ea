-- Income statement of a group by calendar month: the companies of seed_group_companies added up, less what they sell to
-- each other by seed_group_eliminations.
with members as (
    select
        group_key,
        company,
        count(*) over (partition by group_key) as member_count
    from {{ ref('seed_group_companies') }}
),

eliminated as (
    select
        eliminations.group_key,
        eliminations.period,
        components.line_code,
        sum(eliminations.amount) as amount
    from {{ ref('int_group_eliminations') }} as eliminations
    inner join {{ ref('int_statement_components') }} as components
        on eliminations.line_code = components.component_line_code
    where eliminations.statement = 'IS' and components.statement = 'IS'
    group by eliminations.group_key, eliminations.period, components.line_code
),

added_up as (
    select
        members.group_key,
        income.period,
        income.line_code,
        income.line_order,
        income.line_kind,
        income.line_sv,
        income.line_en,
        sum(income.amount) as amount,
        count(distinct income.company) = max(members.member_count) as is_complete
    from members
    inner join {{ ref('rpt_income_statement') }} as income
        on members.company = income.company
    group by
        members.group_key, income.period, income.line_code, income.line_order, income.line_kind, income.line_sv,
        income.line_en
),

consolidated as (
    select
        added_up.group_key,
        added_up.period,
        added_up.line_code,
        added_up.line_order,
        added_up.line_kind,
        added_up.line_sv,
        added_up.line_en,
        added_up.is_complete,
        added_up.amount as companies_amount,
        coalesce(statement_lines.sign * eliminated.amount, 0) as elimination,
        cast(substr(added_up.period, 1, 4) as int64) * 12 + cast(substr(added_up.period, 6, 2) as int64) as month_index
    from added_up
    inner join {{ ref('seed_statement_lines') }} as statement_lines
        on added_up.line_code = statement_lines.line_code
    left join eliminated
        on
            added_up.group_key = eliminated.group_key
            and added_up.period = eliminated.period
            and added_up.line_code = eliminated.line_code
),

last_year as (
    select
        *,
        sum(companies_amount + elimination) over twelve_months as last_12_months,
        sum(case when is_complete then 1 else 0 end) over twelve_months as complete_months
    from consolidated
    window twelve_months as (
        partition by group_key, line_code order by month_index
        range between 11 preceding and current row
    )
)

select
    group_key as company,
    period,
    line_code,
    line_order,
    line_kind,
    line_sv,
    line_en,
    {{ money('companies_amount') }} as companies_amount,
    {{ money('elimination') }} as elimination,
    {{ money('companies_amount + elimination') }} as amount,
    {{ money('case when complete_months = 12 then last_12_months end') }} as amount_last_12_months,
    is_complete
from last_year
