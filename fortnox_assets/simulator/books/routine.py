"""The round of the year that is alike in every company: years, VAT, salaries, day-to-day sales and purchases."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from functools import partial
from itertools import pairwise

from fortnox_assets.simulator.books.amounts import ZERO, money
from fortnox_assets.simulator.books.chart import ACCOUNTS, account_document
from fortnox_assets.simulator.books.closing import close_year, open_year, quarter_end, vat_return
from fortnox_assets.simulator.books.documents import AccountingYear
from fortnox_assets.simulator.books.ledger import Entry, Row
from fortnox_assets.simulator.books.office import MORNING, NEW_YEAR, VAT_RETURN, YEAR_END, Office
from fortnox_assets.simulator.books.payroll import count_vacation, month_end, next_month, pay_salaries
from fortnox_assets.simulator.books.receipts import BANK
from fortnox_assets.simulator.books.registers import voucher_series
from fortnox_assets.simulator.books.staff import Employee

PAYDAY = 25
CASH, BANK_FEES = 1910, 6570
CASH_VAT = Decimal("0.20")
CHANGE = money(3000)
_SMALLEST_TAKINGS = 200
# Vouchers of a year that are neither invoices, purchases nor takings, generously counted.
_OTHER_VOUCHERS = 130


@dataclass(frozen=True, kw_only=True, slots=True)
class Volume:
    """How much happens in a year; ``vouchers`` is how many vouchers the current year shall have, 0: as it comes."""

    invoices: int
    purchases: int
    earlier_invoices: int
    earlier_purchases: int
    vouchers: int = 0


def open_books(office: Office, opening: dict[int, Decimal]) -> None:
    """Open every financial year, and bring forward ``opening`` into the first."""
    years = sorted(office.company.years, key=lambda each: each.from_date)
    for year in years:
        opened = office.moment(min(year.from_date, office.today))
        documents = [account_document(each, year, opened) for each in ACCOUNTS.values()]
        office.ledger.open_year(documents, voucher_series(year, documents[0]))
        if year.closed:
            office.at(year.to_date, partial(close_year, office, year), YEAR_END)
    office.ledger.bring_forward(years[0].id, opening)
    for before, year in pairwise(years):
        # A future year is created about a month before the current one ends, with the balances of that day.
        day = min(before.to_date, office.today)
        office.at(day, partial(open_year, office, year, before), NEW_YEAR)


def vat_returns(office: Office, first: date) -> None:
    """Settle VAT at the end of every quarter."""
    day = quarter_end(first)
    while day <= office.today:
        office.at(day, partial(vat_return, office), VAT_RETURN)
        day = quarter_end(day + timedelta(days=1))


def payroll(office: Office, employees: tuple[Employee, ...], first: date) -> None:
    """Pay salaries every month, and count what is owed in vacation at the end of it."""
    month = first.replace(day=1)
    while month <= office.today:
        office.at(month.replace(day=PAYDAY), partial(pay_salaries, office, employees))
        office.at(month_end(month), partial(count_vacation, office, employees), MORNING)
        month = next_month(month)


def days(office: Office, year: AccountingYear, count: int) -> list[date]:
    """``count`` days spread over the part of the year that has passed."""
    length = (min(year.to_date, office.today) - year.from_date).days
    return [year.from_date + timedelta(days=length * (10 * each + 9) // (10 * count)) for each in range(count)]


def share_passed(office: Office, year: AccountingYear) -> Decimal:
    """How many twelve-month years' worth of the year have passed."""
    passed = (min(year.to_date, office.today) - year.from_date).days + 1
    return max(Decimal(passed) / 365, Decimal(0))


def every_year(office: Office, volume: Volume, kind: str, event: Callable[[int, date], object]) -> None:
    """Put ``event`` into the diary as often a year as the volume says for ``kind`` (invoices or purchases).

    ``event`` is told how many came before it in the year, and the day.
    """
    for year in office.company.years:
        if year.from_date > office.today:
            continue
        current = year.holds(office.today)
        wanted = getattr(volume, kind if current else f"earlier_{kind}")
        count = wanted if current and volume.vouchers else int(wanted * share_passed(office, year))
        for place, day in enumerate(days(office, year, count)):
            office.at(day, partial(event, place))


def cash_sales(office: Office, yearly: int, volume: Volume, cost_centers: Sequence[str]) -> None:
    """Let takings come to about ``yearly`` kronor: four reports a year, or as many as the volume has room for."""
    for year in office.company.years:
        count = int(4 * share_passed(office, year))
        if year.holds(office.today):
            count = max(count, volume.vouchers - 2 * (volume.invoices + volume.purchases) - _OTHER_VOUCHERS)
        typical = max(int(yearly * share_passed(office, year) / max(count, 1)), _SMALLEST_TAKINGS)
        for place, day in enumerate(days(office, year, count)):
            office.at(day, partial(_takings, office, cost_centers[place % len(cost_centers)], typical))


def _takings(office: Office, cost_center: str, typical: int, day: date) -> None:
    gross = money(office.rng.randrange(typical * 70, typical * 130)) / 100
    vat = money(gross * CASH_VAT)
    notes = money(gross * CASH_VAT).quantize(Decimal(100))
    rows = (Row(BANK, gross - notes), Row(CASH, money(notes)), Row(2611, -vat), Row(3001, vat - gross, cost_center))
    office.ledger.post(Entry(series="S", day=day, text=f"Dagskassa {day}", rows=rows))


def bank_the_cash(office: Office, first: date) -> None:
    """Take what is in the till to the bank at the end of every quarter, all but the change."""
    day = quarter_end(first)
    while day <= office.today:
        office.at(day, partial(_bank_the_cash, office))
        day = quarter_end(day + timedelta(days=1))


def _bank_the_cash(office: Office, day: date) -> None:
    amount = office.ledger.balance(office.company.year_of(day).id, CASH) - CHANGE
    if amount > 0:
        office.ledger.post(simple("A", day, "Insättning av kontanter", amount, (BANK, CASH)))


def fill_up(office: Office, wanted: int) -> None:
    """Post bank fees until the current year has ``wanted`` vouchers."""
    year = office.company.year_of(office.today)
    posted = sum(1 for each in office.company.of("vouchers") if each.body["Year"] == year.id)
    for day in days(office, year, max(wanted - posted, 0)):
        fee = money(office.rng.randrange(100, 5000)) / 100
        rows = (Row(BANK_FEES, fee), Row(BANK, -fee))
        office.ledger.post(Entry(series="I", day=day, text="Bankavgift", rows=rows))


def simple(series: str, day: date, text: str, amount: Decimal, accounts: tuple[int, int]) -> Entry:
    """A voucher of two rows: debit the first account, credit the second."""
    debit, credit = accounts
    return Entry(series=series, day=day, text=text, rows=(Row(debit, amount), Row(credit, ZERO - amount)))
