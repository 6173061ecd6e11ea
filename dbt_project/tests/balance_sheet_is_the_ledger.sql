-- Total assets, added up again from opening balances and ledger rows without the statement's own lines.
with assets as (
    select
        company,
        financial_year_id,
        account
    from {{ ref('dim_account') }}
    where section_code like 'A%'
),

openings as (
    select
        balances.company,
        balances.financial_year_id,
        sum(balances.opening_reported) as reported,
        sum(balances.opening_continuous) as continuous
    from {{ ref('int_account_balances') }} as balances
    inner join assets
        on
            balances.company = assets.company
            and balances.financial_year_id = assets.financial_year_id
            and balances.account = assets.account
    group by balances.company, balances.financial_year_id
),

booked as (
    select
        ledger.company,
        ledger.financial_year_id,
        ledger.period,
        sum(ledger.amount) as amount
    from {{ ref('fct_general_ledger') }} as ledger
    inner join assets
        on
            ledger.company = assets.company
            and ledger.financial_year_id = assets.financial_year_id
            and ledger.account = assets.account
    group by ledger.company, ledger.financial_year_id, ledger.period
),

accumulated as (
    select
        periods.company,
        periods.financial_year_id,
        periods.month_no,
        coalesce(openings.reported, 0) as reported,
        coalesce(openings.continuous, 0) as continuous,
        sum(coalesce(booked.amount, 0)) over (
            partition by periods.company, periods.financial_year_id order by periods.month_no
            rows between unbounded preceding and current row
        ) as amount
    from {{ ref('dim_fiscal_period') }} as periods
    left join openings
        on
            periods.company = openings.company
            and periods.financial_year_id = openings.financial_year_id
    left join booked
        on
            periods.company = booked.company
            and periods.financial_year_id = booked.financial_year_id
            and periods.period = booked.period
)

select
    sheet.company,
    sheet.as_of_date,
    sheet.basis,
    sheet.amount as in_report,
    accumulated.amount as in_ledger
from {{ ref('rpt_balance_sheet') }} as sheet
inner join accumulated
    on
        sheet.company = accumulated.company
        and sheet.financial_year_id = accumulated.financial_year_id
        and sheet.month_no = accumulated.month_no
where
    sheet.line_code = 'BA999'
    and sheet.amount
    != accumulated.amount
    + case when sheet.basis = 'reported' then accumulated.reported else accumulated.continuous end
