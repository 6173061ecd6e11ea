-- Written from the endpoint catalogue by `make staging`; change it there.
with source as (
    select *{{ columns_left_out(source('fortnox_raw', 'contracts')) }}
    from {{ source('fortnox_raw', 'contracts') }}
    where _deleted_at is null
),

renamed as (
    select
        -- ids
        source.company,
        source.DocumentNumber as document_number,
        nullif(source.CustomerNumber, '') as customer_number,
        source.TemplateNumber as template_number,
        nullif(source.YourOrderNumber, '') as your_order_number,
        -- text
        nullif(source.Currency, '') as currency,
        nullif(source.CustomerName, '') as customer_name,
        nullif(source.Status, '') as status,
        nullif(source.TaxReductionType, '') as tax_reduction_type,
        nullif(source.Comments, '') as comments,
        nullif(source.CostCenter, '') as cost_center,
        nullif(source.EmailInformation.EmailAddressBCC, '') as email_information_email_address_bcc,
        nullif(source.EmailInformation.EmailAddressCC, '') as email_information_email_address_cc,
        nullif(source.EmailInformation.EmailAddressFrom, '') as email_information_email_address_from,
        nullif(source.EmailInformation.EmailAddressTo, '') as email_information_email_address_to,
        nullif(source.EmailInformation.EmailBody, '') as email_information_email_body,
        nullif(source.EmailInformation.EmailSubject, '') as email_information_email_subject,
        nullif(source.ExternalInvoiceReference1, '') as external_invoice_reference1,
        nullif(source.ExternalInvoiceReference2, '') as external_invoice_reference2,
        nullif(source.Language, '') as language,
        nullif(source.OurReference, '') as our_reference,
        nullif(source.PriceList, '') as price_list,
        nullif(source.PrintTemplate, '') as print_template,
        nullif(source.Remarks, '') as remarks,
        nullif(source.TermsOfDelivery, '') as terms_of_delivery,
        nullif(source.Project, '') as project,
        nullif(source.TemplateName, '') as template_name,
        nullif(source.TermsOfPayment, '') as terms_of_payment,
        nullif(source.WayOfDelivery, '') as way_of_delivery,
        nullif(source.YourReference, '') as your_reference,
        -- numbers
        source.ContractLength as contract_length,
        source.InvoiceInterval as invoice_interval,
        source.InvoicesRemaining as invoices_remaining,
        source.Total as total,
        source.AdministrationFee as administration_fee,
        source.BasisTaxReduction as basis_tax_reduction,
        source.Gross as gross,
        source.Net as net,
        source.RoundOff as round_off,
        source.TaxReduction as tax_reduction,
        source.TotalToPay as total_to_pay,
        source.TotalVAT as total_vat,
        source.ContributionPercent as contribution_percent,
        source.ContributionValue as contribution_value,
        source.Freight as freight,
        source.InvoiceDiscount as invoice_discount,
        -- flags
        source.Continuous as continuous,
        source.Active as active,
        source.HouseWork as house_work,
        source.VatIncluded as vat_included,
        -- dates
        source.LastInvoiceDate as last_invoice_date,
        source.PeriodEnd as period_end,
        source.PeriodStart as period_start,
        source.ContractDate as contract_date
    from source
)

select * from renamed
