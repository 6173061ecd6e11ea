-- Written from the endpoint catalogue by `make staging`; change it there.
with source as (
    select *{{ columns_left_out(source('fortnox_raw', 'employees')) }}
    from {{ source('fortnox_raw', 'employees') }}
    where _deleted_at is null
),

renamed as (
    select
        -- ids
        source.company,
        source.EmployeeId as employee_id,
        employee_category_position as row_position,
        -- text
        nullif(employee_category.Name, '') as name,
        nullif(employee_category.value, '') as value
    from source
    {{ unnest_records('source', 'EmployeeCategories', 'employee_category') }}
)

select * from renamed
