-- What is taken out of a group's statements, month by month, for every pair of accounts that companies of the group
-- have against each other. Only what both have booked is taken out, the smaller of the two balances; what one has and
-- the other lacks stays visible. Balance sheet accounts meet with their balances at the end of the month, result
-- accounts with all that has been booked on them until then.
with pairs as (
    select
        group_key,
        company,
        account,
        counter_company,
        counter_account,
        concat(company, ' ', cast(account as string), ' ', counter_company, ' ', cast(counter_account as string))
            as pair_key
    from {{ ref('seed_group_eliminations') }}
),

sides as (
    select
        group_key,
        pair_key,
        'first' as side,
        company,
        account
    from pairs
    union all
    select
        group_key,
        pair_key,
        'second' as side,
        counter_company as company,
        counter_account as account
    from pairs
),

bases as (
    select 'reported' as basis
    union all
    select 'continuous' as basis
),

monthly as (
    select
        sides.group_key,
        sides.pair_key,
        sides.side,
        sides.company,
        sides.account,
        bases.basis,
        periods.financial_year_id,
        periods.period,
        periods.month_no,
        periods.last_day,
        accounts.statement,
        accounts.line_code,
        case when bases.basis = 'reported' then balances.opening_reported else balances.opening_continuous end
            as opening,
        coalesce(movements.net_change, 0) as net_change
    from sides
    cross join bases
    inner join {{ ref('dim_fiscal_period') }} as periods
        on sides.company = periods.company
    inner join {{ ref('dim_account') }} as accounts
        on
            sides.company = accounts.company
            and sides.account = accounts.account
            and periods.financial_year_id = accounts.financial_year_id
    left join {{ ref('int_account_balances') }} as balances
        on
            sides.company = balances.company
            and sides.account = balances.account
            and periods.financial_year_id = balances.financial_year_id
    left join {{ ref('int_account_movements') }} as movements
        on
            sides.company = movements.company
            and sides.account = movements.account
            and periods.financial_year_id = movements.financial_year_id
            and periods.period = movements.period
    where accounts.statement = 'BS' or (accounts.statement = 'IS' and bases.basis = 'reported')
),

accumulated as (
    select
        *,
        case
            when statement = 'BS'
                then coalesce(opening, 0) + sum(net_change) over (
                    partition by group_key, pair_key, side, basis, financial_year_id order by month_no
                    rows between unbounded preceding and current row
                )
            else sum(net_change) over (
                partition by group_key, pair_key, side, basis order by last_day
                rows between unbounded preceding and current row
            )
        end as balance,
        -- When one year ends and the next begins inside a month, the month ends with the later one.
        row_number() over (
            partition by group_key, pair_key, side, basis, period order by last_day desc
        ) as place_in_month
    from monthly
),

matched as (
    select
        mine.group_key,
        mine.pair_key,
        mine.basis,
        mine.period,
        mine.statement,
        mine.company,
        mine.account,
        mine.line_code,
        mine.balance,
        theirs.company as counter_company,
        theirs.account as counter_account,
        theirs.line_code as counter_line_code,
        theirs.balance as counter_balance,
        case
            when mine.balance > 0 and theirs.balance < 0 then least(mine.balance, -theirs.balance)
            when mine.balance < 0 and theirs.balance > 0 then greatest(mine.balance, -theirs.balance)
            else 0
        end as common
    from accumulated as mine
    inner join accumulated as theirs
        on
            mine.group_key = theirs.group_key
            and mine.pair_key = theirs.pair_key
            and mine.basis = theirs.basis
            and mine.period = theirs.period
            and mine.statement = theirs.statement
    where mine.side = 'first' and theirs.side = 'second' and mine.place_in_month = 1 and theirs.place_in_month = 1
),

taken_out as (
    select
        *,
        case
            when statement = 'BS' then common
            else common - coalesce(
                lag(common) over (partition by group_key, pair_key, statement, basis order by period),
                0
            )
        end as eliminated
    from matched
)

select
    group_key,
    statement,
    basis,
    period,
    company,
    account,
    line_code,
    counter_company,
    counter_account,
    {{ money('balance') }} as balance,
    {{ money('-eliminated') }} as amount
from taken_out
union all
select
    group_key,
    statement,
    basis,
    period,
    counter_company as company,
    counter_account as account,
    counter_line_code as line_code,
    company as counter_company,
    account as counter_account,
    {{ money('counter_balance') }} as balance,
    {{ money('eliminated') }} as amount
from taken_out
