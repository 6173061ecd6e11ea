-- Accounts that the statements or the VAT return do not know what to do with.
with accounts as (
    select
        accounts.company,
        accounts.financial_year_id,
        accounts.account,
        accounts.line_code,
        accounts.mapping_source,
        accounts.vat_code,
        accounts.sru,
        ranges.ink2_field_codes,
        balances.account is not null as is_used,
        coalesce(balances.closing_reported, 0) as closing
    from {{ ref('dim_account') }} as accounts
    inner join {{ ref('int_accounts') }} as ranges
        on
            accounts.company = ranges.company
            and accounts.account = ranges.account
    left join {{ ref('int_account_balances') }} as balances
        on
            accounts.company = balances.company
            and accounts.financial_year_id = balances.financial_year_id
            and accounts.account = balances.account
),

-- Older charts and other legal forms use codes of other tax forms: only a code of this form can contradict.
known_codes as (
    select distinct accounts.sru
    from accounts
    inner join {{ ref('seed_bas_account_ranges') }} as ranges
        on concat('/', ranges.ink2_field_codes, '/') like concat('%/', accounts.sru, '/%')
),

findings as (
    select
        company,
        financial_year_id,
        'unmapped_account' as check_name,
        cast(account as string) as object,
        closing as value
    from accounts
    where is_used and mapping_source = 'unmapped'
    union all
    select
        accounts.company,
        accounts.financial_year_id,
        'unknown_vat_code' as check_name,
        accounts.vat_code as object,
        count(*) as value
    from accounts
    left join {{ ref('seed_vat_codes') }} as vat_codes
        on accounts.vat_code = vat_codes.vat_code
    where accounts.vat_code is not null and vat_codes.vat_code is null
    group by accounts.company, accounts.financial_year_id, accounts.vat_code
    union all
    select
        accounts.company,
        accounts.financial_year_id,
        'sru_contradicts_line' as check_name,
        concat(cast(accounts.account as string), ' (', accounts.sru, ')') as object,
        accounts.closing as value
    from accounts
    inner join known_codes
        on accounts.sru = known_codes.sru
    where
        accounts.is_used
        and accounts.mapping_source = 'range'
        and accounts.ink2_field_codes is not null
        and concat('/', accounts.ink2_field_codes, '/') not like concat('%/', accounts.sru, '/%')
)

select
    company,
    financial_year_id,
    check_name,
    cast(null as string) as severity,
    object,
    {{ money('value') }} as value
from findings
