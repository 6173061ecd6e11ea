-- Customer and supplier invoices in one shape, with what the other side owes (or is owed) when nothing has been paid.
-- `is_in_scope`: the invoice is a claim or a debt in the ledger, so it belongs to the open items.
with years as (
    select
        company,
        accounting_method,
        from_date,
        to_date
    from {{ ref('int_financial_years') }}
),

customer_invoices as (
    select
        'AR' as ledger,
        company,
        document_number as invoice_number,
        customer_number as party_number,
        customer_name as party_name,
        invoice_date,
        due_date,
        currency,
        currency_rate,
        currency_unit,
        -- The tax agency pays its part of a housework invoice; the customer owes the rest.
        case
            when coalesce(tax_reduction, 0) != 0 then coalesce(total_to_pay, total - tax_reduction)
            else total
        end as total_currency,
        coalesce(tax_reduction, 0) as tax_reduction_sek,
        coalesce(credit, false) as is_credit,
        coalesce(booked, false) as is_booked,
        coalesce(cancelled, false) as is_cancelled,
        coalesce(invoice_type, '') = 'CASHINVOICE' as is_cash_invoice,
        accounting_method,
        balance as fortnox_balance,
        voucher_year,
        voucher_series,
        voucher_number
    from {{ ref('stg_fortnox__invoices') }}
),

supplier_invoices as (
    select
        'AP' as ledger,
        company,
        given_number as invoice_number,
        supplier_number as party_number,
        supplier_name as party_name,
        invoice_date,
        due_date,
        currency,
        currency_rate,
        currency_unit,
        total as total_currency,
        0 as tax_reduction_sek,
        coalesce(credit, false) as is_credit,
        coalesce(booked, false) as is_booked,
        coalesce(cancelled, false) as is_cancelled,
        false as is_cash_invoice,
        accounting_method,
        balance as fortnox_balance,
        voucher_year,
        voucher_series,
        voucher_number
    from {{ ref('stg_fortnox__supplier_invoices') }}
),

invoices as (
    select *
    from customer_invoices
    union all
    select *
    from supplier_invoices
),

-- Years should not overlap; where they do, one of them decides and no invoice is doubled.
year_methods as (
    select
        invoices.ledger,
        invoices.company,
        invoices.invoice_number,
        max(years.accounting_method) as accounting_method
    from invoices
    inner join years
        on
            invoices.company = years.company
            and invoices.invoice_date between years.from_date and years.to_date
    group by invoices.ledger, invoices.company, invoices.invoice_number
),

settled as (
    select
        invoices.ledger,
        invoices.company,
        invoices.invoice_number,
        coalesce(invoices.party_number, 'unknown') as party_number,
        invoices.party_name,
        invoices.invoice_date,
        coalesce(invoices.due_date, invoices.invoice_date) as due_date,
        coalesce(invoices.currency, 'SEK') as currency,
        case
            when coalesce(invoices.currency, 'SEK') = 'SEK' then 1
            else coalesce(nullif(invoices.currency_rate, 0), 1)
        end as currency_rate,
        case
            when coalesce(invoices.currency, 'SEK') = 'SEK' then 1
            else coalesce(nullif(invoices.currency_unit, 0), 1)
        end as currency_unit,
        {{ money('coalesce(invoices.total_currency, 0)') }} as total_currency,
        {{ money('invoices.tax_reduction_sek') }} as tax_reduction_sek,
        {{ money('invoices.fortnox_balance') }} as fortnox_balance,
        invoices.is_credit,
        invoices.is_booked,
        invoices.is_cancelled,
        invoices.is_cash_invoice,
        coalesce(invoices.accounting_method, year_methods.accounting_method, 'ACCRUAL') as accounting_method,
        invoices.voucher_year,
        invoices.voucher_series,
        invoices.voucher_number
    from invoices
    left join year_methods
        on
            invoices.ledger = year_methods.ledger
            and invoices.company = year_methods.company
            and invoices.invoice_number = year_methods.invoice_number
)

select
    ledger,
    company,
    invoice_number,
    party_number,
    party_name,
    invoice_date,
    due_date,
    currency,
    currency_rate,
    currency_unit,
    total_currency,
    {{ scaled_money('total_currency', 'currency_rate', 'currency_unit') }} as total_sek,
    tax_reduction_sek,
    fortnox_balance,
    is_credit,
    is_booked,
    is_cancelled,
    is_cash_invoice,
    accounting_method,
    -- Cash invoices are paid when they are made; under the cash method an invoice is booked when it is paid.
    is_booked and not is_cancelled and not is_cash_invoice and accounting_method != 'CASH' as is_in_scope,
    voucher_year,
    voucher_series,
    voucher_number
from settled
