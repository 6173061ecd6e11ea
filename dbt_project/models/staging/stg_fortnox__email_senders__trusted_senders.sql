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
        trusted_sender_position as row_position,
        -- text
        nullif(trusted_sender.Email, '') as email,
        -- numbers
        trusted_sender.Id as id
    from source
    {{ unnest_records('source', 'TrustedSenders', 'trusted_sender') }}
)

select * from renamed
