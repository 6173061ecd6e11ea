-- Every account a company has ever had, and the statement line it belongs to: the company's own override first, then
-- the range that holds the account's first four digits, else the line for internal accounting, marked as unmapped.
with known as (
    select
        company,
        number as account
    from {{ ref('stg_fortnox__accounts') }}
    union distinct
    select
        company,
        account
    from {{ ref('stg_fortnox__sie_accounts') }}
    union distinct
    select
        company,
        account
    from {{ ref('stg_fortnox__sie_balances') }}
    union distinct
    select
        company,
        account
    from {{ ref('int_ledger_rows') }}
),

with_digits as (
    select
        company,
        account,
        {{ whole_number("substr(cast(account as string), 1, 4)") }} as first_four_digits
    from known
    where account is not null
)

select
    with_digits.company,
    with_digits.account,
    with_digits.first_four_digits,
    coalesce(overrides.line_code, ranges.line_code, 'XX900') as line_code,
    coalesce(override_lines.statement, ranges.statement, 'INT') as statement,
    ranges.normal_balance,
    ranges.cash_flow_group,
    ranges.ink2_field_codes,
    case
        when overrides.line_code is not null then 'override'
        when ranges.line_code is not null then 'range'
        else 'unmapped'
    end as mapping_source
from with_digits
left join {{ ref('seed_bas_account_ranges') }} as ranges
    on with_digits.first_four_digits between ranges.range_from and ranges.range_to
left join {{ ref('seed_account_overrides') }} as overrides
    on
        with_digits.company = overrides.company
        and with_digits.account = overrides.account
left join {{ ref('seed_statement_lines') }} as override_lines
    on overrides.line_code = override_lines.line_code
