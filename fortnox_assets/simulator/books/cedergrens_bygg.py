"""Cedergrens Bygg AB: builders who began with an 18-month year, later changed their year, and have ROT customers.

Two of its financial years start in the same calendar year, and the next one is already created.
"""

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from functools import partial

from fortnox_assets.simulator.books import corrections, invoice_lives, orders, purchase_lives
from fortnox_assets.simulator.books.amounts import ZERO, money
from fortnox_assets.simulator.books.documents import AccountingYear, Body, Document
from fortnox_assets.simulator.books.fixed_assets import KINDS, Asset, asset_types, buy
from fortnox_assets.simulator.books.founding import Charter, Setting, found
from fortnox_assets.simulator.books.goods import Article, articles
from fortnox_assets.simulator.books.ledger import Entry, Row
from fortnox_assets.simulator.books.office import Office
from fortnox_assets.simulator.books.paperwork import file_papers
from fortnox_assets.simulator.books.parties import company_customer, customer_references, private_customer, supplier
from fortnox_assets.simulator.books.payroll import next_month
from fortnox_assets.simulator.books.purchasing import Purchase
from fortnox_assets.simulator.books.receipts import BANK, tax_reduction, tax_reduction_paid
from fortnox_assets.simulator.books.registers import (
    Member,
    company_pages,
    currencies,
    dimensions,
    financial_years,
    settings,
)
from fortnox_assets.simulator.books.routine import PAYDAY, every_year, open_books, simple, vat_returns
from fortnox_assets.simulator.books.sales import Sale, sales_account
from fortnox_assets.simulator.books.sales_arithmetic import Line, Terms
from fortnox_assets.simulator.company import SimulatedCompany

LABOUR = Article(number="ARB", name="Snickeriarbete", price=Decimal("480.00"), unit="h", housework="CONSTRUCTION")
MATERIAL = Article(number="MTRL", name="Byggmaterial", price=Decimal("3120.40"), cost=Decimal("2410.00"))
COST_CENTERS = (Member(code="NY", name="Nybyggnad"), Member(code="ROT", name="Ombyggnad"))
PROJECTS = (Member(code="201", name="Villa Ängsvägen 4"), Member(code="202", name="Brf Åsen tak"))
LIVES = (
    "in_time", "in_parts", "in_time", "credited", "promised", "in_time", "late", "short", "never", "in_time", "draft",
    "paid_and_credited", "cancelled",
)  # fmt: skip
SHARE_CAPITAL, FEBRUARY, NEW_FIRST_MONTH = money(50000), 2, 11


@dataclass(frozen=True, kw_only=True, slots=True)
class Builders:
    """The builders' customers and suppliers."""

    office: Office
    persons: tuple[Body, ...]
    companies: tuple[Body, ...]
    timber: Body
    subcontractor: Body
    bank: Body


def charter(today: date) -> Charter:
    """The company: 18 months, a calendar year, ten months, then November-October, the future year included."""
    changed = today.year - (today.month < NEW_FIRST_MONTH)
    bounds = (
        (date(changed - 3, 7, 1), date(changed - 2, 12, 31)),
        (date(changed - 1, 1, 1), date(changed - 1, 12, 31)),
        (date(changed, 1, 1), date(changed, 10, 31)),
        (date(changed, 11, 1), date(changed + 1, 10, 31)),
        (date(changed + 1, 11, 1), date(changed + 2, 10, 31)),
    )
    years = tuple(
        AccountingYear(id=place, from_date=start, to_date=end, closed=end < today, chart=f"Bas {min(start.year, 2025)}")
        for place, (start, end) in enumerate(bounds, 1)
    )
    return Charter(
        key="cedergrens-bygg",
        tenant_id=900003,
        name="Cedergrens Bygg AB",
        organisation_number="559001-0039",
        years=years,
        missing=frozenset({"Fortnox Finans", "Lager", "Lön", "Tid"}),
        locked_until=bounds[1][1],
    )


