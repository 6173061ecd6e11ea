-- The box of the VAT return that each account of a year goes to: the company's own choice first, then the account's
-- VAT code in Fortnox, then the account number. A choice or a code without a box says that the account is not declared.
with resolved as (
    select
        accounts.company,
        accounts.financial_year_id,
        accounts.account,
        case
            when overrides.account is not null then nullif(overrides.vat_box, '')
            when vat_codes.vat_code is not null then nullif(vat_codes.vat_box, '')
            else account_map.vat_box
        end as vat_box,
        case
            when overrides.account is not null then 'override'
            when vat_codes.vat_code is not null then 'vat_code'
            else 'account'
        end as resolved_by
    from {{ ref('int_chart') }} as accounts
    inner join {{ ref('int_accounts') }} as numbers
        on
            accounts.company = numbers.company
            and accounts.account = numbers.account
    left join {{ ref('seed_vat_overrides') }} as overrides
        on
            accounts.company = overrides.company
            and accounts.account = overrides.account
    left join {{ ref('seed_vat_codes') }} as vat_codes
        on accounts.vat_code = vat_codes.vat_code
    left join {{ ref('seed_vat_account_map') }} as account_map
        on numbers.first_four_digits = account_map.account
)

select
    company,
    financial_year_id,
    account,
    vat_box,
    resolved_by
from resolved
where vat_box is not null
