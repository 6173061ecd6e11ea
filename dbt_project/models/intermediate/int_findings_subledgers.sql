-- Where the sub-ledgers do not fit the ledger, Fortnox's own balances or the vouchers they name.
with invoices as (
    select *
    from {{ ref('int_subledger_invoices') }}
),

settlements as (
    select *
    from {{ ref('int_subledger_settlements') }}
),

reconciliation as (
    select
        company,
        ledger,
        account,
        difference
    from {{ ref('rpt_subledger_reconciliation') }}
    where difference != 0
),

current_years as (
    select distinct
        company,
        financial_year_id
    from {{ ref('int_balances_as_of') }}
),

years as (
    select
        company,
        financial_year_id,
        from_date,
        to_date,
        has_ledger
    from {{ ref('int_financial_years') }}
),

vouchers as (
    select distinct
        company,
        financial_year_id,
        voucher_series,
        voucher_number
    from {{ ref('int_vouchers') }}
),

referring as (
    select
        company,
        financial_year_id,
        voucher_series,
        voucher_number,
        reference_number,
        debit,
        case
            when reference_type in ('INVOICE', 'CASHINVOICE') then 'AR invoice'
            when reference_type = 'SUPPLIERINVOICE' then 'AP invoice'
            when reference_type = 'INVOICEPAYMENT' then 'AR payment'
            when reference_type = 'SUPPLIERPAYMENT' then 'AP payment'
        end as document_kind
    from {{ ref('int_vouchers') }}
    where reference_number is not null
),

-- Every document with the voucher it names; amounts in kronor.
documents as (
    select
        company,
        concat(ledger, ' invoice') as document_kind,
        invoice_number as document_number,
        invoice_date as document_date,
        is_booked and not is_cancelled and accounting_method != 'CASH' as has_voucher,
        total_sek as amount_sek,
        voucher_year,
        voucher_series,
        voucher_number
    from invoices
    union all
    select
        company,
        concat(ledger, ' payment') as document_kind,
        payment_number as document_number,
        payment_date as document_date,
        is_booked as has_voucher,
        amount_sek,
        voucher_year,
        voucher_series,
        voucher_number
    from settlements
),

kinds_copied as (
    select distinct
        company,
        document_kind
    from documents
),

dated as (
    select
        documents.company,
        documents.document_kind,
        documents.document_number,
        documents.amount_sek,
        documents.has_voucher,
        documents.voucher_year,
        documents.voucher_series,
        documents.voucher_number,
        coalesce(documents.voucher_year, years.financial_year_id) as financial_year_id
    from documents
    left join years
        on
            documents.company = years.company
            and documents.document_date between years.from_date and years.to_date
),

-- Everything booked on an invoice, whenever that was: Fortnox's Balance is today's too.
closed as (
    select
        ledger,
        company,
        invoice_number,
        sum(paid_currency + write_off_currency) as paid_currency
    from settlements
    where is_booked
    group by ledger, company, invoice_number
),

rebuilt as (
    select
        invoices.company,
        invoices.ledger,
        invoices.invoice_number,
        invoices.currency,
        years.financial_year_id,
        invoices.total_currency - coalesce(closed.paid_currency, 0) - invoices.fortnox_balance as difference
    from invoices
    left join closed
        on
            invoices.ledger = closed.ledger
            and invoices.company = closed.company
            and invoices.invoice_number = closed.invoice_number
    left join years
        on
            invoices.company = years.company
            and invoices.invoice_date between years.from_date and years.to_date
    where invoices.is_in_scope and invoices.fortnox_balance is not null
),

-- The tax agency's part of housework invoices, until the voucher that books its payment.
tax_claims as (
    select
        company,
        invoice_date as event_date,
        tax_reduction_sek as amount
    from invoices
    where ledger = 'AR' and is_in_scope
    union all
    select
        reductions.company,
        vouchers_of.transaction_date as event_date,
        -coalesce(nullif(reductions.approved_amount, 0), reductions.asked_amount) as amount
    from {{ ref('stg_fortnox__tax_reductions') }} as reductions
    inner join {{ ref('int_vouchers') }} as vouchers_of
        on
            reductions.company = vouchers_of.company
            and reductions.voucher_year = vouchers_of.financial_year_id
            and reductions.voucher_series = vouchers_of.voucher_series
            and reductions.voucher_number = vouchers_of.voucher_number
),

