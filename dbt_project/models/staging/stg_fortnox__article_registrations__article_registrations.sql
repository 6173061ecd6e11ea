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
        article_registration_position as row_position,
        article_registration.documentId as document_id,
        article_registration.invoiceBasisId as invoice_basis_id,
        nullif(article_registration.item.id, '') as item_id,
        nullif(article_registration.ownerId, '') as owner_id,
        -- text
        nullif(article_registration.createdBy, '') as created_by,
        nullif(article_registration.documentType, '') as document_type,
        nullif(article_registration.id, '') as article_registration_id,
        nullif(article_registration.invoiceText, '') as invoice_text,
        nullif(article_registration.item.description, '') as item_description,
        nullif(article_registration.item.{{ adapter.quote('type') }}, '') as item_type,
        nullif(article_registration.item.unit, '') as item_unit,
        nullif(article_registration.note, '') as note,
        -- numbers
        article_registration.item.purchasePrice as item_purchase_price,
        article_registration.orderIndex as order_index,
        article_registration.totalQuantity as total_quantity,
        article_registration.unitCost as unit_cost,
        article_registration.unitPrice as unit_price,
        -- flags
        article_registration.item.active as item_active,
        article_registration.item.isStock as item_is_stock,
        article_registration.nonInvoiceable as non_invoiceable,
        article_registration.timeLocked as time_locked,
        -- dates
        source.purchaseDate as purchase_date,
        article_registration.createdTime as created_time
    from source
    {{ unnest_records('source', 'articleRegistrations', 'article_registration') }}
)

select * from renamed
