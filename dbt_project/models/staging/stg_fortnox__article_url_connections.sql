-- Written from the endpoint catalogue by `make staging`; change it there.
with source as (
    select *{{ columns_left_out(source('fortnox_raw', 'article_url_connections')) }}
    from {{ source('fortnox_raw', 'article_url_connections') }}
    where _deleted_at is null
),

renamed as (
    select
        -- ids
        source.company,
        source.Id as id,
        nullif(source.ArticleNumber, '') as article_number,
        -- text
        nullif(source.URLConnection, '') as url_connection
    from source
)

select * from renamed
