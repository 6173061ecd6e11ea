"""Åre Cykel AB: a bicycle shop with a calendar year, stock, staff and customers abroad; earlier years are closed."""

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from functools import partial

from fortnox_assets.simulator.books import corrections, invoice_lives, purchase_lives
from fortnox_assets.simulator.books.accruals import Spread, spread_cost
from fortnox_assets.simulator.books.amounts import ZERO, money
from fortnox_assets.simulator.books.are_cykel_facts import (
    ABROAD,
    ARTICLES,
    COST_CENTERS,
    LIVES,
    MONTHLY_BUDGET,
    OPENING,
    PROJECTS,
    PURCHASE_LIVES,
)
from fortnox_assets.simulator.books.budgets import budget
from fortnox_assets.simulator.books.documents import AccountingYear, Body
from fortnox_assets.simulator.books.fixed_assets import KINDS, Asset, asset_types, buy
from fortnox_assets.simulator.books.founding import Charter, Setting, found
from fortnox_assets.simulator.books.goods import Article, article_links, articles
from fortnox_assets.simulator.books.office import Office
from fortnox_assets.simulator.books.paperwork import file_papers
from fortnox_assets.simulator.books.parties import (
    Foreign,
    company_customer,
    customer_references,
    foreign_customer,
    private_customer,
    supplier,
)
from fortnox_assets.simulator.books.purchasing import Purchase
from fortnox_assets.simulator.books.registers import (
    company_pages,
    currencies,
    dimensions,
    eu_sales,
    financial_years,
    rate_of,
    settings,
)
from fortnox_assets.simulator.books.routine import (
    Volume,
    bank_the_cash,
    cash_sales,
    every_year,
    fill_up,
    open_books,
    payroll,
    simple,
    vat_returns,
)
from fortnox_assets.simulator.books.sales import Sale, sales_account
from fortnox_assets.simulator.books.sales_arithmetic import Currency, Line, Terms
from fortnox_assets.simulator.books.staff import employ, schedules
from fortnox_assets.simulator.books.stock import warehouse
from fortnox_assets.simulator.company import SimulatedCompany

STOCK, STOCK_CHANGE = 1460, 4990
YEARLY_TAKINGS = 4_600_000


@dataclass(frozen=True, kw_only=True, slots=True)
class Shop:
    """The shop's customers and suppliers; ``lot`` is how large its purchases are."""

    office: Office
    lot: int
    domestic: tuple[Body, ...]
    abroad: tuple[Body, ...]
    landlord: Body
    wholesaler: Body
    european: Body
    japanese: Body
    insurer: Body
    utilities: Body


def charter(today: date) -> Charter:
    """The company and its four calendar years, the last of which holds ``today``."""
    years = tuple(
        AccountingYear(
            id=place,
            from_date=date(year, 1, 1),
            to_date=date(year, 12, 31),
            closed=year < today.year,
            chart=f"Bas {min(year, 2025)}",
        )
        for place, year in enumerate(range(today.year - 3, today.year + 1), 1)
    )
    return Charter(
        key="are-cykel",
        tenant_id=900001,
        name="Åre Cykel AB",
        organisation_number="559001-0013",
        years=years,
        locked_until=date(today.year - 1, 12, 31),
    )


