-- Written from the endpoint catalogue by `make staging`; change it there.
with source as (
    select *{{ columns_left_out(source('fortnox_raw', 'projects')) }}
    from {{ source('fortnox_raw', 'projects') }}
    where _deleted_at is null
),

renamed as (
    select
        -- ids
        source.company,
        source.ProjectNumber as project_number,
        -- text
        nullif(source.Description, '') as description,
        nullif(source.ProjectLeader, '') as project_leader,
        nullif(source.Status, '') as status,
        nullif(source.Comments, '') as comments,
        nullif(source.ContactPerson, '') as contact_person,
        -- dates
        source.EndDate as end_date,
        source.StartDate as start_date
    from source
)

select * from renamed