def build(setting: Setting) -> SimulatedCompany:
    """The whole company, from its founding to today."""
    company = found(charter(setting.today), setting)
    office, first = company.office, company.years[0].from_date
    _registers(office)
    builders = Builders(
        office=office,
        persons=tuple(private_customer(office, first) for _ in range(6)),
        companies=tuple(company_customer(office, first, vat_type="SEREVERSEDVAT") for _ in range(4)),
        timber=supplier(office, first, "Trävaruhuset i Sundsvall AB"),
        subcontractor=supplier(office, first, "Rör & El Entreprenad AB"),
        bank=supplier(office, first, "Maskinuthyrarna AB"),
    )
    customer_references(office)
    open_books(office, {})
    office.at(first, partial(_found, office))
    vat_returns(office, first)
    _wages(office, first)
    fixed, cars, _ = KINDS
    buy(office, Asset(kind=cars, name="Skåpbil", value=185000, years=5, bought=first + timedelta(days=40)))
    buy(office, Asset(kind=fixed, name="Byggställning", value=46000, years=5, bought=first + timedelta(days=400)))
    for year in company.years:
        office.at(year.from_date + timedelta(days=100), partial(corrections.struck_row, office, "ROT"))
        office.at(year.from_date + timedelta(days=130), partial(corrections.turned_around, office, "NY"))
        office.at(year.from_date + timedelta(days=200), partial(_interest, builders))
    every_year(office, setting.volume, "invoices", partial(_sell, builders))
    every_year(office, setting.volume, "purchases", partial(_buy, builders))
    office.at(setting.today - timedelta(days=11), partial(_buy, builders, 0))
    office.at(setting.today - timedelta(days=50), partial(_sell, builders, 1))
    office.live()
    file_papers(office)
    return company


def _registers(office: Office) -> None:
    financial_years(office)
    settings(office)
    company_pages(office, "Industrigatan 3", "852 29", "Sundsvall")
    currencies(office, ())
    dimensions(office, COST_CENTERS, PROJECTS)
    articles(office, (LABOUR, MATERIAL))
    asset_types(office)


def _found(office: Office, day: date) -> None:
    office.ledger.post(simple("A", day, "Inbetalt aktiekapital", SHARE_CAPITAL, (BANK, 2081)))
    office.ledger.post(simple("A", day, "Lån från ägare", money(400000), (BANK, 2893)))
    office.ledger.post(simple("A", day, "Banklån", money(300000), (BANK, 2350)))


def _wages(office: Office, first: date) -> None:
    """One voucher a quarter: wages come from a payroll bureau, so there is no payroll in Fortnox."""
    month = first
    while month <= office.today:
        if month.month % 3 == FEBRUARY:
            office.at(month.replace(day=PAYDAY), partial(_pay_wages, office))
        month = next_month(month)


def _pay_wages(office: Office, day: date) -> None:
    rows = (
        Row(7010, money(97500), "NY"),
        Row(7510, money(30635)),
        Row(2710, money(-29250)),
        Row(2731, money(-30635)),
        Row(BANK, money(-68250)),
    )
    office.ledger.post(
        Entry(series="K", day=day, text=f"Löner från lönebyrå kvartal {(day.month + 2) // 3}", rows=rows)
    )
    office.at(next_month(day).replace(day=12), partial(_pay_tax, office))


def _pay_tax(office: Office, day: date) -> None:
    rows = (Row(2710, money(29250)), Row(2731, money(30635)), Row(BANK, money(-59885)))
    office.ledger.post(Entry(series="A", day=day, text="Skatt och arbetsgivaravgifter", rows=rows))
    interest = money(office.rng.randrange(200000, 350000)) / 100
    office.ledger.post(simple("A", day, "Ränta banklån", interest, (8410, BANK)))


def _sell(builders: Builders, place: int, day: date) -> None:
    office = builders.office
    life = invoice_lives.chosen(office, LIVES, day)
    if place % 3 == 1:
        sale = _rebuild(builders, place, day)
        invoice = invoice_lives.live(office, sale, "in_time" if "credited" in life else life)
        _ask_for_reduction(builders, invoice, place)
        return
    sale = _build(builders, place, day)
    backlog = place % 6 == 0
    ordered = orders.order(office, sale, delivered=Decimal("0.5") if backlog else Decimal(1))
    if not backlog:
        invoice = invoice_lives.live(office, sale, life)
        invoice.body["OrderReference"] = ordered.body["DocumentNumber"]
        orders.invoiced(office, ordered, invoice, day)


