-- Written from the endpoint catalogue by `make staging`; change it there.
with source as (
    select *{{ columns_left_out(source('fortnox_raw', 'asset_types')) }}
    from {{ source('fortnox_raw', 'asset_types') }}
    where _deleted_at is null
),

renamed as (
    select
        -- ids
        source.company,
        source.Id as id,
        source.AccountAssetId as account_asset_id,
        source.AccountDepreciationId as account_depreciation_id,
        source.AccountRevaluationId as account_revaluation_id,
        source.AccountSaleLossId as account_sale_loss_id,
        source.AccountSaleWinId as account_sale_win_id,
        source.AccountValueLossId as account_value_loss_id,
        source.AccountWriteDownAckId as account_write_down_ack_id,
        source.AccountWriteDownId as account_write_down_id,
        -- text
        nullif(source.Description, '') as description,
        nullif(source.Notes, '') as notes,
        nullif(source.Number, '') as number,
        -- numbers
        source.AccountAsset as account_asset,
        source.AccountDepreciation as account_depreciation,
        source.AccountRevaluation as account_revaluation,
        source.AccountSaleLoss as account_sale_loss,
        source.AccountSaleWin as account_sale_win,
        source.AccountValueLoss as account_value_loss,
        source.AccountWriteDown as account_write_down,
        source.AccountWriteDownAck as account_write_down_ack,
        source.{{ adapter.quote('Type') }} as asset_type_type,
        -- flags
        source.InUse as in_use
    from source
)

select * from renamed
