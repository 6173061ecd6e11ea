-- Voucher rows that were struck or added after the voucher was made. From SIE files (#BTRANS, #RTRANS) with who and
-- when; Fortnox's vouchers mark struck rows only, and say neither who nor when.
with years as (
    select
        company,
        financial_year_id,
        ledger_source
    from {{ ref('int_financial_years') }}
),

in_files as (
    select
        years.company,
        years.financial_year_id,
        years.ledger_source,
        coalesce(vouchers.voucher_series, '') as voucher_series,
        vouchers.voucher_number,
        cast(vouchers.line as string) as voucher_key,
        transactions.row_number,
        case transactions.kind when 'BTRANS' then 'struck' else 'added' end as change,
        transactions.account,
        transactions.amount,
        transactions.quantity,
        transactions.cost_center,
        transactions.project,
        transactions.text as row_text,
        transactions.signature as changed_by,
        transactions.transaction_date as changed_date
    from years
    inner join {{ ref('stg_fortnox__sie_vouchers') }} as vouchers
        on
            years.company = vouchers.company
            and years.financial_year_id = vouchers.financial_year_id
    inner join {{ ref('stg_fortnox__sie_vouchers__transactions') }} as transactions
        on
            vouchers.company = transactions.company
            and vouchers.financial_year_id = transactions.financial_year_id
            and vouchers.line = transactions.line
    where years.ledger_source in ('sie', 'sie_file') and transactions.kind in ('BTRANS', 'RTRANS')
),

in_fortnox as (
    select
        years.company,
        years.financial_year_id,
        years.ledger_source,
        voucher_rows.voucher_series,
        voucher_rows.voucher_number,
        concat(voucher_rows.voucher_series, ' ', cast(voucher_rows.voucher_number as string)) as voucher_key,
        voucher_rows.row_position as row_number,
        'struck' as change,
        voucher_rows.account,
        coalesce(voucher_rows.debit, 0) - coalesce(voucher_rows.credit, 0) as amount,
        voucher_rows.quantity,
        voucher_rows.cost_center,
        voucher_rows.project,
        voucher_rows.transaction_information as row_text,
        cast(null as string) as changed_by,
        cast(null as date) as changed_date
    from years
    inner join {{ ref('stg_fortnox__vouchers__voucher_rows') }} as voucher_rows
        on
            years.company = voucher_rows.company
            and years.financial_year_id = voucher_rows.year
    where years.ledger_source = 'vouchers' and voucher_rows.removed
),

changes as (
    select *
    from in_files
    union all
    select *
    from in_fortnox
)

select
    company,
    financial_year_id,
    voucher_series,
    voucher_number,
    voucher_key,
    cast(row_number as int64) as source_row,
    change,
    account,
    {{ money('case when amount > 0 then amount else 0 end') }} as debit,
    {{ money('case when amount < 0 then -amount else 0 end') }} as credit,
    {{ money('amount') }} as amount,
    {{ fixed('quantity', 4) }} as quantity,
    coalesce(cost_center, '(none)') as cost_center,
    coalesce(project, '(none)') as project,
    row_text,
    changed_by,
    changed_date,
    ledger_source as source
from changes
