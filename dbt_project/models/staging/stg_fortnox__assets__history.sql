-- Written from the endpoint catalogue by `make staging`; change it there.
with source as (
    select *{{ columns_left_out(source('fortnox_raw', 'assets')) }}
    from {{ source('fortnox_raw', 'assets') }}
    where _deleted_at is null
),

renamed as (
    select
        -- ids
        source.company,
        source.Id as id,
        history_row_position as row_position,
        history_row.EventId as event_id,
        history_row.UserId as user_id,
        history_row.VoucherNumber as voucher_number,
        -- text
        nullif(history_row.Notes, '') as notes,
        nullif(history_row.SupplierInvoice, '') as supplier_invoice,
        nullif(history_row.UserName, '') as user_name,
        nullif(history_row.VoucherSeries, '') as voucher_series,
        -- numbers
        history_row.Amount as amount,
        history_row.Id as history_row_id,
        history_row.VoucherYear as voucher_year,
        -- dates
        history_row.{{ adapter.quote('Date') }} as history_row_date
    from source
    {{ unnest_records('source', 'History', 'history_row') }}
)

select * from renamed
