-- Cash flow by month, indirect method: from the result after financial items to the change of cash, through every
-- account. Each account belongs to one group, and a group's change goes to the lines that seed_cash_flow_groups names,
-- with factors that add up to -1. Since a voucher sums to zero, what all other accounts change by is minus what cash
-- changes by; rows that break that rule are shown on a line of their own.
with accounts as (
    select
        dim_account.company,
        dim_account.financial_year_id,
        dim_account.account,
        case
            when dim_account.statement = 'IS'
                then case
                    when dim_account.section_code = 'R90' then 'PL_CLOSE'
                    when dim_account.section_code = 'R50' then 'PL_TAX'
                    when dim_account.section_code = 'R40' and dim_account.cash_flow_group = 'PL_FIN' then 'PL_FIN'
                    when dim_account.section_code = 'R40' then 'PL_APPR'
                    when dim_account.cash_flow_group = 'PL_DEP' then 'PL_DEP'
                    else 'PL'
                end
            when {{ is_cash_by_choice('int_accounts.first_four_digits') }} then 'CASH'
            when dim_account.cash_flow_group = 'FIN' and dim_account.section_code in ('A10', 'E10') then 'FIN_EQUITY'
            else coalesce(dim_account.cash_flow_group, 'INTERNAL')
        end as cash_flow_group
    from {{ ref('dim_account') }} as dim_account
    inner join {{ ref('int_accounts') }} as int_accounts
        on
            dim_account.company = int_accounts.company
            and dim_account.account = int_accounts.account
),

booked as (
    select
        movements.company,
        movements.financial_year_id,
        movements.period,
        accounts.cash_flow_group,
        movements.net_change
    from {{ ref('int_account_movements') }} as movements
    inner join accounts
        on
            movements.company = accounts.company
            and movements.financial_year_id = accounts.financial_year_id
            and movements.account = accounts.account
),

changes as (
    select
        company,
        financial_year_id,
        period,
        cash_flow_group,
        sum(net_change) as net_change
    from booked
    group by company, financial_year_id, period, cash_flow_group
    union all
    -- What vouchers fail to sum to zero by.
    select
        company,
        financial_year_id,
        period,
        'ALL' as cash_flow_group,
        sum(net_change) as net_change
    from booked
    group by company, financial_year_id, period
),

on_lines as (
    select
        changes.company,
        changes.financial_year_id,
        changes.period,
        flow_lines.line,
        flow_lines.section,
        flow_groups.factor * changes.net_change as amount
    from changes
    inner join {{ ref('seed_cash_flow_groups') }} as flow_groups
        on changes.cash_flow_group = flow_groups.cash_flow_group
    inner join {{ ref('seed_cash_flow_lines') }} as flow_lines
        on flow_groups.line = flow_lines.line
),

with_totals as (
    select
        on_lines.company,
        on_lines.financial_year_id,
        on_lines.period,
        flow_lines.line,
        sum(on_lines.amount) as amount
    from on_lines
    inner join {{ ref('seed_cash_flow_lines') }} as flow_lines
        on
            (flow_lines.line_kind = 'line' and on_lines.line = flow_lines.line)
            or (flow_lines.line_kind = 'subtotal' and on_lines.section = flow_lines.section)
            or flow_lines.line_kind = 'total'
    group by on_lines.company, on_lines.financial_year_id, on_lines.period, flow_lines.line
),

cash_openings as (
    select
        balances.company,
        balances.financial_year_id,
        sum(balances.opening_reported) as opening
    from {{ ref('int_account_balances') }} as balances
    inner join accounts
        on
            balances.company = accounts.company
            and balances.financial_year_id = accounts.financial_year_id
            and balances.account = accounts.account
    where accounts.cash_flow_group = 'CASH'
    group by balances.company, balances.financial_year_id
),

cash_changes as (
    select
        company,
        financial_year_id,
        period,
        net_change
    from changes
    where cash_flow_group = 'CASH'
),

monthly as (
    select
        periods.company,
        periods.financial_year_id,
        periods.financial_year,
        periods.period,
        periods.month_no,
        flow_lines.line,
        flow_lines.line_order,
        flow_lines.line_kind,
        flow_lines.section,
        flow_lines.line_sv,
        flow_lines.line_en,
        coalesce(with_totals.amount, 0) as flow,
        coalesce(cash_changes.net_change, 0) as cash_change,
        coalesce(cash_openings.opening, 0) as opening
    from {{ ref('dim_fiscal_period') }} as periods
    cross join {{ ref('seed_cash_flow_lines') }} as flow_lines
    left join with_totals
        on
            periods.company = with_totals.company
            and periods.financial_year_id = with_totals.financial_year_id
            and periods.period = with_totals.period
            and flow_lines.line = with_totals.line
    left join cash_changes
        on
            periods.company = cash_changes.company
            and periods.financial_year_id = cash_changes.financial_year_id
            and periods.period = cash_changes.period
    left join cash_openings
        on
            periods.company = cash_openings.company
            and periods.financial_year_id = cash_openings.financial_year_id
),

accumulated as (
    select
        *,
        sum(flow) over so_far as flow_ytd,
        opening + sum(cash_change) over so_far as closing
    from monthly
    window so_far as (
        partition by company, financial_year_id, line order by month_no
        rows between unbounded preceding and current row
    )
)

select
    company,
    financial_year_id,
    financial_year,
    period,
    month_no,
    line,
    line_order,
    line_kind,
    section,
    line_sv,
    line_en,
    {{ money("case line
        when 'opening_cash' then closing - cash_change
        when 'closing_cash' then closing
        else flow
    end") }} as amount,
    {{ money("case line
        when 'opening_cash' then opening
        when 'closing_cash' then closing
        else flow_ytd
    end") }} as amount_ytd
from accumulated
