"""A financial year as a SIE file, drawn from the same vouchers the API shows.

Layout and habits are those of Fortnox's own exports (version 3.57): dimensions 1 and 6, EUBAS97, no #KTYP, the database
number as #FNR, totals and object rows of #PSALDO side by side.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from fortnox_assets.sie.records import (
    Account,
    Balance,
    BalanceKind,
    Dimension,
    Identity,
    ObjectRef,
    PeriodBalance,
    PeriodKind,
    SieDocument,
    SieObject,
    Transaction,
    TransactionKind,
    Voucher,
)
from fortnox_assets.simulator.books.amounts import ZERO
from fortnox_assets.simulator.books.chart import is_result
from fortnox_assets.simulator.books.documents import AccountingYear, Body, CompanyData, Document, VoucherDocument

COST_CENTER, PROJECT = 1, 6
PERIODS, OBJECTS, VOUCHERS = 2, 3, 4
_NOTHING = Decimal(0)
_Cell = tuple[int, str, tuple[ObjectRef, ...]]


@dataclass(frozen=True, kw_only=True, slots=True)
class Movements:
    """What a year's live voucher rows come to: by account, and by account, month and objects."""

    by_account: dict[int, Decimal]
    by_cell: dict[_Cell, Decimal]


def export(company: CompanyData, year_id: int, sie_type: int) -> SieDocument:
    """The year as SIE type 1, 2, 3 or 4; KeyError when the company has no such year."""
    year = company.year(year_id)
    before = _year_before(company, year)
    moved = movements(company, year_id)
    cost_centers = _objects(company, "cost_centers", COST_CENTER, "Code")
    projects = _objects(company, "projects", PROJECT, "ProjectNumber")
    with_objects = sie_type >= OBJECTS
    return SieDocument(
        identity=_identity(company, year, before, sie_type),
        accounts=tuple(_accounts(company, year_id)),
        dimensions=(Dimension(number=COST_CENTER, name="Kostnadsställe"), Dimension(number=PROJECT, name="Projekt"))
        if with_objects
        else (),
        objects=(*cost_centers, *projects) if with_objects else (),
        balances=(
            *_balances(company, year_id, 0, moved.by_account),
            *(_balances(company, before.id, -1, movements(company, before.id).by_account) if before else ()),
        ),
        period_balances=tuple(_periods(company, year_id, moved, sie_type)) if sie_type >= PERIODS else (),
        vouchers=tuple(_vouchers(company, year_id)) if sie_type >= VOUCHERS else (),
    )


def _year_before(company: CompanyData, year: AccountingYear) -> AccountingYear | None:
    last_day = year.from_date - timedelta(days=1)
    return next((each for each in company.years if each.to_date == last_day), None)


def _identity(company: CompanyData, year: AccountingYear, before: AccountingYear | None, sie_type: int) -> Identity:
    years = {0: (year.from_date, year.to_date)}
    if before is not None:
        years[-1] = (before.from_date, before.to_date)
    settings = company.of("company_settings")[0].body
    return Identity(
        sie_type=sie_type,
        program="Fortnox",
        program_version="3.57.11",
        generated=company.now().date(),
        internal_id=str(company.tenant_id),
        organisation_number=company.organisation_number,
        company_name=company.name,
        address=(
            f"{settings['ContactFirstName']} {settings['ContactLastName']}",
            settings["Address"],
            f"{settings['ZipCode']} {settings['City']}",
            settings["Phone1"],
        ),
        years=years,
        balances_up_to=year.to_date if sie_type >= PERIODS else None,
        chart="EUBAS97",
    )


def _accounts(company: CompanyData, year_id: int) -> Iterator[Account]:
    bodies = (each.body for each in company.of("accounts") if each.body["Year"] == year_id)
    for body in sorted(bodies, key=lambda each: int(each["Number"])):
        yield Account(
            number=body["Number"],
            name=body["Description"],
            unit=body["QuantityUnit"],
            sru_codes=(str(body["SRU"]),) if body["SRU"] else (),
        )


def _objects(company: CompanyData, endpoint: str, dimension: int, code: str) -> tuple[SieObject, ...]:
    bodies = (each.body for each in company.of(endpoint))
    return tuple(SieObject(dimension=dimension, object=body[code], name=body["Description"]) for body in bodies)


def objects_of(row: Body) -> tuple[ObjectRef, ...]:
    """Cost centre and project of a voucher row."""
    found = ((COST_CENTER, row["CostCenter"]), (PROJECT, row["Project"]))
    return tuple(ObjectRef(dimension, code) for dimension, code in found if code)


