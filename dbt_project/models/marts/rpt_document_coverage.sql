-- How many vouchers of each series have a file: their own, or that of the invoice they book; and how many have one that
-- is in the document store.
with stored as (
    select distinct
        company,
        financial_year_id,
        voucher_series,
        voucher_number
    from {{ ref('fct_document_link') }}
    where file_status = 'stored' and voucher_number is not null
),

counted as (
    select
        numbered.company,
        numbered.financial_year_id,
        numbered.financial_year,
        numbered.voucher_series,
        count(*) as vouchers,
        sum(case when numbered.document_count > 0 then 1 else 0 end) as with_file,
        sum(case when stored.company is not null then 1 else 0 end) as with_stored_file
    from {{ ref('fct_voucher') }} as numbered
    left join stored
        on
            numbered.company = stored.company
            and numbered.financial_year_id = stored.financial_year_id
            and numbered.voucher_series = stored.voucher_series
            and numbered.voucher_number = stored.voucher_number
    group by numbered.company, numbered.financial_year_id, numbered.financial_year, numbered.voucher_series
)

select
    company,
    financial_year_id,
    financial_year,
    voucher_series,
    cast(vouchers as int64) as vouchers,
    cast(with_file as int64) as with_file,
    cast(vouchers - with_file as int64) as without_file,
    {{ fixed('with_file * 100 / vouchers', 2) }} as percent_with_file,
    cast(with_stored_file as int64) as with_stored_file
from counted
