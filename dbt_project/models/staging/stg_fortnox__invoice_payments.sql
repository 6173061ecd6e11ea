-- Written from the endpoint catalogue by `make staging`; change it there.
with source as (
    select *{{ columns_left_out(source('fortnox_raw', 'invoice_payments')) }}
    from {{ source('fortnox_raw', 'invoice_payments') }}
    where _deleted_at is null
),

renamed as (
    select
        -- ids
        source.company,
        source.financial_year,
        source.Number as number,
        nullif(source.InvoiceNumber, '') as invoice_number,
        nullif(source.InvoiceCustomerNumber, '') as invoice_customer_number,
        source.VoucherNumber as voucher_number,
        -- text
        nullif(source.Currency, '') as currency,
        nullif(source.Source, '') as source,
        nullif(source.ExternalInvoiceReference1, '') as external_invoice_reference1,
        nullif(source.ExternalInvoiceReference2, '') as external_invoice_reference2,
        nullif(source.InvoiceCustomerName, '') as invoice_customer_name,
        nullif(source.InvoiceOCR, '') as invoice_ocr,
        nullif(source.ModeOfPayment, '') as mode_of_payment,
        nullif(source.VoucherSeries, '') as voucher_series,
        -- numbers
        source.Amount as amount,
        source.CurrencyRate as currency_rate,
        source.CurrencyUnit as currency_unit,
        source.AmountCurrency as amount_currency,
        source.InvoiceTotal as invoice_total,
        source.ModeOfPaymentAccount as mode_of_payment_account,
        source.VoucherYear as voucher_year,
        -- flags
        source.Booked as booked,
        source.WriteOffExist as write_off_exist,
        -- dates
        source.PaymentDate as payment_date,
        source.InvoiceDueDate as invoice_due_date
    from source
)

select * from renamed
