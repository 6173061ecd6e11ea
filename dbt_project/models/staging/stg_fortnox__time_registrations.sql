-- Written from the endpoint catalogue by `make staging`; change it there.
with source as (
    select *{{ columns_left_out(source('fortnox_raw', 'time_registrations')) }}
    from {{ source('fortnox_raw', 'time_registrations') }}
    where _deleted_at is null
),

renamed as (
    select
        -- ids
        source.company,
        source.financial_year,
        source.id,
        nullif(source.childId, '') as child_id,
        nullif(source.costCenter.id, '') as cost_center_id,
        nullif(source.customer.defaultProjectId, '') as customer_default_project_id,
        nullif(source.customer.id, '') as customer_id,
        nullif(source.customer.number, '') as customer_number,
        source.documentId as document_id,
        source.invoiceBasisId as invoice_basis_id,
        nullif(source.project.id, '') as project_id,
        nullif(source.registrationCode.id, '') as registration_code_id,
        nullif(source.service.id, '') as service_id,
        nullif(source.userId, '') as user_id,
        -- text
        nullif(source.costCenter.name, '') as cost_center_name,
        nullif(source.createdBy, '') as created_by,
        nullif(source.customer.accountManager, '') as customer_account_manager,
        nullif(source.customer.invoiceCity, '') as customer_invoice_city,
        nullif(source.customer.invoiceZipCode, '') as customer_invoice_zip_code,
        nullif(source.customer.name, '') as customer_name,
        nullif(source.customer.priceList, '') as customer_price_list,
        nullif(source.customer.propertyDesignation, '') as customer_property_designation,
        nullif(source.documentType, '') as document_type,
        nullif(source.invoiceText, '') as invoice_text,
        nullif(source.note, '') as note,
        nullif(source.project.description, '') as project_description,
        nullif(source.project.projectLeader, '') as project_project_leader,
        nullif(source.registrationCode.code, '') as registration_code_code,
        nullif(source.registrationCode.name, '') as registration_code_name,
        nullif(source.registrationCode.{{ adapter.quote('type') }}, '') as registration_code_type,
        nullif(source.service.description, '') as service_description,
        nullif(source.service.{{ adapter.quote('type') }}, '') as service_type,
        nullif(source.service.unit, '') as service_unit,
        nullif(source.updatedBy, '') as updated_by,
        -- numbers
        source.chargeHours as charge_hours,
        source.customer.isBusiness as customer_is_business,
        source.project.invoicedAmount as project_invoiced_amount,
        source.project.orderAmount as project_order_amount,
        source.project.orderTime as project_order_time,
        source.project.status as project_status,
        source.project.totalAmountInInvoices as project_total_amount_in_invoices,
        source.registrationCode.costMultiplier as registration_code_cost_multiplier,
        source.registrationCode.priceMultiplier as registration_code_price_multiplier,
        source.service.purchasePrice as service_purchase_price,
        source.unitCost as unit_cost,
        source.unitPrice as unit_price,
        source.workedHours as worked_hours,
        -- flags
        source.costCenter.active as cost_center_active,
        source.customer.active as customer_active,
        source.customer.deleted as customer_deleted,
        source.nonInvoiceable as non_invoiceable,
        source.registrationCode.active as registration_code_active,
        source.service.active as service_active,
        source.service.isStock as service_is_stock,
        -- dates
        source.createdTime as created_time,
        source.project.endDate as project_end_date,
        source.project.startDate as project_start_date,
        source.startTime as start_time,
        source.stopTime as stop_time,
        source.workedDate as worked_date
    from source
)

select * from renamed
