-- Written from the endpoint catalogue by `make staging`; change it there.
with source as (
    select *{{ columns_left_out(source('fortnox_raw', 'vacation_debt_basis')) }}
    from {{ source('fortnox_raw', 'vacation_debt_basis') }}
    where _deleted_at is null
),

renamed as (
    select
        -- ids
        source.company,
        source.Year as year,
        source.Month as month,
        source.VoucherNumber as voucher_number,
        -- text
        nullif(source.VoucherSeries, '') as voucher_series,
        -- numbers
        source.VoucherYear as voucher_year,
        -- dates
        source.LastDay as last_day
    from source
)

select * from renamed
