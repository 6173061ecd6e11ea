-- One row a voucher of the ledger, also those without booked rows: what it adds up to, what it is, what it refers to.
with years as (
    select
        company,
        financial_year_id,
        ledger_source
    from {{ ref('int_financial_years') }}
),

sie_headers as (
    select
        vouchers.company,
        vouchers.financial_year_id,
        coalesce(vouchers.voucher_series, '') as voucher_series,
        vouchers.voucher_number,
        cast(vouchers.line as string) as voucher_key,
        vouchers.transaction_date,
        vouchers.registration_date as registered_date
    from {{ ref('stg_fortnox__sie_vouchers') }} as vouchers
    inner join years
        on
            vouchers.company = years.company
            and vouchers.financial_year_id = years.financial_year_id
    where years.ledger_source in ('sie', 'sie_file')
),

fortnox_headers as (
    select
        company,
        year as financial_year_id,
        voucher_series,
        voucher_number,
        concat(voucher_series, ' ', cast(voucher_number as string)) as voucher_key,
        transaction_date,
        nullif(reference_type, '') as reference_type,
        nullif(reference_number, '') as reference_number
    from {{ ref('stg_fortnox__vouchers') }}
),

headers as (
    select
        company,
        financial_year_id,
        voucher_series,
        voucher_number,
        voucher_key,
        transaction_date,
        registered_date
    from sie_headers
    union all
    select
        fortnox_headers.company,
        fortnox_headers.financial_year_id,
        fortnox_headers.voucher_series,
        fortnox_headers.voucher_number,
        fortnox_headers.voucher_key,
        fortnox_headers.transaction_date,
        cast(null as date) as registered_date
    from fortnox_headers
    inner join years
        on
            fortnox_headers.company = years.company
            and fortnox_headers.financial_year_id = years.financial_year_id
    where years.ledger_source = 'vouchers'
),

totals as (
    select
        company,
        financial_year_id,
        voucher_key,
        count(*) as row_count,
        sum(debit) as debit,
        sum(amount) as imbalance,
        -- Equal vouchers have equal fingerprints; unequal ones nearly never do.
        sum(account * amount) as fingerprint,
        max(case when account between 8990 and 8999 then 1 else 0 end) as touches_closing,
        max(case when account between 1650 and 1659 or account between 2650 and 2659 then 1 else 0 end)
            as touches_vat_settlement,
        max(case when account between 2610 and 2649 then 1 else 0 end) as touches_vat,
        min(case when account in (2091, 2098, 2099) then 1 else 0 end) as only_result_accounts
    from {{ ref('int_ledger_rows') }}
    group by company, financial_year_id, voucher_key
),

references_of as (
    select
        company,
        financial_year_id,
        voucher_series,
        voucher_number,
        max(reference_type) as reference_type,
        max(reference_number) as reference_number
    from fortnox_headers
    group by company, financial_year_id, voucher_series, voucher_number
)

select
    headers.company,
    headers.financial_year_id,
    headers.voucher_series,
    headers.voucher_number,
    headers.voucher_key,
    headers.transaction_date,
    headers.registered_date,
    references_of.reference_type,
    references_of.reference_number,
    totals.fingerprint,
    coalesce(totals.row_count, 0) as row_count,
    {{ money('coalesce(totals.debit, 0)') }} as debit,
    {{ money('coalesce(totals.imbalance, 0)') }} as imbalance,
    coalesce(totals.touches_closing, 0) = 1 as is_closing,
    coalesce(totals.touches_vat_settlement, 0) = 1 and coalesce(totals.touches_vat, 0) = 1 as is_vat_settlement,
    coalesce(totals.only_result_accounts, 0) = 1 as is_result_transfer
from headers
left join totals
    on
        headers.company = totals.company
        and headers.financial_year_id = totals.financial_year_id
        and headers.voucher_key = totals.voucher_key
left join references_of
    on
        headers.company = references_of.company
        and headers.financial_year_id = references_of.financial_year_id
        and headers.voucher_series = references_of.voucher_series
        and headers.voucher_number = references_of.voucher_number
