-- Written from the endpoint catalogue by `make staging`; change it there.
with source as (
    select *{{ columns_left_out(source('fortnox_raw', 'articles')) }}
    from {{ source('fortnox_raw', 'articles') }}
    where _deleted_at is null
),

renamed as (
    select
        -- ids
        source.company,
        source.ArticleNumber as article_number,
        nullif(source.ManufacturerArticleNumber, '') as manufacturer_article_number,
        nullif(source.SupplierNumber, '') as supplier_number,
        -- text
        nullif(source.Description, '') as description,
        nullif(source.EAN, '') as ean,
        nullif(source.StockPlace, '') as stock_place,
        nullif(source.Unit, '') as unit,
        nullif(source.CommodityCode, '') as commodity_code,
        nullif(source.CostCalculationMethod, '') as cost_calculation_method,
        nullif(source.DefaultStockLocation, '') as default_stock_location,
        nullif(source.DefaultStockPoint, '') as default_stock_point,
        nullif(source.HouseworkType, '') as housework_type,
        nullif(source.Manufacturer, '') as manufacturer,
        nullif(source.Note, '') as note,
        nullif(source.SupplierName, '') as supplier_name,
        nullif(source.{{ adapter.quote('Type') }}, '') as article_type,
        -- numbers
        source.DisposableQuantity as disposable_quantity,
        source.PurchasePrice as purchase_price,
        source.QuantityInStock as quantity_in_stock,
        source.ReservedQuantity as reserved_quantity,
        source.SalesPrice as sales_price,
        source.StockValue as stock_value,
        source.VAT as vat,
        source.ConstructionAccount as construction_account,
        source.Depth as depth,
        source.DirectCost as direct_cost,
        source.EUAccount as eu_account,
        source.EUVATAccount as eu_vat_account,
        source.ExportAccount as export_account,
        source.FreightCost as freight_cost,
        source.Height as height,
        source.OtherCost as other_cost,
        source.PurchaseAccount as purchase_account,
        source.SalesAccount as sales_account,
        source.StockAccount as stock_account,
        source.StockChangeAccount as stock_change_account,
        source.StockWarning as stock_warning,
        source.Weight as weight,
        source.Width as width,
        -- flags
        source.Housework as housework,
        source.WebshopArticle as webshop_article,
        source.Active as active,
        source.Bulky as bulky,
        source.Expired as expired,
        source.StockGoods as stock_goods
    from source
)

select * from renamed
