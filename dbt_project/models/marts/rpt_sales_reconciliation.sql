-- Net sales of invoices against the ledger's accounts 3000-3799 less 3740, month by month, and why they differ.
with sold as (
    select
        company,
        month,
        sum(net_sek) as sales_sek
    from {{ ref('rpt_sales_by_customer_article_month') }}
    group by company, month
),

invoicing_companies as (
    select distinct company
    from {{ ref('stg_fortnox__invoices') }}
),

booked as (
    select
        ledger.company,
        ledger.period as month,
        -sum(ledger.amount) as ledger_sek
    from {{ ref('fct_general_ledger') }} as ledger
    inner join invoicing_companies
        on ledger.company = invoicing_companies.company
    where ledger.account between 3000 and 3799 and ledger.account != 3740
    group by ledger.company, ledger.period
),

differences as (
    select
        company,
        month,
        sum(case when reason = 'manual_voucher' then difference_sek else 0 end) as manual_voucher_sek,
        sum(case when reason = 'other_voucher' then difference_sek else 0 end) as other_voucher_sek,
        sum(case when reason = 'accrual' then difference_sek else 0 end) as accrual_sek,
        sum(case when reason = 'interest_invoice' then difference_sek else 0 end) as interest_invoice_sek,
        sum(case when reason = 'other_account' then difference_sek else 0 end) as other_account_sek,
        sum(case when reason = 'other_month' then difference_sek else 0 end) as other_month_sek,
        sum(case when reason = 'voucher_differs' then difference_sek else 0 end) as voucher_differs_sek,
        sum(case when reason = 'invoice_not_in_ledger' then difference_sek else 0 end) as invoice_not_in_ledger_sek
    from {{ ref('rpt_sales_difference') }}
    group by company, month
),

months as (
    select
        company,
        month
    from sold
    union distinct
    select
        company,
        month
    from booked
)

select
    months.company,
    months.month,
    {{ money('coalesce(sold.sales_sek, 0)') }} as sales_sek,
    {{ money('coalesce(booked.ledger_sek, 0)') }} as ledger_sek,
    {{ money('coalesce(booked.ledger_sek, 0) - coalesce(sold.sales_sek, 0)') }} as difference_sek,
    {{ money('coalesce(differences.manual_voucher_sek, 0)') }} as manual_voucher_sek,
    {{ money('coalesce(differences.other_voucher_sek, 0)') }} as other_voucher_sek,
    {{ money('coalesce(differences.accrual_sek, 0)') }} as accrual_sek,
    {{ money('coalesce(differences.interest_invoice_sek, 0)') }} as interest_invoice_sek,
    {{ money('coalesce(differences.other_account_sek, 0)') }} as other_account_sek,
    {{ money('coalesce(differences.other_month_sek, 0)') }} as other_month_sek,
    {{ money('coalesce(differences.voucher_differs_sek, 0)') }} as voucher_differs_sek,
    {{ money('coalesce(differences.invoice_not_in_ledger_sek, 0)') }} as invoice_not_in_ledger_sek
from months
left join sold
    on
        months.company = sold.company
        and months.month = sold.month
left join booked
    on
        months.company = booked.company
        and months.month = booked.month
left join differences
    on
        months.company = differences.company
        and months.month = differences.month
