-- The chart of accounts of every financial year, with the statement line of each account. Accounts that are booked on
-- but missing from the chart are here too, so that every ledger row finds its account.
with described as (
    select
        chart.company,
        chart.financial_year_id,
        chart.account,
        accounts.first_four_digits,
        accounts.line_code as mapped_line_code,
        accounts.mapping_source,
        accounts.normal_balance,
        accounts.cash_flow_group,
        chart.vat_code,
        chart.name,
        chart.sru,
        chart.is_active,
        chart.is_in_chart
    from {{ ref('int_chart') }} as chart
    inner join {{ ref('int_accounts') }} as accounts
        on
            chart.company = accounts.company
            and chart.account = accounts.account
),

-- Tax form field 7511 says that a purchase account holds raw materials rather than goods for resale.
split as (
    select
        *,
        coalesce(
            mapping_source = 'range' and mapped_line_code = 'RR201' and sru = '7511'
            and first_four_digits between 4000 and 4899,
            false
        ) as is_raw_material
    from described
),

mapped as (
    select
        company,
        financial_year_id,
        account,
        first_four_digits,
        name,
        normal_balance,
        cash_flow_group,
        vat_code,
        sru,
        is_active,
        is_in_chart,
        case when is_raw_material then 'RR200' else mapped_line_code end as line_code,
        case when is_raw_material then 'sru' else mapping_source end as mapping_source
    from split
)

select
    mapped.company,
    mapped.financial_year_id,
    mapped.account,
    mapped.name,
    bas_groups.account_class,
    bas_groups.class_sv,
    bas_groups.class_en,
    bas_groups.account_group,
    bas_groups.group_sv,
    bas_groups.group_en,
    mapped.line_code,
    statement_lines.section_code,
    statement_lines.statement,
    statement_lines.sign,
    mapped.normal_balance,
    mapped.cash_flow_group,
    mapped.vat_code,
    vat_accounts.vat_box,
    mapped.sru,
    mapped.is_active,
    mapped.is_in_chart,
    mapped.mapping_source
from mapped
inner join {{ ref('seed_statement_lines') }} as statement_lines
    on mapped.line_code = statement_lines.line_code
left join {{ ref('seed_bas_groups') }} as bas_groups
    on {{ integer_division('mapped.first_four_digits', 100) }} = bas_groups.account_group
left join {{ ref('int_vat_accounts') }} as vat_accounts
    on
        mapped.company = vat_accounts.company
        and mapped.financial_year_id = vat_accounts.financial_year_id
        and mapped.account = vat_accounts.account
