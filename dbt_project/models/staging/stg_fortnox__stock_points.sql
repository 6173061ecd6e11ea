-- Written from the endpoint catalogue by `make staging`; change it there.
with source as (
    select *{{ columns_left_out(source('fortnox_raw', 'stock_points')) }}
    from {{ source('fortnox_raw', 'stock_points') }}
    where _deleted_at is null
),

renamed as (
    select
        -- ids
        source.company,
        source.id,
        -- text
        nullif(source.code, '') as code,
        nullif(source.deliveryAddress, '') as delivery_address,
        nullif(source.deliveryAddress2, '') as delivery_address2,
        nullif(source.deliveryCity, '') as delivery_city,
        nullif(source.deliveryCountryCode, '') as delivery_country_code,
        nullif(source.deliveryName, '') as delivery_name,
        nullif(source.deliveryPhone, '') as delivery_phone,
        nullif(source.deliveryZipCode, '') as delivery_zip_code,
        nullif(source.name, '') as name,
        -- flags
        source.active,
        source.usingCompanyAddress as using_company_address
    from source
)

select * from renamed
