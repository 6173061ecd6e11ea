-- Voucher series of each financial year, with what Fortnox books in them by itself.
with registered as (
    select
        company,
        year as financial_year_id,
        code,
        nullif(description, '') as description,
        manual as is_manual
    from {{ ref('stg_fortnox__voucher_series') }}
),

predefined as (
    select
        company,
        voucher_series as code,
        string_agg(name, ', ' order by name) as predefined_for
    from {{ ref('stg_fortnox__predefined_voucher_series') }}
    where voucher_series is not null
    group by company, voucher_series
),

codes as (
    select
        company,
        financial_year_id,
        code
    from registered
    union distinct
    select
        company,
        financial_year_id,
        voucher_series as code
    from {{ ref('int_vouchers') }}
)

select
    codes.company,
    codes.financial_year_id,
    codes.code,
    coalesce(registered.description, codes.code) as description,
    registered.is_manual,
    predefined.predefined_for,
    true as is_active,
    registered.code is not null as is_registered
from codes
left join registered
    on
        codes.company = registered.company
        and codes.financial_year_id = registered.financial_year_id
        and codes.code = registered.code
left join predefined
    on
        codes.company = predefined.company
        and codes.code = predefined.code
