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
        opening_salary_position as row_position,
        nullif(opening_salary.EmployeeId, '') as opening_salary_employee_id,
        opening_salary.RowId as row_id,
        nullif(opening_salary.SalaryTypeNumber, '') as salary_type_number,
        -- text
        nullif(opening_salary.Period, '') as period,
        nullif(opening_salary.ProductGroup, '') as product_group,
        nullif(opening_salary.QuantityUnit, '') as quantity_unit,
        nullif(opening_salary.SalaryTypeName, '') as salary_type_name,
        nullif(opening_salary.SortCode, '') as sort_code,
        nullif(opening_salary.TextRow, '') as text_row,
        -- numbers
        opening_salary.Amount as amount,
        opening_salary.Quantity as quantity,
        opening_salary.Total as total,
        opening_salary.VAT as vat
    from source
    {{ unnest_records('source', 'OpeningSalaries', 'opening_salary') }}
)

select * from renamed
