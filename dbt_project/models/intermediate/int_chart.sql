-- Every account that a company's year knows: from Fortnox's chart, from the SIE file's, and those that are booked on
-- but missing from both. What it is called, and which codes it carries.
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
)

select
    keys.company,
    keys.financial_year_id,
    keys.account,
    fortnox_accounts.vat_code,
    coalesce(fortnox_accounts.name, file_accounts.name, cast(keys.account as string)) as name,
    coalesce(fortnox_accounts.sru, file_accounts.sru) as sru,
    coalesce(fortnox_accounts.is_active, true) as is_active,
    fortnox_accounts.account is not null or file_accounts.account is not null as is_in_chart
from keys
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
