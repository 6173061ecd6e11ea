"""Björk Konsult AB: consultants with a May-April year, ids out of order, and a last year nobody has closed.

The unclosed year's late entries came after its balances had been copied, so the opening balances of the current year
are stale and do not sum to zero.
"""

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from functools import partial

from fortnox_assets.simulator.books import invoice_lives, orders, purchase_lives
from fortnox_assets.simulator.books.accruals import Spread, spread_income
from fortnox_assets.simulator.books.amounts import ZERO, money
from fortnox_assets.simulator.books.budgets import budget
from fortnox_assets.simulator.books.documents import AccountingYear, Body, Document
from fortnox_assets.simulator.books.forms import API
from fortnox_assets.simulator.books.founding import Charter, Setting, found
from fortnox_assets.simulator.books.goods import Article, articles
from fortnox_assets.simulator.books.hours import Work, register_article, register_hours
from fortnox_assets.simulator.books.ledger import Entry, Row
from fortnox_assets.simulator.books.office import AFTERTHOUGHT, Office
from fortnox_assets.simulator.books.paperwork import file_papers
from fortnox_assets.simulator.books.parties import company_customer, customer_references, private_customer, supplier
from fortnox_assets.simulator.books.purchasing import Purchase
from fortnox_assets.simulator.books.registers import (
    Member,
    company_pages,
    currencies,
    dimensions,
    eu_sales,
    financial_years,
    settings,
)
from fortnox_assets.simulator.books.routine import every_year, open_books, payroll, vat_returns
from fortnox_assets.simulator.books.sales import Sale, book, create
from fortnox_assets.simulator.books.sales_arithmetic import Line, Terms
from fortnox_assets.simulator.books.staff import employ
from fortnox_assets.simulator.company import SimulatedCompany

HOUR = Article(number="KONS", name="Konsulttimme", price=Decimal("1150.00"), unit="h")
COURSE = Article(number="KURS", name="Kursdag", price=Decimal("7960.00"))
BOOK = Article(number="BOK", name="Handbok i styrning", price=Decimal("235.85"), vat=6)
SUPPORT = Article(number="AVTAL", name="Supportavtal 12 månader", price=Decimal("24000.00"))
COST_CENTERS = (Member(code="STHLM", name="Stockholm"), Member(code="UME", name="Umeå"))
PROJECTS = (
    Member(code="1001", name="Införande ekonomisystem"),
    Member(code="1002", name="Utbildning kommuner"),
    Member(code="10/3", name="Förstudie å-lagret", active=False),
)
LIVES = ("in_time", "in_time", "late", "in_time", "in_parts", "in_time", "never", "draft", "in_time", "cancelled")
OPENING = {1930: "182400.00", 2081: "-50000.00", 2091: "-132400.00"}
MONTHLY_BUDGET = {3001: -240000, 5010: 12000, 7210: 96000, 7510: 30200}
FIRST_MONTH = 5


@dataclass(frozen=True, kw_only=True, slots=True)
class Firm:
    """The firm's customers and suppliers."""

    office: Office
    companies: tuple[Body, ...]
    persons: tuple[Body, ...]
    landlord: Body
    software: Body


def charter(today: date) -> Charter:
    """The company and its May-April years, the last of which holds ``today``."""
    start = today.year - (today.month < FIRST_MONTH)
    years = tuple(
        AccountingYear(
            id=year_id,
            from_date=date(start - back, FIRST_MONTH, 1),
            to_date=date(start - back + 1, FIRST_MONTH, 1) - timedelta(days=1),
            closed=back > 1,
            chart=f"Bas {min(start - back, 2025)}",
        )
        for year_id, back in ((3, 3), (1, 2), (2, 1), (4, 0))
    )
    return Charter(
        key="bjork-konsult",
        tenant_id=900002,
        name="Björk Konsult AB",
        organisation_number="559001-0021",
        years=years,
        missing=frozenset({"Anläggningsregister", "Lager"}),
        locked_until=date(start - 1, FIRST_MONTH, 1) - timedelta(days=1),
    )


