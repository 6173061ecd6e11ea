-- Opening balance of every account and year on both bases, and what was booked in the year.
-- Reported: the opening balance the source states. Continuous: the first year's stated balance plus everything booked
-- since, through years that follow on each other without a gap.
with years as (
    select
        company,
        financial_year_id,
        year_number,
        chain_number,
        ledger_source
    from {{ ref('int_financial_years') }}
    where has_ledger
),

stated as (
    select
        balances.company,
        balances.financial_year_id,
        balances.account,
        sum(balances.amount) as amount
    from {{ ref('stg_fortnox__sie_balances') }} as balances
    inner join years
        on
            balances.company = years.company
            and balances.financial_year_id = years.financial_year_id
    where
        balances.kind = 'IB'
        and balances.year_number = 0
        and years.ledger_source in ('sie', 'sie_file')
    group by balances.company, balances.financial_year_id, balances.account
    union all
    select
        accounts.company,
        accounts.year as financial_year_id,
        accounts.number as account,
        accounts.balance_brought_forward as amount
    from {{ ref('stg_fortnox__accounts') }} as accounts
    inner join years
        on
            accounts.company = years.company
            and accounts.year = years.financial_year_id
    where years.ledger_source = 'vouchers'
),

-- Only balance sheet accounts carry a balance into the year.
openings as (
    select
        stated.company,
        stated.financial_year_id,
        stated.account,
        stated.amount
    from stated
    inner join {{ ref('int_accounts') }} as accounts
        on
            stated.company = accounts.company
            and stated.account = accounts.account
    where accounts.statement = 'BS' and stated.amount != 0
),

movements as (
    select
        company,
        financial_year_id,
        account,
        sum(net_change) as amount
    from {{ ref('int_account_movements') }}
    group by company, financial_year_id, account
),

active as (
    select
        company,
        financial_year_id,
        account
    from openings
    union distinct
    select
        company,
        financial_year_id,
        account
    from movements
),

-- An account lives on in every later year of its chain, also when that year's file has forgotten it.
chain_accounts as (
    select distinct
        years.company,
        years.chain_number,
        active.account
    from active
    inner join years
        on
            active.company = years.company
            and active.financial_year_id = years.financial_year_id
),

spine as (
    select
        years.company,
        years.chain_number,
        years.year_number,
        years.financial_year_id,
        chain_accounts.account,
        accounts.statement,
        active.account is not null as is_active_in_year,
        coalesce(openings.amount, 0) as opening_reported,
        coalesce(movements.amount, 0) as movement
    from years
    inner join chain_accounts
        on
            years.company = chain_accounts.company
            and years.chain_number = chain_accounts.chain_number
    inner join {{ ref('int_accounts') }} as accounts
        on
            chain_accounts.company = accounts.company
            and chain_accounts.account = accounts.account
    left join active
        on
            years.company = active.company
            and years.financial_year_id = active.financial_year_id
            and chain_accounts.account = active.account
    left join openings
        on
            years.company = openings.company
            and years.financial_year_id = openings.financial_year_id
            and chain_accounts.account = openings.account
    left join movements
        on
            years.company = movements.company
            and years.financial_year_id = movements.financial_year_id
            and chain_accounts.account = movements.account
),

continued as (
    select
        *,
        first_value(opening_reported) over (
            partition by company, chain_number, account order by year_number
            rows between unbounded preceding and unbounded following
        ) as first_opening,
        sum(movement) over (
            partition by company, chain_number, account order by year_number
            rows between unbounded preceding and 1 preceding
        ) as movement_before
    from spine
),

both_bases as (
    select
        *,
        case when statement = 'BS' then first_opening + coalesce(movement_before, 0) else 0 end as opening_continuous
    from continued
)

select
    company,
    financial_year_id,
    account,
    statement,
    is_active_in_year,
    {{ money('opening_reported') }} as opening_reported,
    {{ money('opening_continuous') }} as opening_continuous,
    {{ money('movement') }} as movement,
    {{ money('opening_reported + movement') }} as closing_reported,
    {{ money('opening_continuous + movement') }} as closing_continuous
from both_bases
where is_active_in_year or opening_continuous != 0
