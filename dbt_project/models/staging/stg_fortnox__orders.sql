-- Written from the endpoint catalogue by `make staging`; change it there.
with source as (
    select *{{ columns_left_out(source('fortnox_raw', 'orders')) }}
    from {{ source('fortnox_raw', 'orders') }}
    where _deleted_at is null
),

renamed as (
    select
        -- ids
        source.company,
        source.financial_year,
        source.DocumentNumber as document_number,
        nullif(source.CustomerNumber, '') as customer_number,
        nullif(source.OrganisationNumber, '') as organisation_number,
        nullif(source.StockPointId, '') as stock_point_id,
        nullif(source.YourOrderNumber, '') as your_order_number,
        -- text
        nullif(source.Currency, '') as currency,
        nullif(source.CustomerName, '') as customer_name,
        nullif(source.ExternalInvoiceReference1, '') as external_invoice_reference1,
        nullif(source.ExternalInvoiceReference2, '') as external_invoice_reference2,
        nullif(source.OrderType, '') as order_type,
        nullif(source.Project, '') as project,
        nullif(source.Address1, '') as address1,
        nullif(source.Address2, '') as address2,
        nullif(source.City, '') as city,
        nullif(source.Country, '') as country,
        nullif(source.Phone1, '') as phone1,
        nullif(source.Phone2, '') as phone2,
        nullif(source.ZipCode, '') as zip_code,
        nullif(source.TaxReductionType, '') as tax_reduction_type,
        nullif(source.Comments, '') as comments,
        nullif(source.CostCenter, '') as cost_center,
        nullif(source.DeliveryAddress1, '') as delivery_address1,
        nullif(source.DeliveryAddress2, '') as delivery_address2,
        nullif(source.DeliveryCity, '') as delivery_city,
        nullif(source.DeliveryCountry, '') as delivery_country,
        nullif(source.DeliveryName, '') as delivery_name,
        nullif(source.DeliveryZipCode, '') as delivery_zip_code,
        nullif(source.DeliveryState, '') as delivery_state,
        nullif(source.EmailInformation.EmailAddressBCC, '') as email_information_email_address_bcc,
        nullif(source.EmailInformation.EmailAddressCC, '') as email_information_email_address_cc,
        nullif(source.EmailInformation.EmailAddressFrom, '') as email_information_email_address_from,
        nullif(source.EmailInformation.EmailAddressTo, '') as email_information_email_address_to,
        nullif(source.EmailInformation.EmailBody, '') as email_information_email_body,
        nullif(source.EmailInformation.EmailSubject, '') as email_information_email_subject,
        nullif(source.InvoiceReference, '') as invoice_reference,
        nullif(source.Language, '') as language,
        nullif(source.OfferReference, '') as offer_reference,
        nullif(source.OurReference, '') as our_reference,
        nullif(source.PriceList, '') as price_list,
        nullif(source.PrintTemplate, '') as print_template,
        nullif(source.Remarks, '') as remarks,
        nullif(source.TermsOfDelivery, '') as terms_of_delivery,
        nullif(source.StockPointCode, '') as stock_point_code,
        nullif(source.TermsOfPayment, '') as terms_of_payment,
        nullif(source.WayOfDelivery, '') as way_of_delivery,
        nullif(source.YourReference, '') as your_reference,
        -- numbers
        source.Total as total,
        source.AdministrationFee as administration_fee,
        source.AdministrationFeeVAT as administration_fee_vat,
        source.Freight as freight,
        source.FreightVAT as freight_vat,
        source.BasisTaxReduction as basis_tax_reduction,
        source.Gross as gross,
        source.Net as net,
        source.RoundOff as round_off,
        source.TaxReduction as tax_reduction,
        source.TotalToPay as total_to_pay,
        source.TotalVAT as total_vat,
        source.ContributionPercent as contribution_percent,
        source.ContributionValue as contribution_value,
        source.CurrencyRate as currency_rate,
        source.CurrencyUnit as currency_unit,
        source.TimeBasisReference as time_basis_reference,
        -- flags
        source.Cancelled as cancelled,
        source.Sent as sent,
        source.CopyRemarks as copy_remarks,
        source.HouseWork as house_work,
        source.NotCompleted as not_completed,
        source.VATIncluded as vat_included,
        source.WarehouseReady as warehouse_ready,
        -- dates
        source.DeliveryDate as delivery_date,
        source.OrderDate as order_date,
        source.OutboundDate as outbound_date
    from source
)

select * from renamed
