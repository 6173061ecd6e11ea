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
        file_position as row_position,
        nullif(file.ArchiveFileId, '') as archive_file_id,
        -- text
        nullif(file.Comments, '') as comments,
        nullif(file.Id, '') as id,
        nullif(file.Name, '') as name,
        nullif(file.Path, '') as path,
        -- numbers
        file.Size as size
    from source
    {{ unnest_records('source', 'Files', 'file') }}
)

select * from renamed
