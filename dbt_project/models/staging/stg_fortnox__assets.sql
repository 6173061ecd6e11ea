-- Written from the endpoint catalogue by `make staging`; change it there.
with source as (
    select *{{ columns_left_out(source('fortnox_raw', 'assets')) }}
    from {{ source('fortnox_raw', 'assets') }}
    where _deleted_at is null
),

renamed as (
    select
        -- ids
        source.company,
        source.Id as id,
        nullif(source.StatusId, '') as status_id,
        source.TypeId as type_id,
        nullif(source.InsuredNumber, '') as insured_number,
        -- text
        nullif(source.Description, '') as description,
        nullif(source.Number, '') as number,
        nullif(source.Status, '') as status,
        nullif(source.{{ adapter.quote('Type') }}, '') as asset_type,
        nullif(source.Brand, '') as brand,
        nullif(source.CostCenter, '') as cost_center,
        nullif(source.Department, '') as department,
        nullif(source.{{ adapter.quote('Group') }}, '') as asset_group,
        nullif(source.InsuredWith, '') as insured_with,
        nullif(source.Notes, '') as notes,
        nullif(source.Placement, '') as placement,
        nullif(source.Project, '') as project,
        nullif(source.Reference, '') as reference,
        nullif(source.Room, '') as room,
        -- numbers
        source.AcquisitionValue as acquisition_value,
        source.DepreciateToResidualValue as depreciate_to_residual_value,
        source.DepreciationMethod as depreciation_method,
        source.ManualOb as manual_ob,
        -- dates
        source.AcquisitionDate as acquisition_date,
        source.DepreciatedTo as depreciated_to,
        source.DepreciationFinal as depreciation_final,
        source.AcquisitionStart as acquisition_start
    from source
)

select * from renamed
