"""A company small enough to know by heart, and a Fortnox that serves it in process."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal

import httpx
import pytest

from fortnox_assets.catalogue import ENDPOINTS
from fortnox_assets.sie.records import Account, Identity, SieDocument
from fortnox_assets.simulator.app import CLIENT_ID, CLIENT_SECRET, Simulator, SimulatorSettings, create_app
from fortnox_assets.simulator.company import AccountingYear, Document, SimulatedCompany
from fortnox_assets.simulator.faults import Faults
from fortnox_assets.simulator.rate_limit import RateLimit

TENANT, OTHER_TENANT = 900001, 900002
NOW = datetime.fromisoformat("2026-09-30T12:00:00")
MODULES = frozenset(endpoint.licence for endpoint in ENDPOINTS.values() if endpoint.licence)
SCOPES = frozenset(endpoint.scope for endpoint in ENDPOINTS.values())
YEARS = (
    AccountingYear(id=2, from_date=date(2024, 5, 1), to_date=date(2025, 4, 30)),
    AccountingYear(id=1, from_date=date(2025, 5, 1), to_date=date(2026, 4, 30)),
    AccountingYear(id=3, from_date=date(2026, 5, 1), to_date=date(2027, 4, 30)),
)


class Clock:
    """Seconds that pass when a test says so."""

    def __init__(self) -> None:
        self.now = 1_790_000_000.0

    def __call__(self) -> float:
        return self.now


class HandMade(SimulatedCompany):
    """A company without books: a SIE file that says whose it is and which year."""

    def sie(self, year_id: int, sie_type: int = 4) -> SieDocument:
        year = self.year(year_id)
        return SieDocument(
            identity=Identity(
                sie_type=sie_type,
                program="Fortnox",
                program_version="3.57.11",
                company_name="Åre Cykel AB",
                years={0: (year.from_date, year.to_date)},
            ),
            accounts=(Account(number=1930, name="Företagskonto"),),
        )


@dataclass
class Desk:
    """A simulator, a client that has a token, and the time."""

    app: Simulator
    clock: Clock
    faults: Faults
    company: SimulatedCompany
    waited: list[float] = field(default_factory=list)

    def client(self, headers: dict[str, str] | None = None) -> httpx.Client:
        return httpx.Client(
            transport=httpx.WSGITransport(self.app), base_url="http://fortnox.invalid", headers=headers or {}
        )

    def token(self, tenant: int = TENANT, scope: str = "") -> str:
        with self.client() as client:
            answer = client.post(
                "/oauth-v1/token",
                data={"grant_type": "client_credentials", "scope": scope},
                headers={"TenantId": str(tenant)},
                auth=(CLIENT_ID, CLIENT_SECRET),
            )
        return str(answer.raise_for_status().json()["access_token"])

    def get(self, path: str, *, headers: dict[str, str] | None = None, tenant: int = TENANT) -> httpx.Response:
        token = self.token(tenant)
        with self.client() as client:
            return client.get(path, headers={"Authorization": f"Bearer {token}", **(headers or {})})

    def json(self, path: str) -> dict:
        answer = self.get(path)
        assert answer.status_code == 200, answer.text
        return answer.json(parse_float=Decimal)

    def refusal(self, path: str) -> tuple[int, int | None]:
        """Status and code of an answer that says no."""
        answer = self.get(path)
        inside = {name.lower(): value for name, value in answer.json()["ErrorInformation"].items()}
        return answer.status_code, inside["code"]

    def add(self, endpoint: str, *bodies: dict, modified: datetime = NOW) -> None:
        self.company.of(endpoint).extend(Document(body, modified) for body in bodies)


def voucher(year: int, number: int, day: str, series: str = "A") -> dict:
    row = {"Account": 1930, "CostCenter": "", "Credit": Decimal(0), "Debit": Decimal("100.50"), "Removed": False}
    return {
        "Comments": None,
        "CostCenter": "",
        "Description": f"Köp {number}",
        "Project": "",
        "ReferenceNumber": "",
        "ReferenceType": "MANUAL",
        "TransactionDate": day,
        "VoucherNumber": number,
        "VoucherRows": [row],
        "VoucherSeries": series,
        "Year": year,
        "ApprovalState": 0,
    }


def invoice(number: int, day: str = "2026-09-01", **other: object) -> dict:
    return {
        "DocumentNumber": str(number),
        "CustomerNumber": "1",
        "CustomerName": "Kund & Co",
        "InvoiceDate": day,
        "DueDate": "2026-09-15",
        "Booked": True,
        "Cancelled": False,
        "Sent": False,
        "Balance": Decimal("125.00"),
        "Total": Decimal("125.00"),
        "Net": Decimal("100.00"),
        "Currency": "SEK",
        "CurrencyRate": Decimal("1.0000"),
        "CurrencyUnit": 1,
        "FinalPayDate": None,
        "InvoiceRows": [{"AccountNumber": 3001, "Price": Decimal("100.00"), "RowId": 1}],
        "Cost": 0,
    } | other


def a_company(tenant: int = TENANT, key: str = "are-cykel") -> SimulatedCompany:
    company = HandMade(
        key=key,
        tenant_id=tenant,
        name="Åre Cykel AB",
        organisation_number="556000-0001",
        years=YEARS,
        now=lambda: NOW,
        scopes=SCOPES,
        licences=MODULES,
    )
    for year in YEARS:
        company.of("financial_years").append(
            Document({"Id": year.id, "FromDate": str(year.from_date), "ToDate": str(year.to_date)}, NOW)
        )
    return company


@pytest.fixture
def make_desk() -> Callable[..., Desk]:
    def make(*companies: SimulatedCompany, settings: SimulatorSettings | None = None) -> Desk:
        served = companies or (a_company(), a_company(OTHER_TENANT, "bjork-konsult"))
        clock, faults, waited = Clock(), Faults(), []
        faults.sleep = waited.append
        app = create_app(served, faults=faults, clock=clock, settings=settings)
        return Desk(app=app, clock=clock, faults=faults, company=served[0], waited=waited)

    return make


@pytest.fixture
def desk(make_desk) -> Desk:
    return make_desk(settings=SimulatorSettings(rate_limit=RateLimit(requests=0)))


@pytest.fixture(name="voucher")
def voucher_maker() -> Callable[..., dict]:
    return voucher


@pytest.fixture(name="invoice")
def invoice_maker() -> Callable[..., dict]:
    return invoice


@pytest.fixture(name="company")
def company_maker() -> Callable[..., SimulatedCompany]:
    return a_company


@pytest.fixture
def unlimited() -> SimulatorSettings:
    """No rate limit."""
    return SimulatorSettings(rate_limit=RateLimit(requests=0))
