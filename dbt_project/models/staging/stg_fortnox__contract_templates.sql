-- Written from the endpoint catalogue by `make staging`; change it there.
with source as (
    select *{{ columns_left_out(source('fortnox_raw', 'contract_templates')) }}
    from {{ source('fortnox_raw', 'contract_templates') }}
    where _deleted_at is null
),

renamed as (
    select
        -- ids
        source.company,
        source.ContractTemplate as contract_template,
        source.TemplateNumber as template_number,
        -- text
        nullif(source.ContractTemplateName, '') as contract_template_name,
        nullif(source.OurReference, '') as our_reference,
        nullif(source.PrintTemplate, '') as print_template,
        nullif(source.Remarks, '') as remarks,
        nullif(source.TemplateName, '') as template_name,
        nullif(source.TermsOfDelivery, '') as terms_of_delivery,
        nullif(source.TermsOfPayment, '') as terms_of_payment,
        nullif(source.WayOfDelivery, '') as way_of_delivery,
        -- numbers
        source.ContractLength as contract_length,
        source.InvoiceInterval as invoice_interval,
        source.AdministrationFee as administration_fee,
        source.Freight as freight,
        -- flags
        source.Continuous as continuous
    from source
)

select * from renamed
