-- Written from the endpoint catalogue by `make staging`; change it there.
with source as (
    select *{{ columns_left_out(source('fortnox_raw', 'eu_vat_limit_regulation')) }}
    from {{ source('fortnox_raw', 'eu_vat_limit_regulation') }}
    where _deleted_at is null
),

renamed as (
    select
        -- ids
        source.company,
        source.Year as year,
        -- numbers
        source.{{ adapter.quote('Limit') }} as eu_vat_limit_regulation_limit,
        source.TotalExclVat as total_excl_vat,
        -- flags
        source.IsOverLimit as is_over_limit
    from source
)

select * from renamed
