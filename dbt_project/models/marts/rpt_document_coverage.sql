-- How many vouchers of each series have a file: their own, or that of the invoice they book.
with counted as (
    select
        company,
        financial_year_id,
        financial_year,
        voucher_series,
        count(*) as vouchers,
        sum(case when document_count > 0 then 1 else 0 end) as with_file
    from {{ ref('fct_voucher') }}
    group by company, financial_year_id, financial_year, voucher_series
)

select
    company,
    financial_year_id,
    financial_year,
    voucher_series,
    cast(vouchers as int64) as vouchers,
    cast(with_file as int64) as with_file,
    cast(vouchers - with_file as int64) as without_file,
    {{ fixed('with_file * 100 / vouchers', 2) }} as percent_with_file
from counted
