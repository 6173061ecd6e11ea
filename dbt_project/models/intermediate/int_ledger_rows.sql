-- The two ledger sources made one: every booked row, once, from the source that the company's year uses.
-- Row numbers count the booked rows of a voucher; a number that a file uses twice goes on counting.
with years as (
    select
        company,
        financial_year_id,
        financial_year,
        from_date,
        to_date,
        ledger_source
    from {{ ref('int_financial_years') }}
),

sie_rows as (
    select
        vouchers.company,
        vouchers.financial_year_id,
        coalesce(vouchers.voucher_series, '') as voucher_series,
        vouchers.voucher_number,
        cast(vouchers.line as string) as voucher_key,
        vouchers.line as source_line,
        transactions.row_number as source_row,
        coalesce(transactions.transaction_date, vouchers.transaction_date) as transaction_date,
        vouchers.registration_date as registered_date,
        transactions.account,
        {{ money('transactions.amount') }} as amount,
        transactions.quantity,
        nullif(transactions.cost_center, '') as cost_center,
        nullif(transactions.project, '') as project,
        nullif(transactions.text, '') as row_text,
        nullif(vouchers.text, '') as voucher_text
    from {{ ref('stg_fortnox__sie_vouchers') }} as vouchers
    inner join {{ ref('stg_fortnox__sie_vouchers__transactions') }} as transactions
        on
            vouchers.company = transactions.company
            and vouchers.financial_year_id = transactions.financial_year_id
            and vouchers.line = transactions.line
    -- #RTRANS is repeated by a #TRANS and #BTRANS was struck: neither is booked.
    where transactions.kind = 'TRANS'
),

voucher_rows as (
    select
        vouchers.company,
        vouchers.year as financial_year_id,
        vouchers.voucher_series,
        vouchers.voucher_number,
        concat(vouchers.voucher_series, ' ', cast(vouchers.voucher_number as string)) as voucher_key,
        vouchers.voucher_number as source_line,
        voucher_rows.row_position as source_row,
        vouchers.transaction_date,
        cast(null as date) as registered_date,
        voucher_rows.account,
        {{ money('coalesce(voucher_rows.debit, 0) - coalesce(voucher_rows.credit, 0)') }} as amount,
        voucher_rows.quantity,
        nullif(voucher_rows.cost_center, '') as cost_center,
        nullif(voucher_rows.project, '') as project,
        nullif(voucher_rows.transaction_information, '') as row_text,
        nullif(vouchers.description, '') as voucher_text
    from {{ ref('stg_fortnox__vouchers') }} as vouchers
    inner join {{ ref('stg_fortnox__vouchers__voucher_rows') }} as voucher_rows
        on
            vouchers.company = voucher_rows.company
            and vouchers.year = voucher_rows.year
            and vouchers.voucher_series = voucher_rows.voucher_series
            and vouchers.voucher_number = voucher_rows.voucher_number
    where not coalesce(voucher_rows.removed, false)
),

booked as (
    select
        years.ledger_source,
        years.financial_year,
        years.from_date,
        years.to_date,
        sie_rows.*
    from sie_rows
    inner join years
        on
            sie_rows.company = years.company
            and sie_rows.financial_year_id = years.financial_year_id
    where years.ledger_source in ('sie', 'sie_file')
    union all
    select
        years.ledger_source,
        years.financial_year,
        years.from_date,
        years.to_date,
        voucher_rows.*
    from voucher_rows
    inner join years
        on
            voucher_rows.company = years.company
            and voucher_rows.financial_year_id = years.financial_year_id
    where years.ledger_source = 'vouchers'
)

select
    company,
    financial_year_id,
    financial_year,
    ledger_source,
    voucher_series,
    voucher_number,
    voucher_key,
    cast(row_number() over (
        partition by company, financial_year_id, voucher_series, voucher_number
        order by source_line, source_row
    ) as int64) as row_number,
    transaction_date,
    registered_date,
    -- A date outside the year counts in the nearest month of the year, so that no row is lost to the reports.
    case
        when transaction_date is null or transaction_date < from_date then {{ month_of('from_date') }}
        when transaction_date > to_date then {{ month_of('to_date') }}
        else {{ month_of('transaction_date') }}
    end as period,
    account,
    amount,
    {{ money('case when amount > 0 then amount else 0 end') }} as debit,
    {{ money('case when amount < 0 then -amount else 0 end') }} as credit,
    quantity,
    cost_center,
    project,
    row_text,
    voucher_text
from booked
