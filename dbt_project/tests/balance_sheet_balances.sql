-- Assets equal equity and liabilities at every month end on both bases, but for what the source itself leaves open:
-- vouchers that do not sum to zero, and rows on accounts outside the statements.
with left_open as (
    select
        ledger.company,
        ledger.financial_year_id,
        ledger.period,
        sum(case when accounts.statement in ('BS', 'IS') then ledger.amount else 0 end) as amount
    from {{ ref('fct_general_ledger') }} as ledger
    inner join {{ ref('dim_account') }} as accounts
        on
            ledger.company = accounts.company
            and ledger.financial_year_id = accounts.financial_year_id
            and ledger.account = accounts.account
    group by ledger.company, ledger.financial_year_id, ledger.period
),

accumulated as (
    select
        periods.company,
        periods.financial_year_id,
        periods.month_no,
        sum(coalesce(left_open.amount, 0)) over (
            partition by periods.company, periods.financial_year_id order by periods.month_no
            rows between unbounded preceding and current row
        ) as amount
    from {{ ref('dim_fiscal_period') }} as periods
    left join left_open
        on
            periods.company = left_open.company
            and periods.financial_year_id = left_open.financial_year_id
            and periods.period = left_open.period
),

sheets as (
    select
        company,
        financial_year_id,
        month_no,
        basis,
        sum(case when line_code = 'BA999' then amount else -amount end) as difference
    from {{ ref('rpt_balance_sheet') }}
    where line_code in ('BA999', 'BE999')
    group by company, financial_year_id, month_no, basis
)

select
    sheets.company,
    sheets.financial_year_id,
    sheets.month_no,
    sheets.basis,
    sheets.difference,
    accumulated.amount
from sheets
inner join accumulated
    on
        sheets.company = accumulated.company
        and sheets.financial_year_id = accumulated.financial_year_id
        and sheets.month_no = accumulated.month_no
where sheets.difference != accumulated.amount
