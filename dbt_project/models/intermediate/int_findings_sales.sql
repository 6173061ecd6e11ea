-- Customer invoices that do not add up, or that differ from the voucher they were booked by.
with lines as (
    select *
    from {{ ref('fct_invoice_line') }}
),

invoices as (
    select *
    from {{ ref('stg_fortnox__invoices') }}
    where not coalesce(cancelled, false)
),

invoice_sums as (
    select
        company,
        invoice_number,
        sum(net_currency) as net
    from lines
    group by company, invoice_number
),

priced_rows as (
    select
        invoices.company,
        invoices.voucher_year,
        invoice_rows.document_number,
        invoice_rows.row_position,
        invoice_rows.total,
        {{ money(after_discount(
            exact('invoice_rows.price * invoice_rows.delivered_quantity'),
            'invoice_rows.discount', 'invoice_rows.discount_type'
        )) }} as expected
    from invoices
    inner join {{ ref('stg_fortnox__invoices__invoice_rows') }} as invoice_rows
        on
            invoices.company = invoice_rows.company
            and invoices.document_number = invoice_rows.document_number
),

-- Of years that have been copied.
vouchers as (
    select distinct
        company,
        financial_year_id,
        voucher_series,
        voucher_number
    from {{ ref('int_vouchers') }}
),

booked_lines as (
    select
        lines.company,
        lines.financial_year_id,
        lines.voucher_series,
        lines.voucher_number,
        lines.invoice_number,
        lines.account,
        sum(lines.net_sek) as net_sek
    from lines
    inner join vouchers
        on
            lines.company = vouchers.company
            and lines.financial_year_id = vouchers.financial_year_id
            and lines.voucher_series = vouchers.voucher_series
            and lines.voucher_number = vouchers.voucher_number
    where lines.is_booked and lines.account is not null
    group by
        lines.company, lines.financial_year_id, lines.voucher_series, lines.voucher_number,
        lines.invoice_number, lines.account
),

booked_invoices as (
    select
        company,
        document_number as invoice_number,
        voucher_year as financial_year_id,
        voucher_series,
        voucher_number,
        coalesce(currency, 'SEK') as currency
    from invoices
    where booked and voucher_number is not null
),

ledger as (
    select
        booked_invoices.company,
        booked_invoices.invoice_number,
        booked_invoices.financial_year_id,
        ledger.account,
        -sum(ledger.amount) as net_sek
    from booked_invoices
    inner join {{ ref('fct_general_ledger') }} as ledger
        on
            booked_invoices.company = ledger.company
            and booked_invoices.financial_year_id = ledger.financial_year_id
            and booked_invoices.voucher_series = ledger.voucher_series
            and booked_invoices.voucher_number = ledger.voucher_number
    group by
        booked_invoices.company, booked_invoices.invoice_number, booked_invoices.financial_year_id, ledger.account
),

by_account as (
    select
        coalesce(booked_lines.company, ledger.company) as company,
        coalesce(booked_lines.invoice_number, ledger.invoice_number) as invoice_number,
        coalesce(booked_lines.financial_year_id, ledger.financial_year_id) as financial_year_id,
        coalesce(booked_lines.account, ledger.account) as account,
        booked_lines.account is not null as is_on_invoice,
        coalesce(ledger.net_sek, 0) - coalesce(booked_lines.net_sek, 0) as difference
    from booked_lines
    full outer join ledger
        on
            booked_lines.company = ledger.company
            and booked_lines.invoice_number = ledger.invoice_number
            and booked_lines.financial_year_id = ledger.financial_year_id
            and booked_lines.account = ledger.account
),

findings as (
    select
        invoices.company,
        invoices.voucher_year as financial_year_id,
        'invoice_rows_ne_total' as check_name,
        concat('invoice ', invoices.document_number) as object,
        coalesce(invoice_sums.net, 0) + coalesce(invoices.total_vat, 0) - invoices.total as value
    from invoices
    left join invoice_sums
        on
            invoices.company = invoice_sums.company
            and invoices.document_number = invoice_sums.invoice_number
    where coalesce(invoice_sums.net, 0) + coalesce(invoices.total_vat, 0) != invoices.total
    union all
    select
        company,
        voucher_year as financial_year_id,
        'invoice_price_ne_total' as check_name,
        concat('invoice ', document_number, ' row ', cast(row_position as string)) as object,
        expected - total as value
    from priced_rows
    where expected != total
    union all
    -- What a currency is rounded by when it becomes kronor is on 3740 and not on the invoice.
    select
        by_account.company,
        by_account.financial_year_id,
        'invoice_ne_voucher' as check_name,
        concat('invoice ', by_account.invoice_number, ' account ', cast(by_account.account as string)) as object,
        by_account.difference as value
    from by_account
    inner join booked_invoices
        on
            by_account.company = booked_invoices.company
            and by_account.invoice_number = booked_invoices.invoice_number
    where
        by_account.difference != 0
        and (by_account.is_on_invoice or by_account.account between 3000 and 3799)
        and not (booked_invoices.currency != 'SEK' and by_account.account between 3740 and 3749)
)

select
    company,
    financial_year_id,
    check_name,
    cast(null as string) as severity,
    object,
    {{ money('value') }} as value
from findings
