-- Written from the endpoint catalogue by `make staging`; change it there.
with source as (
    select *{{ columns_left_out(source('fortnox_raw', 'company_settings')) }}
    from {{ source('fortnox_raw', 'company_settings') }}
    where _deleted_at is null
),

renamed as (
    select
        -- ids
        source.company,
        source.DatabaseNumber as database_number,
        nullif(source.OrganizationNumber, '') as organization_number,
        nullif(source.VATNumber, '') as vat_number,
        -- text
        nullif(source.Address, '') as address,
        nullif(source.BG, '') as bg,
        nullif(source.BIC, '') as bic,
        nullif(source.BranchCode, '') as branch_code,
        nullif(source.City, '') as city,
        nullif(source.ContactFirstName, '') as contact_first_name,
        nullif(source.ContactLastName, '') as contact_last_name,
        nullif(source.Country, '') as country,
        nullif(source.CountryCode, '') as country_code,
        nullif(source.Domicile, '') as domicile,
        nullif(source.Email, '') as email,
        nullif(source.Fax, '') as fax,
        nullif(source.IBAN, '') as iban,
        nullif(source.Name, '') as name,
        nullif(source.PG, '') as pg,
        nullif(source.Phone1, '') as phone1,
        nullif(source.Phone2, '') as phone2,
        nullif(source.VisitAddress, '') as visit_address,
        nullif(source.VisitCity, '') as visit_city,
        nullif(source.VisitCountry, '') as visit_country,
        nullif(source.VisitCountryCode, '') as visit_country_code,
        nullif(source.VisitName, '') as visit_name,
        nullif(source.VisitZipCode, '') as visit_zip_code,
        nullif(source.WWW, '') as www,
        nullif(source.ZipCode, '') as zip_code,
        -- flags
        source.TaxEnabled as tax_enabled
    from source
)

select * from renamed
