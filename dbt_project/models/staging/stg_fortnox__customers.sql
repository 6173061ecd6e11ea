-- Written from the endpoint catalogue by `make staging`; change it there.
with source as (
    select *{{ columns_left_out(source('fortnox_raw', 'customers')) }}
    from {{ source('fortnox_raw', 'customers') }}
    where _deleted_at is null
),

renamed as (
    select
        -- ids
        source.company,
        source.CustomerNumber as customer_number,
        nullif(source.OrganisationNumber, '') as organisation_number,
        nullif(source.VATNumber, '') as vat_number,
        -- text
        nullif(source.Address1, '') as address1,
        nullif(source.Address2, '') as address2,
        nullif(source.City, '') as city,
        nullif(source.Email, '') as email,
        nullif(source.Name, '') as name,
        nullif(source.ZipCode, '') as zip_code,
        nullif(source.Phone, '') as phone,
        nullif(source.Comments, '') as comments,
        nullif(source.CostCenter, '') as cost_center,
        nullif(source.Country, '') as country,
        nullif(source.CountryCode, '') as country_code,
        nullif(source.Currency, '') as currency,
        nullif(source.DefaultDeliveryTypes.Invoice, '') as default_delivery_types_invoice,
        nullif(source.DefaultDeliveryTypes.Offer, '') as default_delivery_types_offer,
        nullif(source.DefaultDeliveryTypes.{{ adapter.quote('Order') }}, '') as default_delivery_types_order,
        nullif(source.DefaultTemplates.CashInvoice, '') as default_templates_cash_invoice,
        nullif(source.DefaultTemplates.Invoice, '') as default_templates_invoice,
        nullif(source.DefaultTemplates.Offer, '') as default_templates_offer,
        nullif(source.DefaultTemplates.{{ adapter.quote('Order') }}, '') as default_templates_order,
        nullif(source.DeliveryAddress1, '') as delivery_address1,
        nullif(source.DeliveryAddress2, '') as delivery_address2,
        nullif(source.DeliveryCity, '') as delivery_city,
        nullif(source.DeliveryCountry, '') as delivery_country,
        nullif(source.DeliveryName, '') as delivery_name,
        nullif(source.DeliveryZipCode, '') as delivery_zip_code,
        nullif(source.DeliveryCountryCode, '') as delivery_country_code,
        nullif(source.DeliveryFax, '') as delivery_fax,
        nullif(source.DeliveryPhone1, '') as delivery_phone1,
        nullif(source.DeliveryPhone2, '') as delivery_phone2,
        nullif(source.EmailInvoice, '') as email_invoice,
        nullif(source.EmailInvoiceBCC, '') as email_invoice_bcc,
        nullif(source.EmailInvoiceCC, '') as email_invoice_cc,
        nullif(source.EmailOffer, '') as email_offer,
        nullif(source.EmailOfferBCC, '') as email_offer_bcc,
        nullif(source.EmailOfferCC, '') as email_offer_cc,
        nullif(source.EmailOrder, '') as email_order,
        nullif(source.EmailOrderBCC, '') as email_order_bcc,
        nullif(source.EmailOrderCC, '') as email_order_cc,
        nullif(source.ExternalReference, '') as external_reference,
        nullif(source.Fax, '') as fax,
        nullif(source.GLN, '') as gln,
        nullif(source.GLNDelivery, '') as gln_delivery,
        nullif(source.InvoiceRemark, '') as invoice_remark,
        nullif(source.OurReference, '') as our_reference,
        nullif(source.Phone1, '') as phone1,
        nullif(source.Phone2, '') as phone2,
        nullif(source.PriceList, '') as price_list,
        nullif(source.Project, '') as project,
        nullif(source.TermsOfDelivery, '') as terms_of_delivery,
        nullif(source.TermsOfPayment, '') as terms_of_payment,
        nullif(source.{{ adapter.quote('Type') }}, '') as customer_type,
        nullif(source.VATType, '') as vat_type,
        nullif(source.VisitingAddress, '') as visiting_address,
        nullif(source.VisitingCity, '') as visiting_city,
        nullif(source.VisitingCountry, '') as visiting_country,
        nullif(source.VisitingCountryCode, '') as visiting_country_code,
        nullif(source.VisitingZipCode, '') as visiting_zip_code,
        nullif(source.WayOfDelivery, '') as way_of_delivery,
        nullif(source.WWW, '') as www,
        nullif(source.YourReference, '') as your_reference,
        -- numbers
        source.InvoiceAdministrationFee as invoice_administration_fee,
        source.InvoiceDiscount as invoice_discount,
        source.InvoiceFreight as invoice_freight,
        source.SalesAccount as sales_account,
        -- flags
        source.Active as active,
        source.ShowPriceVATIncluded as show_price_vat_included
    from source
)

select * from renamed
