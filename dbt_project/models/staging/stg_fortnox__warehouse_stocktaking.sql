-- Written from the endpoint catalogue by `make staging`; change it there.
with source as (
    select *{{ columns_left_out(source('fortnox_raw', 'warehouse_stocktaking')) }}
    from {{ source('fortnox_raw', 'warehouse_stocktaking') }}
    where _deleted_at is null
),

renamed as (
    select
        -- ids
        source.company,
        source.financial_year,
        source.id,
        nullif(source.projectId, '') as project_id,
        source.sortingId as sorting_id,
        -- text
        nullif(source.costCenterCode, '') as cost_center_code,
        nullif(source.name, '') as name,
        nullif(source.responsible, '') as responsible,
        nullif(source.sortParams.primarySort, '') as sort_params_primary_sort,
        nullif(source.sortParams.primarySortOrder, '') as sort_params_primary_sort_order,
        nullif(source.sortParams.secondarySort, '') as sort_params_secondary_sort,
        nullif(source.sortParams.secondarySortOrder, '') as sort_params_secondary_sort_order,
        nullif(source.state, '') as state,
        -- flags
        source.usingStockPoints as using_stock_points,
        -- dates
        source.{{ adapter.quote('date') }} as warehouse_stocktaking_date
    from source
)

select * from renamed
