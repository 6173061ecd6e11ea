-- Written from the endpoint catalogue by `make staging`; change it there.
with source as (
    select *{{ columns_left_out(source('fortnox_raw', 'documents')) }}
    from {{ source('fortnox_raw', 'documents') }}
    where _deleted_at is null
),

renamed as (
    select
        -- ids
        source.company,
        source.financial_year,
        source.FileId as file_id,
        nullif(source.ObjectNumber, '') as object_number,
        -- text
        nullif(source.Module, '') as module,
        nullif(source.Name, '') as name,
        nullif(source.Status, '') as status,
        nullif(source.Reason, '') as reason,
        nullif(source.FoundIn, '') as found_in,
        nullif(source.MediaType, '') as media_type,
        nullif(source.Sha256, '') as sha256,
        nullif(source.Path, '') as path,
        nullif(source.Location, '') as location,
        -- numbers
        source.Size as size,
        -- dates
        source.DocumentDate as document_date,
        source.FetchedAt as fetched_at,
        source.TriedAt as tried_at,
        source.MissingSince as missing_since
    from source
)

select * from renamed
