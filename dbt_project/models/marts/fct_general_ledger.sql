-- The general ledger: one row a booked voucher row. `amount` is debit minus credit.
with ledger_rows as (
    select *
    from {{ ref('int_ledger_rows') }}
),

vouchers as (
    select
        vouchers.company,
        vouchers.financial_year_id,
        vouchers.voucher_key,
        vouchers.reference_type,
        vouchers.reference_number,
        vouchers.is_vat_settlement,
        vouchers.is_closing,
        vouchers.is_result_transfer,
        copies.source_hash,
        copies.loaded_at
    from {{ ref('int_vouchers') }} as vouchers
    left join {{ ref('int_voucher_copies') }} as copies
        on
            vouchers.company = copies.company
            and vouchers.financial_year_id = copies.financial_year_id
            and vouchers.voucher_key = copies.voucher_key
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
    ledger_rows.ledger_source as source,
    vouchers.source_hash,
    vouchers.loaded_at
from ledger_rows
inner join vouchers
    on
        ledger_rows.company = vouchers.company
        and ledger_rows.financial_year_id = vouchers.financial_year_id
        and ledger_rows.voucher_key = vouchers.voucher_key
