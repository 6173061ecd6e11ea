-- Written from the endpoint catalogue by `make staging`; change it there.
with source as (
    select *{{ columns_left_out(source('fortnox_raw', 'warehouse_purchase_orders')) }}
    from {{ source('fortnox_raw', 'warehouse_purchase_orders') }}
    where _deleted_at is null
),

renamed as (
    select
        -- ids
        source.company,
        source.financial_year,
        source.id,
        nullif(source.customerId, '') as customer_id,
        nullif(source.customerNumber, '') as customer_number,
        nullif(source.outboundDocumentReference.id, '') as outbound_document_reference_id,
        nullif(source.projectId, '') as project_id,
        nullif(source.stockPointId, '') as stock_point_id,
        nullif(source.supplierNumber, '') as supplier_number,
        -- text
        nullif(source.confirmationEmail, '') as confirmation_email,
        nullif(source.costCenterCode, '') as cost_center_code,
        nullif(source.currencyCode, '') as currency_code,
        nullif(source.customerName, '') as customer_name,
        nullif(source.deliveryAddress, '') as delivery_address,
        nullif(source.deliveryAddress2, '') as delivery_address2,
        nullif(source.deliveryCity, '') as delivery_city,
        nullif(source.deliveryCountryCode, '') as delivery_country_code,
        nullif(source.deliveryName, '') as delivery_name,
        nullif(source.deliveryZipCode, '') as delivery_zip_code,
        nullif(source.internalReference, '') as internal_reference,
        nullif(source.languageCode, '') as language_code,
        nullif(source.messageToSupplier, '') as message_to_supplier,
        nullif(source.note, '') as note,
        nullif(source.ourReference, '') as our_reference,
        nullif(source.outboundDocumentReference.{{ adapter.quote('type') }}, '') as outbound_document_reference_type,
        nullif(source.paymentTermsCode, '') as payment_terms_code,
        nullif(source.purchaseOrderState, '') as purchase_order_state,
        nullif(source.purchaseType, '') as purchase_type,
        nullif(source.responseState, '') as response_state,
        nullif(source.stockPointCode, '') as stock_point_code,
        nullif(source.supplier, '') as supplier,
        nullif(source.supplierAddress, '') as supplier_address,
        nullif(source.supplierAddress2, '') as supplier_address2,
        nullif(source.supplierCity, '') as supplier_city,
        nullif(source.supplierCountryCode, '') as supplier_country_code,
        nullif(source.supplierEmail, '') as supplier_email,
        nullif(source.supplierName, '') as supplier_name,
        nullif(source.supplierPostCode, '') as supplier_post_code,
        nullif(source.translatedResponseState, '') as translated_response_state,
        nullif(source.yourReference, '') as your_reference,
        -- numbers
        source.currencyRate as currency_rate,
        source.currencyUnit as currency_unit,
        source.orderValue as order_value,
        source.orderValueInSEK as order_value_in_sek,
        source.totalReceivedQuantity as total_received_quantity,
        -- flags
        source.dropship,
        source.manuallyCompleted as manually_completed,
        source.voided,
        -- dates
        source.deliveryDate as delivery_date,
        source.orderDate as order_date
    from source
)

select * from renamed
