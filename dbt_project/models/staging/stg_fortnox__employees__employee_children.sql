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
        employee_child_position as row_position,
        nullif(employee_child.EmployeeId, '') as employee_child_employee_id,
        -- text
        nullif(employee_child.Child, '') as child,
        nullif(employee_child.Id, '') as id,
        -- numbers
        employee_child.ApprovedDays as approved_days,
        employee_child.IngoingWithdrawnDays as ingoing_withdrawn_days,
        employee_child.WithdrawnDays as withdrawn_days
    from source
    {{ unnest_records('source', 'EmployeeChildren', 'employee_child') }}
)

select * from renamed
