-- Written from the endpoint catalogue by `make staging`; change it there.
with source as (
    select *{{ columns_left_out(source('fortnox_raw', 'tax_reductions')) }}
    from {{ source('fortnox_raw', 'tax_reductions') }}
    where _deleted_at is null
),

renamed as (
    select
        -- ids
        source.company,
        source.Id as id,
        nullif(source.ReferenceNumber, '') as reference_number,
        nullif(source.SocialSecurityNumber, '') as social_security_number,
        nullif(source.ResidenceAssociationOrganisationNumber, '') as residence_association_organisation_number,
        source.VoucherNumber as voucher_number,
        -- text
        nullif(source.CustomerName, '') as customer_name,
        nullif(source.ReferenceDocumentType, '') as reference_document_type,
        nullif(source.PropertyDesignation, '') as property_designation,
        nullif(source.VoucherSeries, '') as voucher_series,
        -- numbers
        source.ApprovedAmount as approved_amount,
        source.AskedAmount as asked_amount,
        source.BilledAmount as billed_amount,
        source.VoucherYear as voucher_year,
        -- flags
        source.RequestSent as request_sent
    from source
)

select * from renamed
