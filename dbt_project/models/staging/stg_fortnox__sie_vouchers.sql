-- Written from the endpoint catalogue by `make staging`; change it there.
with source as (
    select *{{ columns_left_out(source('fortnox_raw', 'sie_vouchers')) }}
    from {{ source('fortnox_raw', 'sie_vouchers') }}
    where _deleted_at is null
),

renamed as (
    select
        -- ids
        source.company,
        source.financial_year,
        source.FinancialYearId as financial_year_id,
        source.Line as line,
        source.VoucherNumber as voucher_number,
        -- text
        nullif(source.VoucherSeries, '') as voucher_series,
        nullif(source.Text, '') as text,
        nullif(source.Signature, '') as signature,
        -- dates
        source.TransactionDate as transaction_date,
        source.RegistrationDate as registration_date
    from source
)

select * from renamed
