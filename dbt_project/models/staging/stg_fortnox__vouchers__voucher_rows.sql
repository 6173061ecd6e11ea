-- Written from the endpoint catalogue by `make staging`; change it there.
with source as (
    select *{{ columns_left_out(source('fortnox_raw', 'vouchers')) }}
    from {{ source('fortnox_raw', 'vouchers') }}
    where _deleted_at is null
),

renamed as (
    select
        -- ids
        source.company,
        source.financial_year,
        source.Year as year,
        source.VoucherSeries as voucher_series,
        source.VoucherNumber as voucher_number,
        voucher_row_position as row_position,
        -- text
        nullif(voucher_row.CostCenter, '') as cost_center,
        nullif(voucher_row.Description, '') as description,
        nullif(voucher_row.Project, '') as project,
        nullif(voucher_row.TransactionInformation, '') as transaction_information,
        -- numbers
        voucher_row.Account as account,
        voucher_row.Credit as credit,
        voucher_row.Debit as debit,
        voucher_row.Quantity as quantity,
        -- flags
        voucher_row.Removed as removed,
        -- dates
        source.TransactionDate as transaction_date
    from source
    {{ unnest_records('source', 'VoucherRows', 'voucher_row') }}
)

select * from renamed
