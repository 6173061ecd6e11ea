-- Written from the endpoint catalogue by `make staging`; change it there.
with source as (
    select *{{ columns_left_out(source('fortnox_raw', 'supplier_invoices')) }}
    from {{ source('fortnox_raw', 'supplier_invoices') }}
    where _deleted_at is null
),

renamed as (
    select
        -- ids
        source.company,
        source.financial_year,
        source.GivenNumber as given_number,
        nullif(source.ExternalInvoiceNumber, '') as external_invoice_number,
        nullif(source.InvoiceNumber, '') as invoice_number,
        nullif(source.SupplierNumber, '') as supplier_number,
        source.VoucherNumber as voucher_number,
        -- text
        nullif(source.CostCenter, '') as cost_center,
        nullif(source.Currency, '') as currency,
        nullif(source.ExternalInvoiceSeries, '') as external_invoice_series,
        nullif(source.Project, '') as project,
        nullif(source.SupplierName, '') as supplier_name,
        nullif(source.AuthorizerName, '') as authorizer_name,
        nullif(source.AccountingMethod, '') as accounting_method,
        nullif(source.Comments, '') as comments,
        nullif(source.CreditReference, '') as credit_reference,
        nullif(source.OCR, '') as ocr,
        nullif(source.OurReference, '') as our_reference,
        nullif(source.SalesType, '') as sales_type,
        nullif(source.VATType, '') as vat_type,
        nullif(source.VoucherSeries, '') as voucher_series,
        nullif(source.YourReference, '') as your_reference,
        -- numbers
        source.Balance as balance,
        source.CurrencyRate as currency_rate,
        source.CurrencyUnit as currency_unit,
        source.Total as total,
        source.AdministrationFee as administration_fee,
        source.Freight as freight,
        source.RoundOffValue as round_off_value,
        source.VAT as vat,
        source.VoucherYear as voucher_year,
        -- flags
        source.Booked as booked,
        source.Cancelled as cancelled,
        source.Credit as credit,
        source.DisablePaymentFile as disable_payment_file,
        source.PaymentPending as payment_pending,
        -- dates
        source.DueDate as due_date,
        source.FinalPayDate as final_pay_date,
        source.InvoiceDate as invoice_date
    from source
)

select * from renamed
