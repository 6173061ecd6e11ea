-- Written from the endpoint catalogue by `make staging`; change it there.
with source as (
    select *{{ columns_left_out(source('fortnox_raw', 'asset_file_connections')) }}
    from {{ source('fortnox_raw', 'asset_file_connections') }}
    where _deleted_at is null
),

renamed as (
    select
        -- ids
        source.company,
        source.FileId as file_id,
        nullif(source.AssetId, '') as asset_id,
        -- text
        nullif(source.Name, '') as name
    from source
)

select * from renamed
