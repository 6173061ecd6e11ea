-- On the continuous basis a year begins where the year before ended, account by account.
select
    this_year.company,
    this_year.financial_year_id,
    this_year.account,
    this_year.opening_continuous,
    last_year.closing_continuous
from {{ ref('int_financial_years') }} as years
inner join {{ ref('int_account_balances') }} as this_year
    on
        years.company = this_year.company
        and years.financial_year_id = this_year.financial_year_id
left join {{ ref('int_account_balances') }} as last_year
    on
        years.company = last_year.company
        and years.previous_financial_year_id = last_year.financial_year_id
        and this_year.account = last_year.account
where
    years.continues_previous
    and this_year.statement = 'BS'
    and this_year.opening_continuous != coalesce(last_year.closing_continuous, 0)
