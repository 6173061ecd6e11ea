-- The last voucher of a series can be deleted, and the next one gets its number. Staging leaves deleted rows out, so
-- the raw table is asked, which keeps them.
with numbers as (
    select
        company,
        Year as financial_year_id,
        VoucherSeries as voucher_series,
        VoucherNumber as voucher_number,
        sum(case when _deleted_at is null then 1 else 0 end) as there,
        sum(case when _deleted_at is null then 0 else 1 end) as earlier
    from {{ source('fortnox_raw', 'vouchers') }}
    group by company, financial_year_id, voucher_series, voucher_number
)

select
    company,
    financial_year_id,
    'voucher_number_reused' as check_name,
    cast(null as string) as severity,
    concat(voucher_series, ' ', cast(voucher_number as string)) as object,
    {{ money('earlier') }} as value
from numbers
where there > 0 and earlier > 0
