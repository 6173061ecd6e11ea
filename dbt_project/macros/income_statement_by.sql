{# The income statement divided by one dimension of the ledger rows, `(none)` for rows without it: every line and
   subtotal a member has something on in the year, for every month of the year. Accounts 3000-8989 only: what is marked
   on balance sheet rows says nothing about the result. #}
{% macro income_statement_by(dimension) -%}
with booked as (
    select
        ledger.company,
        ledger.financial_year_id,
        ledger.period,
        ledger.{{ dimension }},
        accounts.line_code,
        sum(ledger.amount) as amount
    from {{ ref('fct_general_ledger') }} as ledger
    inner join {{ ref('dim_account') }} as accounts
        on
            ledger.company = accounts.company
            and ledger.financial_year_id = accounts.financial_year_id
            and ledger.account = accounts.account
    where accounts.statement = 'IS' and accounts.line_code != 'RR900'
    group by ledger.company, ledger.financial_year_id, ledger.period, ledger.{{ dimension }}, accounts.line_code
),

with_totals as (
    select
        booked.company,
        booked.financial_year_id,
        booked.period,
        booked.{{ dimension }},
        components.line_code,
        sum(booked.amount) as amount
    from booked
    inner join {{ ref('int_statement_components') }} as components
        on booked.line_code = components.component_line_code
    where components.statement = 'IS'
    group by booked.company, booked.financial_year_id, booked.period, booked.{{ dimension }}, components.line_code
),

members as (
    select distinct
        company,
        financial_year_id,
        {{ dimension }},
        line_code
    from with_totals
),

monthly as (
    select
        periods.company,
        periods.financial_year_id,
        periods.financial_year,
        periods.period,
        periods.month_no,
        members.{{ dimension }},
        statement_lines.line_code,
        statement_lines.line_order,
        statement_lines.line_kind,
        statement_lines.line_sv,
        statement_lines.line_en,
        coalesce(statement_lines.sign * with_totals.amount, 0) as amount
    from {{ ref('dim_fiscal_period') }} as periods
    inner join members
        on
            periods.company = members.company
            and periods.financial_year_id = members.financial_year_id
    inner join {{ ref('seed_statement_lines') }} as statement_lines
        on members.line_code = statement_lines.line_code
    left join with_totals
        on
            periods.company = with_totals.company
            and periods.financial_year_id = with_totals.financial_year_id
            and periods.period = with_totals.period
            and members.{{ dimension }} = with_totals.{{ dimension }}
            and members.line_code = with_totals.line_code
)

select
    company,
    financial_year_id,
    financial_year,
    period,
    month_no,
    {{ dimension }},
    line_code,
    line_order,
    line_kind,
    line_sv,
    line_en,
    {{ money('amount') }} as amount,
    {{ money('sum(amount) over (
        partition by company, financial_year_id, ' ~ dimension ~ ', line_code order by month_no
        rows between unbounded preceding and current row
    )') }} as amount_ytd
from monthly
{%- endmacro %}
