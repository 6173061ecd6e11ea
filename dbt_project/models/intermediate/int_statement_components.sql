-- Which plain lines each line of a statement adds up: itself, or for a subtotal the sections its formula names
-- (`sum(R10)`, `R10+R20`, `sum(A*)` = every section that begins with A).
with lines as (
    select
        line_code,
        statement,
        section_code,
        line_kind,
        replace(replace(formula, 'sum(', ''), ')', '') as sections
    from {{ ref('seed_statement_lines') }}
    where statement in ('BS', 'IS')
),

plain as (
    select
        line_code,
        statement,
        section_code
    from lines
    where line_kind in ('line', 'computed')
),

totals as (
    select
        line_code,
        statement,
        sections
    from lines
    where line_kind in ('subtotal', 'total')
)

select
    statement,
    line_code,
    line_code as component_line_code
from plain
union all
select
    totals.statement,
    totals.line_code,
    plain.line_code as component_line_code
from totals
inner join plain
    on
        totals.statement = plain.statement
        and (
            concat('+', totals.sections, '+') like concat('%+', plain.section_code, '+%')
            or (totals.sections like '%*' and plain.section_code like replace(totals.sections, '*', '%'))
        )