def _rebuild(builders: Builders, place: int, day: date) -> Sale:
    """ROT work for a private person, prices with VAT or without."""
    rng, with_vat = builders.office.rng, place % 2 == 0
    up = Decimal("1.25") if with_vat else Decimal(1)
    hours = Decimal(rng.randrange(20, 90))
    lines = (
        Line(account=3001, description=LABOUR.name, quantity=hours, price=money(LABOUR.price * up), unit="h",
             article="ARB", housework="CONSTRUCTION", hours=int(hours), cost_center="ROT", project="201"),
        Line(account=3001, description=MATERIAL.name, quantity=Decimal(rng.randrange(1, 7)),
             price=money(MATERIAL.price * up), article="MTRL", cost=MATERIAL.cost, cost_center="ROT", project="201"),
    )  # fmt: skip
    terms = Terms(vat_included=with_vat, rot=True, fee=ZERO if with_vat else money(39))
    return Sale(customer=rng.choice(builders.persons), day=day, lines=lines, terms=terms, days=20)


def _build(builders: Builders, place: int, day: date) -> Sale:
    """Building work for another builder, who declares the VAT, or goods for a private person."""
    rng = builders.office.rng
    to_builder = place % 4 != 0
    customer = rng.choice(builders.companies if to_builder else builders.persons)
    account = sales_account(customer["VATType"], 25, service=True)
    lines = tuple(
        Line(account=account, description=article.name, quantity=Decimal(rng.randrange(30, 110)), price=article.price,
             vat=0 if to_builder else 25, article=article.number, unit=article.unit,
             discount=Decimal(rng.choice((0, 0, 5))), cost_center="NY", project="202")
        for article in (LABOUR, MATERIAL)
    )  # fmt: skip
    terms = Terms(vat_free=to_builder, freight=money("395.50"), fee=money(45) if place % 4 == 1 else ZERO)
    return Sale(customer=customer, day=day, lines=lines, terms=terms)


def _ask_for_reduction(builders: Builders, invoice: Document, place: int) -> None:
    if not invoice.body["Booked"]:
        return
    office = builders.office
    person = invoice.body["OrganisationNumber"]
    application = tax_reduction(office, invoice, person, f"Sundsvall Skönsmon 2:{place + 10}")
    paid = date.fromisoformat(invoice.body["DueDate"]) + timedelta(days=40)
    office.at(paid, partial(tax_reduction_paid, office, application))


def _interest(builders: Builders, day: date) -> None:
    """An interest invoice: a claim, but not a sale."""
    rng = builders.office.rng
    line = Line(
        account=8313, description="Dröjsmålsränta", quantity=Decimal(1), price=money(rng.randrange(80, 900)), vat=0
    )
    customer = rng.choice(builders.companies)
    sale = Sale(customer=customer, day=day, lines=(line,), terms=Terms(vat_free=True), days=10, kind="INTRESTINVOICE")
    invoice_lives.live(builders.office, sale, "in_time")


def _buy(builders: Builders, place: int, day: date) -> None:
    office = builders.office
    net = money(office.rng.randrange(300000, 3800000)) / 100
    choices = (
        Purchase(supplier=builders.timber, day=day, account=4010, net=net, cost_center="NY", project="202"),
        Purchase(supplier=builders.subcontractor, day=day, account=4425, net=net, vat_type="REVERSE", project="201"),
        Purchase(supplier=builders.bank, day=day, account=5410, net=money(net / 10), cost_center="ROT"),
    )
    lives = ("paid", "in_parts", "paid", "credited", "paid", "unattested", "cancelled", "paid")
    purchase_lives.live(office, choices[place % len(choices)], purchase_lives.chosen(office, lives, day))
