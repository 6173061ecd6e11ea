-- Written from the endpoint catalogue by `make staging`; change it there.
with source as (
    select *{{ columns_left_out(source('fortnox_raw', 'contract_accruals')) }}
    from {{ source('fortnox_raw', 'contract_accruals') }}
    where _deleted_at is null
),

renamed as (
    select
        -- ids
        source.company,
        source.DocumentNumber as document_number,
        -- text
        nullif(source.Description, '') as description,
        nullif(source.Period, '') as period,
        -- numbers
        source.AccrualAccount as accrual_account,
        source.CostAccount as cost_account,
        source.Times as times,
        source.Total as total,
        -- flags
        source.VATIncluded as vat_included
    from source
)

select * from renamed
