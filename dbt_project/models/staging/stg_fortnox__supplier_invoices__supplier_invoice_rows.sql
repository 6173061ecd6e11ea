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
        supplier_invoice_row_position as row_position,
        nullif(supplier_invoice_row.ArticleNumber, '') as article_number,
        -- text
        nullif(supplier_invoice_row.AccountDescription, '') as account_description,
        nullif(supplier_invoice_row.Code, '') as code,
        nullif(supplier_invoice_row.CostCenter, '') as cost_center,
        nullif(supplier_invoice_row.ItemDescription, '') as item_description,
        nullif(supplier_invoice_row.Project, '') as project,
        nullif(supplier_invoice_row.StockLocationCode, '') as stock_location_code,
        nullif(supplier_invoice_row.StockPointCode, '') as stock_point_code,
        nullif(supplier_invoice_row.TransactionInformation, '') as transaction_information,
        nullif(supplier_invoice_row.Unit, '') as unit,
        -- numbers
        supplier_invoice_row.Account as account,
        supplier_invoice_row.Credit as credit,
        supplier_invoice_row.CreditCurrency as credit_currency,
        supplier_invoice_row.Debit as debit,
        supplier_invoice_row.DebitCurrency as debit_currency,
        supplier_invoice_row.Price as price,
        supplier_invoice_row.Quantity as quantity,
        supplier_invoice_row.Total as total,
        -- dates
        source.InvoiceDate as invoice_date
    from source
    {{ unnest_records('source', 'SupplierInvoiceRows', 'supplier_invoice_row') }}
)

select * from renamed
