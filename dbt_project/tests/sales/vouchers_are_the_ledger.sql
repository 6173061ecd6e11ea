-- Vouchers have the ledger's rows and debit, and document coverage counts every voucher once.
with parts as (
    select
        company,
        financial_year_id,
        voucher_series,
        row_count as voucher_rows,
        debit_total,
        0 as ledger_rows,
        0 as debit,
        1 as vouchers,
        0 as covered
    from {{ ref('fct_voucher') }}
    union all
    select
        company,
        financial_year_id,
        voucher_series,
        0 as voucher_rows,
        0 as debit_total,
        1 as ledger_rows,
        debit,
        0 as vouchers,
        0 as covered
    from {{ ref('fct_general_ledger') }}
    union all
    select
        company,
        financial_year_id,
        voucher_series,
        0 as voucher_rows,
        0 as debit_total,
        0 as ledger_rows,
        0 as debit,
        0 as vouchers,
        with_file + without_file as covered
    from {{ ref('rpt_document_coverage') }}
)

select
    company,
    financial_year_id,
    voucher_series,
    sum(debit_total) as in_vouchers,
    sum(debit) as in_ledger
from parts
group by company, financial_year_id, voucher_series
having
    sum(voucher_rows) != sum(ledger_rows)
    or sum(debit_total) != sum(debit)
    or sum(vouchers) != sum(covered)
