-- Written from the endpoint catalogue by `make staging`; change it there.
with source as (
    select *{{ columns_left_out(source('fortnox_raw', 'voucher_file_connections')) }}
    from {{ source('fortnox_raw', 'voucher_file_connections') }}
    where _deleted_at is null
),

renamed as (
    select
        -- ids
        source.company,
        source.financial_year,
        source.FileId as file_id,
        source.VoucherNumber as voucher_number,
        -- text
        nullif(source.VoucherDescription, '') as voucher_description,
        nullif(source.VoucherSeries, '') as voucher_series,
        -- numbers
        source.VoucherYear as voucher_year
    from source
)

select * from renamed
