"""The register of fixed assets: bought, written off quarter by quarter, each event with its voucher."""

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from functools import partial

from fortnox_assets.simulator.books.amounts import money, plain
from fortnox_assets.simulator.books.closing import quarter_end
from fortnox_assets.simulator.books.documents import Body
from fortnox_assets.simulator.books.forms import API, blank
from fortnox_assets.simulator.books.ledger import Entry, Row, VoucherKey
from fortnox_assets.simulator.books.office import Office
from fortnox_assets.simulator.books.receipts import BANK

INPUT_VAT = 2641
BOUGHT, DEPRECIATED = 1, 2
_TYPE_FORM = blank(
    nulls="AccountRevaluation AccountRevaluationId AccountValueLoss AccountValueLossId AccountWriteDown "
    "AccountWriteDownAck AccountWriteDownAckId AccountWriteDownId"
)
_FORM = blank(
    texts="Brand Department Group InsuredNumber InsuredWith Notes Placement Project Reference Room",
    wholes="DepreciateToResidualValue ManualOb",
)


@dataclass(frozen=True, kw_only=True, slots=True)
class Kind:
    """A kind of asset and its accounts: the asset, what is written off so far, and the cost of it."""

    id: int
    name: str
    account: int
    accumulated: int
    cost: int


KINDS = (
    Kind(id=1, name="Inventarier", account=1220, accumulated=1229, cost=7832),
    Kind(id=2, name="Bilar", account=1240, accumulated=1249, cost=7834),
    Kind(id=3, name="Datorer", account=1250, accumulated=1259, cost=7835),
)


@dataclass(frozen=True, kw_only=True, slots=True)
class Asset:
    """Something bought to be used for ``years``; ``value`` in whole kronor without VAT."""

    kind: Kind
    name: str
    value: int
    years: int
    bought: date
    cost_center: str = ""


def asset_types(office: Office) -> None:
    """File the kinds of assets."""
    for kind in KINDS:
        body = _TYPE_FORM | {
            "@url": f"{API}/3/assets/types/{kind.id}",
            "AccountAsset": kind.account,
            "AccountAssetId": kind.account,
            "AccountDepreciation": kind.accumulated,
            "AccountDepreciationId": kind.accumulated,
            "AccountSaleLoss": 7960,
            "AccountSaleLossId": 7960,
            "AccountSaleWin": 3960,
            "AccountSaleWinId": 3960,
            "Description": kind.name,
            "Id": kind.id,
            "InUse": True,
            "Notes": "",
            "Number": str(kind.id),
            "Type": 0,
        }
        office.add("asset_types", body)


def buy(office: Office, asset: Asset) -> None:
    """Put the purchase, and the depreciation of every quarter that follows, into the diary."""
    office.at(asset.bought, partial(_buy, office, asset))


def _buy(office: Office, asset: Asset, day: date) -> None:
    vat, value = money(asset.value) / 4, money(asset.value)
    rows = (Row(asset.kind.account, value, asset.cost_center), Row(INPUT_VAT, money(vat)), Row(BANK, -value - vat))
    key = office.ledger.post(Entry(series="A", day=day, text=f"Inköp {asset.name}", rows=rows))
    number = office.number("assets")
    last = day.replace(year=day.year + asset.years) - timedelta(days=1)
    body = {
        "@url": f"{API}/3/assets/{number}",
        **_FORM,
        "AcquisitionDate": day.isoformat(),
        "AcquisitionStart": day.isoformat(),
        "AcquisitionValue": asset.value,
        "CostCenter": asset.cost_center,
        "DepreciatedTo": day.isoformat(),
        "DepreciationFinal": last.isoformat(),
        "DepreciationMethod": 1,
        "Description": asset.name,
        "History": [],
        "Id": number,
        "Number": str(number),
        "Status": "Aktiv",
        "StatusId": "1",
        "Type": asset.kind.name,
        "TypeId": asset.kind.id,
    }
    document = office.add("assets", body, day)
    _remember(office, document.body, BOUGHT, value, day, key)
    instalment = money(value / (asset.years * 4))
    quarter = quarter_end(day + timedelta(days=92))
    for place in range(asset.years * 4):
        rest = value - instalment * place if place == asset.years * 4 - 1 else instalment
        office.at(quarter, partial(_depreciate, office, asset, body, rest))
        quarter = quarter_end(quarter + timedelta(days=1))


def _depreciate(office: Office, asset: Asset, body: Body, amount: Decimal, day: date) -> None:
    rows = (Row(asset.kind.cost, amount, asset.cost_center), Row(asset.kind.accumulated, -amount))
    key = office.ledger.post(Entry(series="A", day=day, text=f"Avskrivning {asset.name}", rows=rows))
    body["DepreciatedTo"] = day.isoformat()
    _remember(office, body, DEPRECIATED, amount, day, key)
    if sum(Decimal(each["Amount"]) for each in body["History"] if each["EventId"] == DEPRECIATED) == asset.value:
        body.update({"Status": "Fullt avskriven", "StatusId": "2"})


def _remember(office: Office, body: Body, event: int, amount: Decimal, day: date, key: VoucherKey) -> None:
    body["History"].append(
        {
            "Amount": plain(amount),
            "Date": day.isoformat(),
            "EventId": event,
            "Id": office.number("asset history"),
            "Notes": "",
            "SupplierInvoice": 0,
            "UserId": 1,
            "UserName": "Ekonomi",
            "VoucherNumber": key.number,
            "VoucherSeries": key.series,
            "VoucherYear": key.year,
        }
    )


def asset_file(office: Office) -> None:
    """Attach a receipt to every asset."""
    for each in office.company.of("assets"):
        file_id = office.store(f"kvitto-{each.body['Id']}.pdf", b"%PDF-1.4 kvitto")
        url = f"{API}/3/assetfileconnections/{file_id}"
        body = {"@url": url, "AssetId": str(each.body["Id"]), "FileId": file_id, "Name": each.body["Description"]}
        office.add("asset_file_connections", body)
