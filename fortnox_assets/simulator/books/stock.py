"""The warehouse module: stock points, balances, purchase orders, deliveries in and out, stocktaking."""

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from fortnox_assets.simulator.books.amounts import ZERO, money
from fortnox_assets.simulator.books.documents import Body
from fortnox_assets.simulator.books.forms import blank
from fortnox_assets.simulator.books.goods import Article
from fortnox_assets.simulator.books.office import Office

_PURCHASE_ORDER = blank(
    texts="confirmationEmail costCenterCode customerId customerName customerNumber deliveryAddress2 internalReference "
    "messageToSupplier note ourReference projectId supplierAddress2 translatedResponseState yourReference",
    nulls="outboundDocumentReference",
    flags="dropship manuallyCompleted voided",
)


@dataclass(frozen=True, kw_only=True, slots=True)
class Point:
    """A stock point with one place in it."""

    id: str
    code: str
    name: str
    location: str

    @property
    def on_row(self) -> Body:
        """How rows of warehouse documents tell where goods lie."""
        return {
            "stockLocationCode": "H1",
            "stockLocationId": self.location,
            "stockLocationName": "Hylla 1",
            "stockPointCode": self.code,
            "stockPointId": self.id,
            "stockPointName": self.name,
        }


def warehouse(office: Office, articles: tuple[Article, ...], supplier: Body) -> None:
    """File what the warehouse has and what has happened in it this year and last."""
    stocked = tuple(each for each in articles if each.stock is not None)
    office.add("warehouse_tenants", {"activated": True, "tenantId": office.company.tenant_id})
    points = (_point(office, "BUTIK", "Butikslager"), _point(office, "FJÄRR", "Fjärrlager"))
    for article in stocked:
        pieces = Decimal(article.stock or 0)
        body = {"availableStock": pieces, "inStock": pieces, "itemId": article.number, "stockPointCode": "BUTIK"}
        office.add("stock_balance", body, office.today)
    for place in range(6):
        day = office.today - timedelta(days=70 * (6 - place))
        goods = (stocked[place % len(stocked)], stocked[(place + 1) % len(stocked)])
        _purchase(office, goods, supplier, day, points[0])
    for place, kind in enumerate(("Inbound", "Outbound", "StockTransfer")):
        _manual_delivery(office, kind, office.today - timedelta(days=40 + 11 * place))
    _production(office, stocked, points[0])
    for year in office.company.years:
        _count(office, stocked, min(year.to_date, office.today), points[0])


def _point(office: Office, code: str, name: str) -> Point:
    point = Point(id=office.identity(), code=code, name=name, location=office.identity())
    body = blank(texts="deliveryAddress2 deliveryPhone") | {
        "active": True,
        "code": code,
        "deliveryAddress": "Årevägen 78",
        "deliveryCity": "Åre",
        "deliveryCountryCode": "SE",
        "deliveryName": office.company.name,
        "deliveryZipCode": "837 52",
        "id": point.id,
        "name": name,
        "stockLocations": [{"code": "H1", "id": point.location, "name": "Hylla 1", "stockPointId": point.id}],
        "usingCompanyAddress": True,
    }
    office.add("stock_points", body)
    return point


def _purchase(office: Office, goods: tuple[Article, ...], supplier: Body, day: date, point: Point) -> None:
    number = office.number("purchase orders")
    ordered = Decimal(10)
    value = money(sum((each.cost * ordered for each in goods), ZERO))
    rows = [_purchase_row(office, article, number, place, point) for place, article in enumerate(goods, 1)]
    body = _PURCHASE_ORDER | {
        "currencyCode": "SEK",
        "currencyRate": Decimal(1),
        "currencyUnit": 1,
        "deliveryAddress": "Årevägen 78",
        "deliveryCity": "Åre",
        "deliveryCountryCode": "SE",
        "deliveryDate": (day + timedelta(days=14)).isoformat(),
        "deliveryName": office.company.name,
        "deliveryZipCode": "837 52",
        "id": number,
        "languageCode": "SV",
        "orderDate": day.isoformat(),
        "orderValue": value,
        "orderValueInSEK": value,
        "paymentTermsCode": "30",
        "purchaseOrderState": "RECEIVED",
        "purchaseType": "WAREHOUSE",
        "responseState": "ACCEPTED_WITH_REQ_DLV_DATE",
        "rows": rows,
        "stockPointCode": point.code,
        "stockPointId": point.id,
        "supplier": supplier["SupplierNumber"],
        "supplierAddress": supplier["Address1"],
        "supplierCity": supplier["City"],
        "supplierCountryCode": supplier["CountryCode"],
        "supplierEmail": supplier["Email"],
        "supplierName": supplier["Name"],
        "supplierNumber": supplier["SupplierNumber"],
        "supplierPostCode": supplier["ZipCode"],
        "totalReceivedQuantity": ordered * len(goods),
    }
    office.add("warehouse_purchase_orders", body, day)
    _receive(office, body, day + timedelta(days=12), point)


