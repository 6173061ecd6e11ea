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
        nullif(source.ReferenceNumber, '') as reference_number,
        -- text
        nullif(source.Comments, '') as comments,
        nullif(source.Description, '') as description,
        nullif(source.ReferenceType, '') as reference_type,
        nullif(source.CostCenter, '') as cost_center,
        nullif(source.Project, '') as project,
        -- numbers
        source.ApprovalState as approval_state,
        -- dates
        source.TransactionDate as transaction_date
    from source
)

select * from renamed