def build(setting: Setting) -> SimulatedCompany:
    """The whole company, from its first year to today."""
    company = found(charter(setting.today), setting)
    office, first = company.office, company.years[0].from_date
    _registers(office, setting)
    shop = _shop(office, setting.volume)
    open_books(office, {account: money(amount) for account, amount in OPENING.items()})
    vat_returns(office, first)
    staff = (
        employ(office, first, 38500, 7210, "BUTIK"),
        employ(office, first, 33200, 7010, "VERK"),
        employ(office, first.replace(month=6), 31800, 7010, "VERK"),
    )
    payroll(office, staff, first)
    schedules(office, staff, date(setting.today.year, 1, 1))
    _assets(office, first)
    for year in company.years:
        office.at(year.from_date.replace(month=5, day=9), partial(corrections.struck_row, office, "BUTIK"))
        office.at(year.from_date.replace(month=8, day=18), partial(corrections.turned_around, office, "VERK"))
        office.at(year.to_date, partial(_count_stock, office))
    every_year(office, setting.volume, "invoices", partial(_sell, shop))
    every_year(office, setting.volume, "purchases", partial(_buy, shop))
    office.at(setting.today - timedelta(days=11), partial(_buy, shop, 0))
    cash_sales(office, YEARLY_TAKINGS, setting.volume, ("BUTIK", "VERK"))
    bank_the_cash(office, first)
    office.live()
    fill_up(office, setting.volume.vouchers)
    budget(office, MONTHLY_BUDGET, ("BUTIK", "VERK"), company.years[1].from_date)
    warehouse(office, ARTICLES, shop.wholesaler)
    file_papers(office)
    return company


def _registers(office: Office, setting: Setting) -> None:
    financial_years(office)
    settings(office)
    company_pages(office, "Årevägen 78", "837 52", "Åre")
    currencies(office, ("EUR", "USD", "NOK", "JPY"))
    dimensions(office, COST_CENTERS, PROJECTS)
    eu_sales(office, setting.today)
    articles(office, ARTICLES)
    for article in ARTICLES[:3]:
        article_links(office, article)
    asset_types(office)


