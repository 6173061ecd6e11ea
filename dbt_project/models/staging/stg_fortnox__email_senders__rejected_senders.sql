-- Written from the endpoint catalogue by `make staging`; change it there.
with source as (
    select *{{ columns_left_out(source('fortnox_raw', 'email_senders')) }}
    from {{ source('fortnox_raw', 'email_senders') }}
    where _deleted_at is null
),

renamed as (
    select
        -- ids
        source.company,
        rejected_sender_position as row_position,
        -- text
        nullif(rejected_sender.Email, '') as email,
        -- numbers
        rejected_sender.Id as id
    from source
    {{ unnest_records('source', 'RejectedSenders', 'rejected_sender') }}
)

select * from renamed