def movements(company: CompanyData, year_id: int) -> Movements:
    """Sums of the live rows of a year's vouchers."""
    by_account: dict[int, Decimal] = defaultdict(lambda: ZERO)
    by_cell: dict[_Cell, Decimal] = defaultdict(lambda: ZERO)
    for document in company.of("vouchers"):
        body = document.body
        if body["Year"] != year_id:
            continue
        period = body["TransactionDate"][:7].replace("-", "")
        for row in body["VoucherRows"]:
            if not row["Removed"]:
                amount = row["Debit"] - row["Credit"]
                by_account[row["Account"]] += amount
                by_cell[row["Account"], period, objects_of(row)] += amount
    return Movements(by_account=dict(by_account), by_cell=dict(by_cell))


def _balances(company: CompanyData, year_id: int, number: int, moved: dict[int, Decimal]) -> Iterator[Balance]:
    opening = company.opening_balances.get(year_id, {})
    for account in sorted({*opening, *moved}):
        incoming, change = opening.get(account, ZERO), moved.get(account, ZERO)
        if is_result(account):
            figures = [(BalanceKind.RES, change)]
        else:
            figures = [(BalanceKind.IB, incoming), (BalanceKind.UB, incoming + change)]
        for kind, amount in figures:
            yield Balance(kind=kind, year_number=number, account=account, amount=amount, quantity=_NOTHING)


def _periods(company: CompanyData, year_id: int, moved: Movements, sie_type: int) -> Iterator[PeriodBalance]:
    totals: dict[tuple[int, str], Decimal] = defaultdict(lambda: ZERO)
    for (account, period, _), amount in moved.by_cell.items():
        totals[account, period] += amount
    cells: dict[_Cell, Decimal] = {(account, period, ()): amount for (account, period), amount in totals.items()}
    if sie_type >= OBJECTS:
        cells |= {cell: amount for cell, amount in moved.by_cell.items() if cell[2]}
    yield from (_period(PeriodKind.PSALDO, cell, cells[cell]) for cell in sorted(cells, key=_order))
    for line in company.budget.get(year_id, []):
        objects = (ObjectRef(COST_CENTER, line.cost_center),) if line.cost_center else ()
        if not objects or sie_type >= OBJECTS:
            yield _period(PeriodKind.PBUDGET, (line.account, line.period, objects), line.amount)


def _order(cell: _Cell) -> tuple[int, str, tuple[tuple[int, str], ...]]:
    account, period, objects = cell
    return account, period, tuple((each.dimension, each.object) for each in objects)


def _period(kind: PeriodKind, cell: _Cell, amount: Decimal) -> PeriodBalance:
    account, period, objects = cell
    return PeriodBalance(
        kind=kind, year_number=0, period=period, account=account, amount=amount, objects=objects, quantity=_NOTHING
    )


def _vouchers(company: CompanyData, year_id: int) -> Iterator[Voucher]:
    documents: Iterable[Document] = (each for each in company.of("vouchers") if each.body["Year"] == year_id)
    for document in sorted(documents, key=lambda each: (each.body["VoucherSeries"], each.body["VoucherNumber"])):
        body = document.body
        yield Voucher(
            series=body["VoucherSeries"],
            number=body["VoucherNumber"],
            date=date.fromisoformat(body["TransactionDate"]),
            text=body["Description"],
            registration_date=document.registered if isinstance(document, VoucherDocument) else None,
            transactions=tuple(_transactions(document)),
        )


def _transactions(document: Document) -> Iterator[Transaction]:
    added = document.added_rows if isinstance(document, VoucherDocument) else frozenset()
    for position, row in enumerate(document.body["VoucherRows"]):
        if row["Removed"]:
            yield _transaction(row, TransactionKind.BTRANS, document)
            continue
        if position in added:
            yield _transaction(row, TransactionKind.RTRANS, document)
        yield _transaction(row, TransactionKind.TRANS, document)


def _transaction(row: Body, kind: TransactionKind, document: Document) -> Transaction:
    changed = kind is not TransactionKind.TRANS
    when, who = _changed(document) if changed else (None, "")
    return Transaction(
        kind=kind,
        account=row["Account"],
        objects=objects_of(row),
        amount=row["Debit"] - row["Credit"],
        transaction_date=when,
        text=row["TransactionInformation"],
        quantity=row["Quantity"] or _NOTHING,
        signature=who,
    )


def _changed(document: Document) -> tuple[date | None, str]:
    return (document.changed_on, document.changed_by) if isinstance(document, VoucherDocument) else (None, "")
