-- Written from the endpoint catalogue by `make staging`; change it there.
with source as (
    select *{{ columns_left_out(source('fortnox_raw', 'tax_reductions')) }}
    from {{ source('fortnox_raw', 'tax_reductions') }}
    where _deleted_at is null
),

renamed as (
    select
        -- ids
        source.company,
        source.Id as id,
        tax_reduction_amount_position as row_position,
        -- text
        nullif(tax_reduction_amount.WorkType, '') as work_type,
        -- numbers
        tax_reduction_amount.AskedAmount as asked_amount
    from source
    {{ unnest_records('source', 'TaxReductionAmounts', 'tax_reduction_amount') }}
)

select * from renamed
