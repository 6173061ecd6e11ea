-- Written from the endpoint catalogue by `make staging`; change it there.
with source as (
    select *{{ columns_left_out(source('fortnox_raw', 'article_registrations')) }}
    from {{ source('fortnox_raw', 'article_registrations') }}
    where _deleted_at is null
),

renamed as (
    select
        -- ids
        source.company,
        source.financial_year,
        source.id,
        nullif(source.costCenter.id, '') as cost_center_id,
        nullif(source.customer.defaultProjectId, '') as customer_default_project_id,
        nullif(source.customer.id, '') as customer_id,
        nullif(source.customer.number, '') as customer_number,
        nullif(source.ownerId, '') as owner_id,
        nullif(source.project.id, '') as project_id,
        source.registeredArticle.documentId as registered_article_document_id,
        nullif(source.registeredArticle.id, '') as registered_article_id,
        source.registeredArticle.invoiceBasisId as registered_article_invoice_basis_id,
        nullif(source.registeredArticle.item.id, '') as registered_article_item_id,
        nullif(source.registeredArticle.ownerId, '') as registered_article_owner_id,
        -- text
        nullif(source.costCenter.name, '') as cost_center_name,
        nullif(source.customer.accountManager, '') as customer_account_manager,
        nullif(source.customer.invoiceCity, '') as customer_invoice_city,
        nullif(source.customer.invoiceZipCode, '') as customer_invoice_zip_code,
        nullif(source.customer.name, '') as customer_name,
        nullif(source.customer.priceList, '') as customer_price_list,
        nullif(source.customer.propertyDesignation, '') as customer_property_designation,
        nullif(source.project.description, '') as project_description,
        nullif(source.project.projectLeader, '') as project_project_leader,
        nullif(source.registeredArticle.createdBy, '') as registered_article_created_by,
        nullif(source.registeredArticle.documentType, '') as registered_article_document_type,
        nullif(source.registeredArticle.invoiceText, '') as registered_article_invoice_text,
        nullif(source.registeredArticle.item.description, '') as registered_article_item_description,
        nullif(source.registeredArticle.item.{{ adapter.quote('type') }}, '') as registered_article_item_type,
        nullif(source.registeredArticle.item.unit, '') as registered_article_item_unit,
        nullif(source.registeredArticle.note, '') as registered_article_note,
        nullif(source.registrationType, '') as registration_type,
        -- numbers
        source.customer.isBusiness as customer_is_business,
        source.project.invoicedAmount as project_invoiced_amount,
        source.project.orderAmount as project_order_amount,
        source.project.orderTime as project_order_time,
        source.project.status as project_status,
        source.project.totalAmountInInvoices as project_total_amount_in_invoices,
        source.registeredArticle.item.purchasePrice as registered_article_item_purchase_price,
        source.registeredArticle.orderIndex as registered_article_order_index,
        source.registeredArticle.totalQuantity as registered_article_total_quantity,
        source.registeredArticle.unitCost as registered_article_unit_cost,
        source.registeredArticle.unitPrice as registered_article_unit_price,
        source.version,
        -- flags
        source.costCenter.active as cost_center_active,
        source.customer.active as customer_active,
        source.customer.deleted as customer_deleted,
        source.registeredArticle.item.active as registered_article_item_active,
        source.registeredArticle.item.isStock as registered_article_item_is_stock,
        source.registeredArticle.nonInvoiceable as registered_article_non_invoiceable,
        source.registeredArticle.timeLocked as registered_article_time_locked,
        -- dates
        source.createdTime as created_time,
        source.project.endDate as project_end_date,
        source.project.startDate as project_start_date,
        source.purchaseDate as purchase_date,
        source.registeredArticle.createdTime as registered_article_created_time
    from source
)

select * from renamed
