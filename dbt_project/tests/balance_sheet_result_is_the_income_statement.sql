-- BE122 is what equity's result accounts hold, plus the result of the year, less what 8990-8999 have moved to equity.
with booked_result as (
    select
        balances.company,
        balances.financial_year_id,
        balances.month_no,
        sum(-balances.closing_balance) as amount
    from {{ ref('rpt_trial_balance_period') }} as balances
    inner join {{ ref('dim_account') }} as accounts
        on
            balances.company = accounts.company
            and balances.financial_year_id = accounts.financial_year_id
            and balances.account = accounts.account
    where accounts.line_code in ('BE122', 'RR900')
    group by balances.company, balances.financial_year_id, balances.month_no
)

select
    sheet.company,
    sheet.as_of_date,
    sheet.amount
from {{ ref('rpt_balance_sheet') }} as sheet
inner join {{ ref('rpt_income_statement') }} as income
    on
        sheet.company = income.company
        and sheet.financial_year_id = income.financial_year_id
        and sheet.month_no = income.month_no
left join booked_result
    on
        sheet.company = booked_result.company
        and sheet.financial_year_id = booked_result.financial_year_id
        and sheet.month_no = booked_result.month_no
where
    sheet.basis = 'reported'
    and sheet.line_code = 'BE122'
    and income.line_code = 'RR599'
    and sheet.amount != income.amount_ytd + coalesce(booked_result.amount, 0)