def build(setting: Setting) -> SimulatedCompany:
    """The whole company, from its first year to today."""
    company = found(charter(setting.today), setting)
    office, first = company.office, company.years[0].from_date
    financial_years(office)
    settings(office)
    company_pages(office, "Drottninggatan 12", "111 51", "Stockholm")
    currencies(office, ("EUR",))
    dimensions(office, COST_CENTERS, PROJECTS)
    eu_sales(office, setting.today)
    articles(office, (HOUR, COURSE, BOOK, SUPPORT))
    firm = Firm(
        office=office,
        companies=tuple(company_customer(office, first) for _ in range(7)),
        persons=tuple(private_customer(office, first) for _ in range(3)),
        landlord=supplier(office, first, "Kontorshuset AB"),
        software=supplier(office, first, "Molnprogram AB"),
    )
    customer_references(office)
    open_books(office, {account: money(amount) for account, amount in OPENING.items()})
    vat_returns(office, first)
    staff = (employ(office, first, 46000, 7210, "STHLM"), employ(office, first, 41500, 7210, "UME"))
    payroll(office, staff, first)
    every_year(office, setting.volume, "invoices", partial(_sell, firm))
    every_year(office, setting.volume, "purchases", partial(_buy, firm))
    office.at(setting.today - timedelta(days=11), partial(_buy, firm, 0))
    unclosed = company.years[2].to_date
    office.at(unclosed, partial(_afterthoughts, office), AFTERTHOUGHT)
    office.live()
    budget(office, MONTHLY_BUDGET, ("STHLM", "UME"), company.years[1].from_date)
    _agreements(firm)
    for invoice in company.of("invoices"):
        if invoice.body["NoxFinans"]:
            _factored(office, invoice)
    file_papers(office)
    return company


def _afterthoughts(office: Office, day: date) -> None:
    """What the auditor asked for, long after the next year was opened."""
    for text, amount, accounts in (
        ("Upplupet revisionsarvode", "25000.00", (6420, 2990)),
        ("Upplupna konsultkostnader", "11400.50", (6530, 2990)),
    ):
        debit, credit = accounts
        rows = (Row(debit, money(amount)), Row(credit, -money(amount)))
        registered = day + timedelta(days=62)
        office.ledger.post(Entry(series="A", day=day, text=text, rows=rows, registered=registered))


def _sell(firm: Firm, place: int, day: date) -> None:
    office, rng = firm.office, firm.office.rng
    if place == 0:
        return _support(firm, day)
    sale = _to_person(firm, day) if place % 4 == 1 else _to_company(firm, place, day)
    offered = orders.offer(office, sale)
    if place % 6 == 5:  # noqa: PLR2004 - every sixth offer is turned down
        return orders.cancelled(office, offered, day) if place % 2 else None
    ordered = orders.order(office, sale, accepted=offered)
    invoice = invoice_lives.live(office, sale, invoice_lives.chosen(office, LIVES, day))
    if invoice.body["Cancelled"]:
        return orders.cancelled(office, ordered, day)
    references = {
        "OfferReference": offered.body["DocumentNumber"],
        "OrderReference": ordered.body["DocumentNumber"],
        "Labels": [{"Id": rng.randrange(1, 4)}] if place % 3 == 0 else [],
    }
    invoice.body.update(references)
    orders.invoiced(office, ordered, invoice, day)
    _hours(firm, invoice, sale)
    return None


def _to_company(firm: Firm, place: int, day: date) -> Sale:
    rng = firm.office.rng
    amount_off = place % 3 == 0
    lines = (
        Line(
            account=3001,
            description=HOUR.name,
            quantity=Decimal(rng.randrange(240, 640)) / 2,
            price=HOUR.price,
            article=HOUR.number,
            unit="h",
            discount=money(rng.choice((500, 750))) if amount_off else Decimal(rng.choice((0, 5, 12))),
            discount_type="AMOUNT" if amount_off else "PERCENT",
            cost=Decimal("520.00"),
            cost_center=COST_CENTERS[place % 2].code,
        ),
        Line(account=3001, description=COURSE.name, quantity=Decimal(1 + place % 3), price=COURSE.price,
             article=COURSE.number, cost_center="STHLM"),
    )  # fmt: skip
    return Sale(
        customer=rng.choice(firm.companies),
        day=day,
        lines=lines,
        cost_center="STHLM",
        project=PROJECTS[place % 3].code,
        days=rng.choice((10, 20, 30)),
    )