def _purchase_row(office: Office, article: Article, order: int, place: int, point: Point) -> Body:
    row_id = office.identity()
    return point.on_row | {
        "backOrderQuantity": Decimal(0),
        "costCenterCode": "",
        "currencyCode": "SEK",
        "id": row_id,
        "isStockItem": True,
        "itemDescription": article.name,
        "itemId": article.number,
        "itemUnit": article.unit,
        "notes": [{"note": "", "purchaseOrderId": order, "purchaseOrderRowId": row_id, "rowNum": place}],
        "orderedQuantity": Decimal(10),
        "price": article.cost,
        "projectId": "",
        "purchaseOrderId": order,
        "receivedQuantity": Decimal(10),
        "remainingOrderedQuantity": Decimal(0),
        "rowNum": place,
    }


def _receive(office: Office, order: Body, day: date, point: Point) -> None:
    body = {
        "completed": True,
        "costCenterCode": "",
        "date": day.isoformat(),
        "deliveryNoteId": f"FS-{order['id']}",
        "hasDeliveryNote": True,
        "id": office.number("incoming goods"),
        "note": "",
        "projectId": "",
        "released": True,
        "rows": [_received_row(office, order, each, point) for each in order["rows"]],
        "stockPointCode": point.code,
        "stockPointId": point.id,
        "stockPointName": point.name,
        "supplierName": order["supplierName"],
        "supplierNumber": order["supplierNumber"],
        "voided": False,
    }
    office.add("warehouse_incoming_goods", body, day)


def _received_row(office: Office, order: Body, each: Body, point: Point) -> Body:
    return point.on_row | {
        "backOrderQuantity": Decimal(0),
        "batch": "",
        "costCenterCode": "",
        "directCost": each["price"],
        "id": office.identity(),
        "invoicedQuantity": each["receivedQuantity"],
        "isStockItem": True,
        "itemDescription": each["itemDescription"],
        "itemId": each["itemId"],
        "itemUnit": each["itemUnit"],
        "orderedQuantity": each["orderedQuantity"],
        "projectId": "",
        "purchaseOrderId": order["id"],
        "purchaseOrderRowId": each["id"],
        "receivedQuantity": each["receivedQuantity"],
        "remainingOrderedQuantity": Decimal(0),
        "rowOrder": each["rowNum"],
        "takenQuantity": Decimal(0),
    }


def _manual_delivery(office: Office, kind: str, day: date) -> None:
    number = office.number("manual deliveries")
    body = {
        "date": day.isoformat(),
        "deliveryId": number,
        "entityId": str(number),
        "note": "",
        "released": True,
        "type": kind,
        "voided": False,
    }
    office.add("warehouse_manual_deliveries", body, day)


def _production(office: Office, stocked: tuple[Article, ...], point: Point) -> None:
    built, part = stocked[0], stocked[-1]
    day = office.today - timedelta(days=90)
    used = {
        "itemDescription": part.name,
        "itemId": part.number,
        "itemUnit": part.unit,
        "quantityRequired": Decimal(2),
        "quantityReserved": Decimal(0),
        "totalQuantityRequired": Decimal(4),
    }
    body = {
        "batch": "",
        "costCenterCode": "VERK",
        "documentState": "completed",
        "id": office.number("production orders"),
        "inboundStockLocationId": point.location,
        "inboundStockPointId": point.id,
        "itemDescription": built.name,
        "itemId": built.number,
        "itemUnit": built.unit,
        "note": "",
        "outboundStockPointId": point.id,
        "packageItems": [used],
        "productionDate": day.isoformat(),
        "productionState": "registered",
        "projectId": "",
        "quantity": Decimal(2),
        "startDate": day.isoformat(),
    }
    office.add("warehouse_production_orders", body, day)


def _count(office: Office, stocked: tuple[Article, ...], day: date, point: Point) -> None:
    number = office.number("stocktakings")
    rows = [
        {
            "countedBy": "Lager",
            "currentRowNo": place,
            "hasPostReleaseStockChanges": False,
            "id": f"{number}-{place}",
            "itemId": article.number,
            "stockLocationId": point.location,
            "stockPointId": point.id,
            "stockTakenQuantity": Decimal(article.stock or 0),
            "stockTakingId": number,
            "stockTakingRowId": f"{number}-{place}",
            "totalQuantityInStock": Decimal(article.stock or 0),
        }
        for place, article in enumerate(stocked, 1)
    ]
    order = dict.fromkeys(("primarySort", "secondarySort"), "itemId")
    body = {
        "costCenterCode": "",
        "date": day.isoformat(),
        "id": number,
        "name": f"Inventering {day.year}",
        "projectId": "",
        "responsible": "Lager",
        "rows": rows,
        "sortParams": order | dict.fromkeys(("primarySortOrder", "secondarySortOrder"), "asc"),
        "sortingId": 1,
        "state": "completed",
        "usingStockPoints": True,
    }
    office.add("warehouse_stocktaking", body, day)
