-- Written from the endpoint catalogue by `make staging`; change it there.
with source as (
    select *{{ columns_left_out(source('fortnox_raw', 'company_information')) }}
    from {{ source('fortnox_raw', 'company_information') }}
    where _deleted_at is null
),

renamed as (
    select
        -- ids
        source.company,
        source.DatabaseNumber as database_number,
        nullif(source.OrganizationNumber, '') as organization_number,
        -- text
        nullif(source.Address, '') as address,
        nullif(source.City, '') as city,
        nullif(source.CompanyName, '') as company_name,
        nullif(source.CountryCode, '') as country_code,
        nullif(source.VisitAddress, '') as visit_address,
        nullif(source.VisitCity, '') as visit_city,
        nullif(source.VisitCountryCode, '') as visit_country_code,
        nullif(source.VisitZipCode, '') as visit_zip_code,
        nullif(source.ZipCode, '') as zip_code
    from source
)

select * from renamed
