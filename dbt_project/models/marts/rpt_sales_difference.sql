-- Every voucher and invoice that makes net sales of invoices differ from accounts 3000-3799 (less 3740, rounding) of
-- the ledger, month by month. Only for companies whose invoices are copied.
with invoices as (
    select distinct
        company,
        document_number as invoice_number,
        invoice_type,
        voucher_year as financial_year_id,
        voucher_series,
        voucher_number
    from {{ ref('stg_fortnox__invoices') }}
),

invoicing_companies as (
    select distinct company
    from invoices
),

lines as (
    select
        company,
        month,
        financial_year_id,
        voucher_series,
        voucher_number,
        -- An invoice without a voucher stands alone.
        case when voucher_number is null then invoice_number end as lone_invoice,
        net_sek,
        account between 3000 and 3799 and account != 3740 as is_on_sales_account
    from {{ ref('fct_invoice_line') }}
    where is_sales
),

sold as (
    select
        company,
        month,
        financial_year_id,
        voucher_series,
        voucher_number,
        lone_invoice,
        sum(net_sek) as sales_sek,
        sum(case when is_on_sales_account then 0 else net_sek end) as on_other_accounts_sek
    from lines
    group by company, month, financial_year_id, voucher_series, voucher_number, lone_invoice
),

booked as (
    select
        ledger.company,
        ledger.period as month,
        ledger.financial_year_id,
        ledger.voucher_series,
        ledger.voucher_number,
        max(ledger.voucher_text) as voucher_text,
        max(ledger.reference_type) as reference_type,
        -sum(ledger.amount) as ledger_sek
    from {{ ref('fct_general_ledger') }} as ledger
    inner join invoicing_companies
        on ledger.company = invoicing_companies.company
    where ledger.account between 3000 and 3799 and ledger.account != 3740
    group by ledger.company, ledger.period, ledger.financial_year_id, ledger.voucher_series, ledger.voucher_number
),

compared as (
    select
        booked.voucher_text,
        booked.reference_type,
        booked.company is not null as is_booked_in_month,
        sold.company is not null as is_sold_in_month,
        coalesce(sold.company, booked.company) as company,
        coalesce(sold.month, booked.month) as month,
        coalesce(sold.financial_year_id, booked.financial_year_id) as financial_year_id,
        coalesce(sold.voucher_series, booked.voucher_series) as voucher_series,
        coalesce(sold.voucher_number, booked.voucher_number) as voucher_number,
        sold.lone_invoice,
        coalesce(sold.sales_sek, 0) as sales_sek,
        coalesce(sold.on_other_accounts_sek, 0) as on_other_accounts_sek,
        coalesce(booked.ledger_sek, 0) as ledger_sek
    from sold
    full outer join booked
        on
            sold.company = booked.company
            and sold.month = booked.month
            and sold.financial_year_id = booked.financial_year_id
            and sold.voucher_series = booked.voucher_series
            and sold.voucher_number = booked.voucher_number
),

voucher_invoices as (
    select
        company,
        financial_year_id,
        voucher_series,
        voucher_number,
        min(invoice_number) as invoice_number,
        max(case when invoice_type = 'INTRESTINVOICE' then 1 else 0 end) as has_interest
    from invoices
    where voucher_number is not null
    group by company, financial_year_id, voucher_series, voucher_number
),

known_vouchers as (
    select distinct
        company,
        financial_year_id,
        voucher_series,
        voucher_number
    from {{ ref('int_vouchers') }}
),

described as (
    select
        compared.*,
        known_vouchers.company is not null as is_in_ledger,
        coalesce(compared.lone_invoice, voucher_invoices.invoice_number) as invoice_number,
        coalesce(voucher_invoices.has_interest, 0) = 1 as is_interest
    from compared
    left join voucher_invoices
        on
            compared.company = voucher_invoices.company
            and compared.financial_year_id = voucher_invoices.financial_year_id
            and compared.voucher_series = voucher_invoices.voucher_series
            and compared.voucher_number = voucher_invoices.voucher_number
    left join known_vouchers
        on
            compared.company = known_vouchers.company
            and compared.financial_year_id = known_vouchers.financial_year_id
            and compared.voucher_series = known_vouchers.voucher_series
            and compared.voucher_number = known_vouchers.voucher_number
)

select
    company,
    month,
    case
        when is_sold_in_month and not is_in_ledger then 'invoice_not_in_ledger'
        when is_interest then 'interest_invoice'
        when ledger_sek - sales_sek = -on_other_accounts_sek then 'other_account'
        when is_sold_in_month and is_booked_in_month then 'voucher_differs'
        when invoice_number is not null then 'other_month'
        when reference_type = 'ACCRUAL' then 'accrual'
        when coalesce(reference_type, 'MANUAL') = 'MANUAL' then 'manual_voucher'
        else 'other_voucher'
    end as reason,
    financial_year_id,
    voucher_series,
    voucher_number,
    voucher_text,
    reference_type,
    invoice_number,
    {{ money('sales_sek') }} as sales_sek,
    {{ money('ledger_sek') }} as ledger_sek,
    {{ money('ledger_sek - sales_sek') }} as difference_sek
from described
where ledger_sek != sales_sek
