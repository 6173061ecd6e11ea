-- Written from the endpoint catalogue by `make staging`; change it there.
with source as (
    select *{{ columns_left_out(source('fortnox_raw', 'prices')) }}
    from {{ source('fortnox_raw', 'prices') }}
    where _deleted_at is null
),

renamed as (
    select
        -- ids
        source.company,
        source.PriceList as price_list,
        source.ArticleNumber as article_number,
        source.FromQuantity as from_quantity,
        -- numbers
        source.Price as price,
        source.Percent as percent,
        -- dates
        source.{{ adapter.quote('Date') }} as price_date
    from source
)

select * from renamed
