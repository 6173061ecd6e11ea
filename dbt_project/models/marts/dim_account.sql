-- The chart of accounts of every financial year, with the statement line of each account. Accounts that are booked on
-- but missing from the chart are here too, so that every ledger row finds its account.
with fortnox_accounts as (
    select
        company,
        year as financial_year_id,
        number as account,
        nullif(description, '') as name,
        nullif(vat_code, '') as vat_code,
        active as is_active,
        case when sru > 0 then cast(sru as string) end as sru
    from {{ ref('stg_fortnox__accounts') }}
),

sru_codes as (
    select
        company,
        financial_year_id,
        account,
        min(nullif(code, '')) as sru
    from {{ ref('stg_fortnox__sie_accounts__sru_codes') }}
    group by company, financial_year_id, account
),

file_accounts as (
    select
        accounts.company,
        accounts.financial_year_id,
        accounts.account,
        sru_codes.sru,
        nullif(accounts.name, '') as name
    from {{ ref('stg_fortnox__sie_accounts') }} as accounts
    left join sru_codes
        on
            accounts.company = sru_codes.company
            and accounts.financial_year_id = sru_codes.financial_year_id
            and accounts.account = sru_codes.account
),

keys as (
    select
        company,
        financial_year_id,
        account
    from fortnox_accounts
    union distinct
    select
        company,
        financial_year_id,
        account
    from file_accounts
    union distinct
    select
        company,
        financial_year_id,
        account
    from {{ ref('int_account_balances') }}
),

described as (
    select
        keys.company,
        keys.financial_year_id,
        keys.account,
        accounts.first_four_digits,
        accounts.line_code as mapped_line_code,
        accounts.mapping_source,
        accounts.normal_balance,
        accounts.cash_flow_group,
        fortnox_accounts.vat_code,
        coalesce(fortnox_accounts.name, file_accounts.name, cast(keys.account as string)) as name,
        coalesce(fortnox_accounts.sru, file_accounts.sru) as sru,
        coalesce(fortnox_accounts.is_active, true) as is_active,
        fortnox_accounts.account is not null or file_accounts.account is not null as is_in_chart
    from keys
    inner join {{ ref('int_accounts') }} as accounts
        on
            keys.company = accounts.company
            and keys.account = accounts.account
    left join fortnox_accounts
        on
            keys.company = fortnox_accounts.company
            and keys.financial_year_id = fortnox_accounts.financial_year_id
            and keys.account = fortnox_accounts.account
    left join file_accounts
        on
            keys.company = file_accounts.company
            and keys.financial_year_id = file_accounts.financial_year_id
            and keys.account = file_accounts.account
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
    coalesce(vat_codes.vat_box, vat_accounts.vat_box) as vat_box,
    mapped.sru,
    mapped.is_active,
    mapped.is_in_chart,
    mapped.mapping_source
from mapped
inner join {{ ref('seed_statement_lines') }} as statement_lines
    on mapped.line_code = statement_lines.line_code
left join {{ ref('seed_bas_groups') }} as bas_groups
    on {{ integer_division('mapped.first_four_digits', 100) }} = bas_groups.account_group
left join {{ ref('seed_vat_codes') }} as vat_codes
    on mapped.vat_code = vat_codes.vat_code
left join {{ ref('seed_vat_account_map') }} as vat_accounts
    on mapped.account = vat_accounts.account
