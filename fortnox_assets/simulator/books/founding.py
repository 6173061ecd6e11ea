"""Setting up a sample company: its clock, its years, its scopes, before anything is booked."""

from dataclasses import dataclass
from datetime import date, datetime, time

from fortnox_assets.simulator.books.documents import AccountingYear
from fortnox_assets.simulator.books.office import Office
from fortnox_assets.simulator.books.routine import Volume
from fortnox_assets.simulator.company import SimulatedCompany

_SCOPES = (
    "archive article assets bookkeeping companyinformation connectfile costcenter currency customer inbox invoice "
    "noxfinansinvoice offer order payment price print profile project salary settings supplier supplierinvoice "
    "timereporting warehouse"
)
SCOPES = frozenset(_SCOPES.split())
MODULES = frozenset({"Anläggningsregister", "Fortnox Finans", "Lager", "Lön", "Order", "Tid"})
NOON = time(12)


@dataclass(frozen=True, kw_only=True, slots=True)
class Setting:
    """What decides how a sample company turns out."""

    today: date
    seed: int
    volume: Volume


@dataclass(frozen=True, kw_only=True, slots=True)
class Charter:
    """Who a company is. ``missing`` names the modules it does not pay for."""

    key: str
    tenant_id: int
    name: str
    organisation_number: str
    years: tuple[AccountingYear, ...]
    missing: frozenset[str] = frozenset()
    locked_until: date | None = None


def found(charter: Charter, setting: Setting) -> SimulatedCompany:
    """The company with an office to keep its books, and nothing in them."""
    noon = datetime.combine(setting.today, NOON)
    company = SimulatedCompany(
        key=charter.key,
        tenant_id=charter.tenant_id,
        name=charter.name,
        organisation_number=charter.organisation_number,
        years=charter.years,
        now=lambda: noon,
        scopes=SCOPES,
        licences=MODULES - charter.missing,
        locked_until=charter.locked_until,
    )
    company.office = Office(company, f"{setting.seed} {charter.key}", setting.today)
    return company
