-- A month opens with what the month before closed with.
with months as (
    select
        company,
        financial_year_id,
        account,
        month_no,
        opening_balance,
        lag(closing_balance) over (
            partition by company, financial_year_id, account order by month_no
        ) as closing_before
    from {{ ref('rpt_trial_balance_period') }}
)

select *
from months
where month_no > 1 and opening_balance != closing_before