tax_sides as (
    select
        company,
        amount,
        0 as is_ledger
    from tax_claims
    where event_date <= {{ as_of_date() }}
    union all
    select
        company,
        -balance as amount,
        1 as is_ledger
    from {{ ref('int_balances_as_of') }}
    where first_four_digits = 1513
),

tax_differences as (
    select
        tax_sides.company,
        current_years.financial_year_id,
        sum(tax_sides.amount) as difference
    from tax_sides
    inner join current_years
        on tax_sides.company = current_years.company
    -- A company that books the reduction elsewhere has nothing to compare with.
    group by tax_sides.company, current_years.financial_year_id
    having sum(tax_sides.amount) != 0 and max(tax_sides.is_ledger) = 1
),

findings as (
    select
        reconciliation.company,
        current_years.financial_year_id,
        'subledger_ne_ledger' as check_name,
        concat(reconciliation.ledger, ' ', cast(reconciliation.account as string)) as object,
        reconciliation.difference as value
    from reconciliation
    inner join current_years
        on reconciliation.company = current_years.company
    union all
    select
        differences.company,
        differences.financial_year_id,
        'subledger_ne_ledger' as check_name,
        concat(
            differences.ledger, ' ', cast(differences.account as string), ': ', replace(differences.cause, '_', ' '),
            case
                when differences.voucher_number is null then ''
                else
                    concat(
                        ', voucher ', differences.voucher_series, ' ', cast(differences.voucher_number as string)
                    )
            end
        ) as object,
        differences.difference as value
    from {{ ref('int_subledger_differences') }} as differences
    inner join reconciliation
        on
            differences.company = reconciliation.company
            and differences.ledger = reconciliation.ledger
            and differences.account = reconciliation.account
    union all
    select
        company,
        financial_year_id,
        'subledger_ne_ledger' as check_name,
        'AR 1513: tax reductions' as object,
        difference as value
    from tax_differences
    union all
    select
        company,
        financial_year_id,
        'open_item_ne_balance' as check_name,
        concat(ledger, ' invoice ', invoice_number, ' (', currency, ')') as object,
        difference as value
    from rebuilt
    where difference != 0
    union all
    select
        company,
        financial_year_id,
        'invoice_booked_without_voucher' as check_name,
        concat(document_kind, ' ', document_number) as object,
        amount_sek as value
    from dated
    where has_voucher and voucher_number is null
    union all
    -- The document names a voucher that the ledger of that year does not have.
    select
        dated.company,
        dated.financial_year_id,
        'voucher_reference_missing' as check_name,
        concat(
            dated.document_kind, ' ', dated.document_number, ': no voucher ', dated.voucher_series, ' ',
            cast(dated.voucher_number as string)
        ) as object,
        dated.amount_sek as value
    from dated
    inner join years
        on
            dated.company = years.company
            and dated.voucher_year = years.financial_year_id
    left join vouchers
        on
            dated.company = vouchers.company
            and dated.voucher_year = vouchers.financial_year_id
            and dated.voucher_series = vouchers.voucher_series
            and dated.voucher_number = vouchers.voucher_number
    where dated.voucher_number is not null and years.has_ledger and vouchers.voucher_number is null
    union all
    -- The voucher names a document that does not exist. Documents that were not copied at all are no disagreement.
    select
        referring.company,
        referring.financial_year_id,
        'voucher_reference_missing' as check_name,
        concat(
            'voucher ', referring.voucher_series, ' ', cast(referring.voucher_number as string), ': no ',
            referring.document_kind, ' ', referring.reference_number
        ) as object,
        referring.debit as value
    from referring
    inner join kinds_copied
        on
            referring.company = kinds_copied.company
            and referring.document_kind = kinds_copied.document_kind
    left join documents
        on
            referring.company = documents.company
            and referring.document_kind = documents.document_kind
            and referring.reference_number = documents.document_number
    where documents.document_number is null
)

select
    company,
    financial_year_id,
    check_name,
    cast(null as string) as severity,
    object,
    {{ money('value') }} as value
from findings
