-- Written from the endpoint catalogue by `make staging`; change it there.
with source as (
    select *{{ columns_left_out(source('fortnox_raw', 'supplier_invoice_accruals')) }}
    from {{ source('fortnox_raw', 'supplier_invoice_accruals') }}
    where _deleted_at is null
),

renamed as (
    select
        -- ids
        source.company,
        source.SupplierInvoiceNumber as supplier_invoice_number,
        supplier_invoice_accrual_row_position as row_position,
        -- text
        nullif(supplier_invoice_accrual_row.CostCenter, '') as cost_center,
        nullif(supplier_invoice_accrual_row.Project, '') as project,
        nullif(supplier_invoice_accrual_row.TransactionInformation, '') as transaction_information,
        -- numbers
        supplier_invoice_accrual_row.Account as account,
        supplier_invoice_accrual_row.Credit as credit,
        supplier_invoice_accrual_row.Debit as debit
    from source
    {{ unnest_records('source', 'SupplierInvoiceAccrualRows', 'supplier_invoice_accrual_row') }}
)

select * from renamed
