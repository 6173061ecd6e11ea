-- Written from the endpoint catalogue by `make staging`; change it there.
with source as (
    select *{{ columns_left_out(source('fortnox_raw', 'suppliers')) }}
    from {{ source('fortnox_raw', 'suppliers') }}
    where _deleted_at is null
),

renamed as (
    select
        -- ids
        source.company,
        source.SupplierNumber as supplier_number,
        nullif(source.BankAccountNumber, '') as bank_account_number,
        nullif(source.OrganisationNumber, '') as organisation_number,
        nullif(source.ClearingNumber, '') as clearing_number,
        nullif(source.OurCustomerNumber, '') as our_customer_number,
        nullif(source.VATNumber, '') as vat_number,
        -- text
        nullif(source.Address1, '') as address1,
        nullif(source.Address2, '') as address2,
        nullif(source.BG, '') as bg,
        nullif(source.BIC, '') as bic,
        nullif(source.City, '') as city,
        nullif(source.CostCenter, '') as cost_center,
        nullif(source.CountryCode, '') as country_code,
        nullif(source.Currency, '') as currency,
        nullif(source.Email, '') as email,
        nullif(source.IBAN, '') as iban,
        nullif(source.Name, '') as name,
        nullif(source.PG, '') as pg,
        nullif(source.Project, '') as project,
        nullif(source.TermsOfPayment, '') as terms_of_payment,
        nullif(source.ZipCode, '') as zip_code,
        nullif(source.Phone, '') as phone,
        nullif(source.Bank, '') as bank,
        nullif(source.BranchCode, '') as branch_code,
        nullif(source.Comments, '') as comments,
        nullif(source.Country, '') as country,
        nullif(source.Fax, '') as fax,
        nullif(source.OurReference, '') as our_reference,
        nullif(source.Phone1, '') as phone1,
        nullif(source.Phone2, '') as phone2,
        nullif(source.VATType, '') as vat_type,
        nullif(source.VisitingAddress, '') as visiting_address,
        nullif(source.VisitingCity, '') as visiting_city,
        nullif(source.VisitingCountry, '') as visiting_country,
        nullif(source.VisitingCountryCode, '') as visiting_country_code,
        nullif(source.VisitingZipCode, '') as visiting_zip_code,
        nullif(source.WorkPlace, '') as work_place,
        nullif(source.WWW, '') as www,
        nullif(source.YourReference, '') as your_reference,
        -- numbers
        source.PreDefinedAccount as pre_defined_account,
        -- flags
        source.Active as active,
        source.DisablePaymentFile as disable_payment_file
    from source
)

select * from renamed
