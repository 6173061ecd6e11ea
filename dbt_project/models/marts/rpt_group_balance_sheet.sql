-- Balance sheet of a group at the end of every month: the companies of seed_group_companies added up, less what they
-- owe each other by seed_group_eliminations.
with members as (
    select
        group_key,
        company,
        count(*) over (partition by group_key) as member_count
    from {{ ref('seed_group_companies') }}
),

sheets as (
    select
        company,
        as_of_date,
        basis,
        line_code,
        line_order,
        line_kind,
        line_sv,
        line_en,
        amount,
        {{ month_of('as_of_date') }} as period,
        -- When one year ends and the next begins inside a month, the month ends with the later one.
        row_number() over (
            partition by company, basis, line_code, {{ month_of('as_of_date') }} order by as_of_date desc
        ) as place_in_month
    from {{ ref('rpt_balance_sheet') }}
),

added_up as (
    select
        members.group_key,
        sheets.period,
        sheets.basis,
        sheets.line_code,
        sheets.line_order,
        sheets.line_kind,
        sheets.line_sv,
        sheets.line_en,
        max(sheets.as_of_date) as as_of_date,
        sum(sheets.amount) as amount,
        count(*) = max(members.member_count) as is_complete
    from members
    inner join sheets
        on members.company = sheets.company
    where sheets.place_in_month = 1
    group by
        members.group_key, sheets.period, sheets.basis, sheets.line_code, sheets.line_order, sheets.line_kind,
        sheets.line_sv, sheets.line_en
),

eliminated as (
    select
        eliminations.group_key,
        eliminations.period,
        eliminations.basis,
        components.line_code,
        sum(eliminations.amount) as amount
    from {{ ref('int_group_eliminations') }} as eliminations
    inner join {{ ref('int_statement_components') }} as components
        on eliminations.line_code = components.component_line_code
    where eliminations.statement = 'BS' and components.statement = 'BS'
    group by eliminations.group_key, eliminations.period, eliminations.basis, components.line_code
)

select
    added_up.group_key as company,
    added_up.as_of_date,
    added_up.basis,
    added_up.line_code,
    added_up.line_order,
    added_up.line_kind,
    added_up.line_sv,
    added_up.line_en,
    {{ money('added_up.amount') }} as companies_amount,
    {{ money('coalesce(statement_lines.sign * eliminated.amount, 0)') }} as elimination,
    {{ money('added_up.amount + coalesce(statement_lines.sign * eliminated.amount, 0)') }} as amount,
    added_up.is_complete
from added_up
inner join {{ ref('seed_statement_lines') }} as statement_lines
    on added_up.line_code = statement_lines.line_code
left join eliminated
    on
        added_up.group_key = eliminated.group_key
        and added_up.period = eliminated.period
        and added_up.basis = eliminated.basis
        and added_up.line_code = eliminated.line_code
