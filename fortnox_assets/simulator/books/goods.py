"""Articles with prices, and what hangs on them: price lists, files, web addresses."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from fortnox_assets.simulator.books.amounts import ZERO, money
from fortnox_assets.simulator.books.documents import Body
from fortnox_assets.simulator.books.forms import API, blank
from fortnox_assets.simulator.books.office import Office
from fortnox_assets.simulator.books.people import check_digit

_FORM = blank(
    texts="CommodityCode EAN ManufacturerArticleNumber Note",
    nulls="CostCalculationMethod DefaultStockLocation DefaultStockPoint DirectCost FreightCost HouseworkType "
    "Manufacturer OtherCost StockAccount StockChangeAccount StockPlace StockWarning SupplierName SupplierNumber",
    amounts="ReservedQuantity",
    wholes="ConstructionAccount Depth Height Weight Width",
    flags="Bulky Expired Housework StockGoods WebshopArticle",
)


@dataclass(frozen=True, kw_only=True, slots=True)
class Article:
    """Something that is sold: price and cost without VAT, pieces in stock (None for a service)."""

    number: str
    name: str
    price: Decimal
    cost: Decimal = ZERO
    vat: int = 25
    unit: str = "st"
    stock: int | None = None
    housework: str | None = None


def articles(office: Office, sold: Iterable[Article]) -> None:
    """File the articles and what they cost in each price list."""
    lists = (("A", "Normal", Decimal(1), True), ("B", "Återförsäljare", Decimal("0.85"), False))
    for code, description, _, chosen in lists:
        body = {"@url": f"{API}/3/pricelists/{code}", "Code": code, "Comments": "", "Description": description}
        office.add("price_lists", body | {"PreSelected": chosen})
    for article in sold:
        office.add("articles", _article(article))
        for code, _, share, _ in lists:
            _price(office, article, code, money(article.price * share), 0)
        if article.stock:
            _price(office, article, "B", money(article.price * Decimal("0.75")), 10)


def _article(article: Article) -> Body:
    stocked = article.stock is not None
    pieces = money(article.stock or 0)
    ean = f"73500{sum(map(ord, article.number)):07}"
    return {
        "@url": f"{API}/3/articles/{article.number}",
        **_FORM,
        "Active": True,
        "ArticleNumber": article.number,
        "Description": article.name,
        "DisposableQuantity": pieces,
        "EAN": ean + check_digit(ean) if stocked else "",
        "EUAccount": 3108 if stocked else 3308,
        "EUVATAccount": 3106,
        "ExportAccount": 3105,
        "Housework": article.housework is not None,
        "HouseworkType": article.housework,
        "PurchaseAccount": 4010,
        "PurchasePrice": article.cost,
        "QuantityInStock": pieces,
        "SalesAccount": {25: 3001, 12: 3002, 6: 3003, 0: 3004}[article.vat],
        "SalesPrice": article.price,
        "StockGoods": stocked,
        "StockPlace": f"H{len(article.number)}" if stocked else None,
        "StockValue": money(pieces * article.cost),
        "Type": "STOCK" if stocked else "SERVICE",
        "Unit": article.unit,
        "VAT": Decimal(article.vat),
    }


def _price(office: Office, article: Article, price_list: str, price: Decimal, quantity: int) -> None:
    body = {
        "@url": f"{API}/3/prices/{price_list}/{article.number}/{quantity}",
        "ArticleNumber": article.number,
        "Date": office.company.years[0].from_date.isoformat(),
        "FromQuantity": Decimal(quantity),
        "Percent": ZERO,
        "Price": price,
        "PriceList": price_list,
    }
    office.add("prices", body)


def article_links(office: Office, article: Article) -> None:
    """Attach a data sheet and a web page to an article."""
    file_id = office.store(f"{article.number}.pdf", b"%PDF-1.4 " + article.name.encode())
    url = f"{API}/3/articlefileconnections/{file_id}"
    office.add("article_file_connections", {"@url": url, "ArticleNumber": article.number, "FileId": file_id})
    number = office.number("article urls")
    page = {
        "@url": f"{API}/3/articleurlconnections/{number}",
        "ArticleNumber": article.number,
        "Id": number,
        "URLConnection": f"https://www.example.com/{article.number}",
    }
    office.add("article_url_connections", page)
