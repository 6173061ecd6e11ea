-- The general ledger: one row a booked voucher row. `amount` is debit minus credit.
with ledger_rows as (
    select *
    from {{ ref('int_ledger_rows') }}
),

vouchers as (
    select
        company,
        financial_year_id,
        voucher_key,
        reference_type,
        reference_number,
        is_vat_settlement,
        is_closing,
        is_result_transfer
    from {{ ref('int_vouchers') }}
)

select
    ledger_rows.company,
    ledger_rows.financial_year_id,
    ledger_rows.financial_year,
    ledger_rows.voucher_series,
    ledger_rows.voucher_number,
    ledger_rows.row_number,
    ledger_rows.transaction_date,
    ledger_rows.registered_date,
    ledger_rows.period,
    ledger_rows.account,
    ledger_rows.debit,
    ledger_rows.credit,
    ledger_rows.amount,
    {{ fixed('ledger_rows.quantity', 4) }} as quantity,
    coalesce(ledger_rows.cost_center, '(none)') as cost_center,
    coalesce(ledger_rows.project, '(none)') as project,
    ledger_rows.row_text,
    ledger_rows.voucher_text,
    vouchers.reference_type,
    vouchers.reference_number,
    vouchers.is_vat_settlement,
    vouchers.is_closing,
    vouchers.is_result_transfer,
    ledger_rows.ledger_source as source
from ledger_rows
inner join vouchers
    on
        ledger_rows.company = vouchers.company
        and ledger_rows.financial_year_id = vouchers.financial_year_id
        and ledger_rows.voucher_key = vouchers.voucher_key
