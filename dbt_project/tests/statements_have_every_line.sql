-- Every month has every line of both statements, once.
with lines as (
    select
        statement,
        count(*) as lines
    from {{ ref('seed_statement_lines') }}
    where statement in ('BS', 'IS') and line_kind != 'excluded'
    group by statement
),

expected as (
    select
        periods.company,
        periods.financial_year_id,
        sum(case when lines.statement = 'IS' then lines.lines else 0 end) as income_rows,
        sum(case when lines.statement = 'BS' then 2 * lines.lines else 0 end) as balance_rows
    from {{ ref('dim_fiscal_period') }} as periods
    cross join lines
    group by periods.company, periods.financial_year_id
),

income as (
    select
        company,
        financial_year_id,
        count(*) as income_rows
    from {{ ref('rpt_income_statement') }}
    group by company, financial_year_id
),

balance as (
    select
        company,
        financial_year_id,
        count(*) as balance_rows
    from {{ ref('rpt_balance_sheet') }}
    group by company, financial_year_id
)

select
    expected.company,
    expected.financial_year_id,
    income.income_rows,
    balance.balance_rows
from expected
left join income
    on
        expected.company = income.company
        and expected.financial_year_id = income.financial_year_id
left join balance
    on
        expected.company = balance.company
        and expected.financial_year_id = balance.financial_year_id
where
    coalesce(income.income_rows, 0) != expected.income_rows
    or coalesce(balance.balance_rows, 0) != expected.balance_rows
