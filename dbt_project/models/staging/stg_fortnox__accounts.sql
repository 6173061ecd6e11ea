-- Written from the endpoint catalogue by `make staging`; change it there.
with source as (
    select *{{ columns_left_out(source('fortnox_raw', 'accounts')) }}
    from {{ source('fortnox_raw', 'accounts') }}
    where _deleted_at is null
),

renamed as (
    select
        -- ids
        source.company,
        source.financial_year,
        source.Year as year,
        source.Number as number,
        -- text
        nullif(source.CostCenter, '') as cost_center,
        nullif(source.CostCenterSettings, '') as cost_center_settings,
        nullif(source.Description, '') as description,
        nullif(source.Project, '') as project,
        nullif(source.ProjectSettings, '') as project_settings,
        nullif(source.VATCode, '') as vat_code,
        nullif(source.QuantitySettings, '') as quantity_settings,
        nullif(source.QuantityUnit, '') as quantity_unit,
        nullif(source.TransactionInformation, '') as transaction_information,
        nullif(source.TransactionInformationSettings, '') as transaction_information_settings,
        -- numbers
        source.BalanceBroughtForward as balance_brought_forward,
        source.SRU as sru,
        source.BalanceCarriedForward as balance_carried_forward,
        -- flags
        source.Active as active
    from source
)

select * from renamed
