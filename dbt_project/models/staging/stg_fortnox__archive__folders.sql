-- Written from the endpoint catalogue by `make staging`; change it there.
with source as (
    select *{{ columns_left_out(source('fortnox_raw', 'archive')) }}
    from {{ source('fortnox_raw', 'archive') }}
    where _deleted_at is null
),

renamed as (
    select
        -- ids
        source.company,
        folder_position as row_position,
        -- text
        nullif(folder.Id, '') as id,
        nullif(folder.Name, '') as name
    from source
    {{ unnest_records('source', 'Folders', 'folder') }}
)

select * from renamed