def _shop(office: Office, volume: Volume) -> Shop:
    first = office.company.years[0].from_date
    many = max(8, min(volume.invoices // 4, 400))
    makers = (company_customer, private_customer)
    domestic = tuple(makers[place % 3 == 0](office, first) for place in range(many))
    abroad = tuple(foreign_customer(office, first, each) for each in ABROAD)
    customer_references(office)
    europe = Foreign(
        name="Radhandel GmbH", city="München", country="Tyskland", country_code="DE", currency="EUR",
        vat_type="EUINTERNAL", vat_number="DE811111111",
    )  # fmt: skip
    japan = Foreign(
        name="Sakai Gear KK", city="Sakai", country="Japan", country_code="JP", currency="JPY", vat_type="NORMAL"
    )
    return Shop(
        office=office,
        lot=4 if volume.vouchers else 12,
        domestic=domestic,
        abroad=abroad,
        landlord=supplier(office, first, "Åre Fastigheter AB"),
        wholesaler=supplier(office, first, "Cykelgrossen i Norden AB"),
        european=supplier(office, first, europe.name, europe),
        japanese=supplier(office, first, japan.name, japan),
        insurer=supplier(office, first, "Fjällförsäkringar AB"),
        utilities=supplier(office, first, "Jämtkraft & Bredband AB"),
    )


def _assets(office: Office, first: date) -> None:
    fixed, cars, computers = KINDS
    for asset in (
        Asset(kind=fixed, name="Verkstadslyft", value=84000, years=5, bought=first.replace(month=2, day=14)),
        Asset(kind=computers, name="Kassadator", value=18000, years=3, bought=first.replace(month=9, day=3)),
        Asset(
            kind=cars, name="Transportbil", value=212500, years=5,
            bought=first.replace(year=first.year + 2, month=4, day=11), cost_center="VERK",
        ),
    ):  # fmt: skip
        buy(office, asset)


def _count_stock(office: Office, day: date) -> None:
    year = office.company.year_of(day)
    counted = money(sum((each.cost * (each.stock or 0) for each in ARTICLES), ZERO))
    change = counted + 1000 * office.rng.randrange(-30, 30) - office.ledger.balance(year.id, STOCK)
    if change:
        office.ledger.post(simple("A", day, "Lagerförändring", money(change), (STOCK, STOCK_CHANGE)))


def _sell(shop: Shop, place: int, day: date) -> None:
    life = invoice_lives.chosen(shop.office, LIVES, day)
    sale = _export(shop, day) if place % 4 == 2 else _domestic(shop, place, day)  # noqa: PLR2004 - every fourth
    invoice_lives.live(shop.office, sale, "in_time" if sale.kind == "CASHINVOICE" and life != "cancelled" else life)


def _domestic(shop: Shop, place: int, day: date) -> Sale:
    rng = shop.office.rng
    lines = tuple(_line(shop.office, article) for article in rng.sample(ARTICLES, rng.randrange(1, 5)))
    cash = place % 9 == 8  # noqa: PLR2004 - every ninth pays by card in the shop
    terms = Terms(
        freight=money(95) if place % 5 == 1 and not cash else ZERO,
        fee=money(45) if place % 7 == 3 and not cash else ZERO,  # noqa: PLR2004 - every seventh is sent on paper
    )
    return Sale(
        customer=rng.choice(shop.domestic),
        day=day,
        lines=lines,
        terms=terms,
        kind="CASHINVOICE" if cash else "INVOICE",
        days=0 if cash else 30,
        project="P1" if place % 11 == 0 else "",
    )


def _line(office: Office, article: Article) -> Line:
    rng = office.rng
    return Line(
        account=sales_account("SEVAT", article.vat),
        description=article.name,
        quantity=Decimal(rng.randrange(2, 12)) / 2 if article.unit == "h" else Decimal(rng.randrange(1, 4)),
        price=article.price,
        vat=article.vat,
        article=article.number,
        unit=article.unit,
        discount=Decimal(rng.choice((0, 0, 0, 5, 10))),
        cost=article.cost,
        cost_center="VERK" if article.unit == "h" else "BUTIK",
    )


def _export(shop: Shop, day: date) -> Sale:
    rng = shop.office.rng
    customer = shop.abroad[shop.office.number("exports") % len(shop.abroad)]
    rate, unit = rate_of(customer["Currency"])
    currency = Currency(code=customer["Currency"], rate=invoice_lives.rate_near(shop.office, rate), unit=unit)
    lines = tuple(
        Line(
            account=sales_account(customer["VATType"], article.vat),
            description=article.name,
            quantity=Decimal(rng.randrange(1, 6)),
            price=money(article.price * unit / rate),
            vat=0,
            article=article.number,
            cost=money(article.cost * unit / rate),
            cost_center="BUTIK",
        )
        for article in rng.sample(ARTICLES[:5], rng.randrange(1, 4))
    )
    return Sale(customer=customer, day=day, lines=lines, terms=Terms(currency=currency, vat_free=True), project="P2")


def _buy(shop: Shop, place: int, day: date) -> None:
    office, rng = shop.office, shop.office.rng
    life = purchase_lives.chosen(office, PURCHASE_LIVES, day)
    if place == 1:
        insurance = Purchase(supplier=shop.insurer, day=day, account=6310, net=money(14400), vat_free=True)
        invoice = purchase_lives.live(office, insurance, "paid")
        return spread_cost(office, invoice, Spread(text="Företagsförsäkring", account=6310, balance=1730))
    euro, yen = (Currency(code=code, rate=rate, unit=unit) for code in ("EUR", "JPY") for rate, unit in [rate_of(code)])
    amount = money(rng.randrange(400000, 4000000)) / 100
    choices = (
        Purchase(supplier=shop.wholesaler, day=day, account=4010, net=money(amount * shop.lot), cost_center="BUTIK",
                 article="CY-100", quantity=rng.randrange(1, 9)),
        Purchase(supplier=shop.landlord, day=day, account=5010, net=money(18000), days=10, text="Hyra"),
        Purchase(supplier=shop.european, day=day, account=4515, net=money(amount / 11), vat_type="EUINTERNAL",
                 currency=euro, article="HJ-1", quantity=20),
        Purchase(supplier=shop.utilities, day=day, account=rng.choice((5020, 6212, 6540, 5910, 6110)),
                 net=money(amount / 10), cost_center="VERK"),
        Purchase(supplier=shop.japanese, day=day, account=4010, net=money(int(amount) * 15), vat_free=True,
                 currency=yen, article="RD/29 å", quantity=50),
    )  # fmt: skip
    purchase_lives.live(office, choices[place % len(choices)], life)
    return None
