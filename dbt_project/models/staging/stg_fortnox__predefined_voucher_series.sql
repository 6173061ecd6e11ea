-- Written from the endpoint catalogue by `make staging`; change it there.
with source as (
    select *{{ columns_left_out(source('fortnox_raw', 'predefined_voucher_series')) }}
    from {{ source('fortnox_raw', 'predefined_voucher_series') }}
    where _deleted_at is null
),

renamed as (
    select
        -- ids
        source.company,
        source.Name as name,
        -- text
        nullif(source.VoucherSeries, '') as voucher_series
    from source
)

select * from renamed
