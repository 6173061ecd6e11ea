-- What each voucher of the ledger was copied from, and when. Hashes and moments of copying are bookkeeping of the raw
-- tables and not part of what staging passes on, so the raw tables are asked.
with years as (
    select
        company,
        financial_year_id,
        ledger_source,
        ledger_hash
    from {{ ref('int_financial_years') }}
),

file_vouchers as (
    select
        company,
        FinancialYearId as financial_year_id,
        cast(Line as string) as voucher_key,
        _loaded_at as loaded_at
    from {{ source('fortnox_raw', 'sie_vouchers') }}
    where _deleted_at is null
),

fortnox_vouchers as (
    select
        company,
        Year as financial_year_id,
        concat(VoucherSeries, ' ', cast(VoucherNumber as string)) as voucher_key,
        _list_hash as source_hash,
        _loaded_at as loaded_at
    from {{ source('fortnox_raw', 'vouchers') }}
    where _deleted_at is null
)

select
    file_vouchers.company,
    file_vouchers.financial_year_id,
    file_vouchers.voucher_key,
    years.ledger_hash as source_hash,
    file_vouchers.loaded_at
from file_vouchers
inner join years
    on
        file_vouchers.company = years.company
        and file_vouchers.financial_year_id = years.financial_year_id
where years.ledger_source in ('sie', 'sie_file')
union all
select
    fortnox_vouchers.company,
    fortnox_vouchers.financial_year_id,
    fortnox_vouchers.voucher_key,
    fortnox_vouchers.source_hash,
    fortnox_vouchers.loaded_at
from fortnox_vouchers
inner join years
    on
        fortnox_vouchers.company = years.company
        and fortnox_vouchers.financial_year_id = years.financial_year_id
where years.ledger_source = 'vouchers'
