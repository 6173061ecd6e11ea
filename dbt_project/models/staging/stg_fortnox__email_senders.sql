-- Written from the endpoint catalogue by `make staging`; change it there.
with source as (
    select *{{ columns_left_out(source('fortnox_raw', 'email_senders')) }}
    from {{ source('fortnox_raw', 'email_senders') }}
    where _deleted_at is null
),

renamed as (
    select source.company
    from source
)

select * from renamed
