-- Written from the endpoint catalogue by `make staging`; change it there.
with source as (
    select *{{ columns_left_out(source('fortnox_raw', 'voucher_series')) }}
    from {{ source('fortnox_raw', 'voucher_series') }}
    where _deleted_at is null
),

renamed as (
    select
        -- ids
        source.company,
        source.financial_year,
        source.Year as year,
        source.Code as code,
        source.Approver.Id as approver_id,
        source.NextVoucherNumber as next_voucher_number,
        -- text
        nullif(source.Approver.Name, '') as approver_name,
        nullif(source.Description, '') as description,
        -- flags
        source.Manual as manual
    from source
)

select * from renamed