def _to_person(firm: Firm, day: date) -> Sale:
    """Prices with VAT: a course at 9 950 and a book at 250 kronor, the book at a discount."""
    rng = firm.office.rng
    lines = (
        Line(account=3001, description=COURSE.name, quantity=Decimal(1), price=Decimal("9950.00"),
             article=COURSE.number, discount=Decimal(rng.choice((0, 10))), cost_center="UME"),
        Line(account=3003, description=BOOK.name, quantity=Decimal(rng.randrange(1, 4)), price=Decimal("250.00"), vat=6,
             article=BOOK.number, discount=money(25), discount_type="AMOUNT"),
    )  # fmt: skip
    return Sale(customer=rng.choice(firm.persons), day=day, lines=lines, terms=Terms(vat_included=True), days=20)


def _support(firm: Firm, day: date) -> None:
    """A year's support, invoiced at once and earned by the quarter; the claim is handed to the factoring service."""
    office = firm.office
    line = Line(account=3001, description=SUPPORT.name, quantity=Decimal(1), price=SUPPORT.price, article="AVTAL")
    sale = Sale(customer=firm.companies[0], day=day, lines=(line,), kind="AGREEMENTINVOICE")
    invoice = create(office, sale)
    invoice.body["ContractReference"] = "1"
    book(office, invoice)
    spread_income(office, invoice, Spread(text="Supportavtal", account=3001, balance=2970))
    invoice_lives.LIVES["in_time"](office, invoice, day)
    invoice.body["NoxFinans"] = True


def _factored(office: Office, invoice: Document) -> None:
    """File how the claim stands today at the factoring service."""
    body = invoice.body
    office.add(
        "finance_invoices",
        {
            "@url": f"{API}/3/noxfinansinvoices/{body['DocumentNumber']}",
            "BalanceIncludeFees": body["Balance"],
            "BalanceIncludeFeesCurrency": body["Balance"],
            "CurrentCapitalBalance": body["Balance"],
            "CurrentCapitalBalanceCurrency": body["Balance"],
            "InvoiceDocumentURL": "",
            "InvoiceNumber": int(body["DocumentNumber"]),
            "NextEvent": "Påminnelse" if body["Balance"] else "",
            "NextEventDate": body["DueDate"],
            "OCRNumber": body["OCR"],
            "Service": "LEDGERBASE",
            "ServiceName": "Fakturaservice",
            "Status": "OPEN" if body["Balance"] else "CLOSED",
        },
        date.fromisoformat(body["InvoiceDate"]),
    )


def _hours(firm: Firm, invoice: Document, sale: Sale) -> None:
    projects = {each.body["ProjectNumber"]: each.body for each in firm.office.company.of("projects")}
    for back in range(1, 4):
        work = Work(
            user=str(1 + back % 2),
            day=sale.day - timedelta(days=back),
            customer=sale.customer,
            project=projects[sale.project or "1002"],
            hours=Decimal(8 - back),
            price=HOUR.price,
            cost=Decimal("520.00"),
            note="Arbete på plats",
            invoice=invoice.body["DocumentNumber"],
        )
        register_hours(firm.office, work, "STHLM")
        if back == 1:
            register_article(firm.office, work, "STHLM")


def _buy(firm: Firm, place: int, day: date) -> None:
    rng = firm.office.rng
    rent = Purchase(supplier=firm.landlord, day=day, account=5010, net=money(36000), text="Kontorshyra", days=20)
    program = Purchase(
        supplier=firm.software, day=day, account=5420, net=money(rng.randrange(90000, 800000)) / 100,
        cost_center="STHLM", project="1001",
    )  # fmt: skip
    lives = ("paid", "paid", "unattested", "credited", "paid", "cancelled", "in_parts")
    life = purchase_lives.chosen(firm.office, lives, day)
    purchase_lives.live(firm.office, rent if place % 3 == 0 else program, life)


def _agreements(firm: Firm) -> None:
    """The old kind of contracts, with templates and accruals."""
    day = firm.office.company.years[2].from_date
    line = Line(account=3001, description=SUPPORT.name, quantity=Decimal(1), price=money(6000), article="AVTAL")
    for place, customer in enumerate(firm.companies[:2]):
        sale = Sale(customer=customer, day=day, lines=(line,), terms=Terms(fee=money(45) if place else ZERO))
        agreed = orders.contract(firm.office, orders.Contract(sale=sale, name=f"Support {place + 1}"))
        orders.contract_accrual(firm.office, agreed, 3001, 2970)
