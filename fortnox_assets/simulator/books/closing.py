"""What ends a period: VAT returns, tax, the year's result, and opening balances of the next year."""

from datetime import date, timedelta
from decimal import Decimal
from functools import partial

from fortnox_assets.simulator.books.amounts import ZERO, truncated, whole
from fortnox_assets.simulator.books.documents import AccountingYear
from fortnox_assets.simulator.books.ledger import Entry, Row
from fortnox_assets.simulator.books.office import Office
from fortnox_assets.simulator.books.receipts import BANK
from fortnox_assets.simulator.books.sales import ROUNDING

# Boxes of the Swedish VAT return that the companies' VAT accounts end up in (form SKV 4700).
VAT_BOXES: dict[str, tuple[int, ...]] = {
    "10": (2611,),
    "11": (2621,),
    "12": (2631,),
    "30": (2614,),
    "48": (2641, 2645, 2647),
}
VAT_SETTLEMENT, VAT_CLAIM = 2650, 1650
INCOME_TAX, TAX_DEBT = 8910, 2512
RESULT, CLOSING, LAST_YEARS_RESULT, RETAINED = 2099, 8999, 2098, 2091
TAX_RATE = Decimal("0.206")


def quarter_end(day: date) -> date:
    """Last day of the calendar quarter that holds ``day``."""
    last_month = (day.month + 2) // 3 * 3
    return date(day.year, last_month, 30 if last_month in {6, 9} else 31)


def vat_return(office: Office, day: date) -> None:
    """Settle the quarter's VAT on ``day``: whole kronor, each box cut to kronor, the rest on rounding."""
    year = office.company.year_of(day).id
    found = {account: office.ledger.balance(year, account) for accounts in VAT_BOXES.values() for account in accounts}
    if not any(found.values()):
        return
    boxes = (sum((found[account] for account in accounts), ZERO) for accounts in VAT_BOXES.values())
    to_pay = -sum((truncated(box) for box in boxes), ZERO)
    settled = VAT_SETTLEMENT if to_pay >= 0 else VAT_CLAIM
    rows = [Row(account, -balance) for account, balance in found.items() if balance]
    rows.append(Row(settled, -to_pay))
    rows.append(Row(ROUNDING, -sum((each.amount for each in rows), ZERO)))
    text = f"Momsrapport {day.year} kvartal {(day.month + 2) // 3}"
    registered = day + timedelta(days=20)
    office.ledger.post(Entry(series="M", day=day, text=text, rows=tuple(rows), registered=registered))
    office.at(day + timedelta(days=43), partial(_pay_vat, office, Row(settled, to_pay)))


def _pay_vat(office: Office, debt: Row, day: date) -> None:
    rows = (debt, Row(BANK, -debt.amount))
    office.ledger.post(Entry(series="A", day=day, text="Betalning av moms", rows=rows))


def close_year(office: Office, year: AccountingYear, day: date) -> None:
    """Book income tax and carry the result of the year from 8999 to 2099."""
    registered = day + timedelta(days=80)
    before_tax = -sum(office.ledger.balances(year.id, result=True).values(), ZERO)
    tax = max(whole(before_tax * TAX_RATE), ZERO)
    entries = (
        ("Skatt på årets resultat", (Row(INCOME_TAX, tax), Row(TAX_DEBT, -tax))),
        ("Omföring av årets resultat", (Row(CLOSING, before_tax - tax), Row(RESULT, tax - before_tax))),
    )
    for text, rows in entries:
        if rows[0].amount:
            office.ledger.post(Entry(series="A", day=day, text=text, rows=rows, registered=registered))


def open_year(office: Office, year: AccountingYear, before: AccountingYear, _day: date) -> None:
    """Copy the closing balances of the year before, as they are now, into ``year``."""
    office.ledger.bring_forward(year.id, office.ledger.balances(before.id, result=False))
    if before.closed:
        office.at(year.from_date, partial(_transfer, office, (RESULT, LAST_YEARS_RESULT), "Omföring av resultat"))
        general_meeting = year.from_date + timedelta(days=150)
        if general_meeting <= year.to_date:
            office.at(general_meeting, partial(_transfer, office, (LAST_YEARS_RESULT, RETAINED), "Beslut på årsstämma"))
            office.at(general_meeting, partial(_transfer, office, (TAX_DEBT, BANK), "Betalning av slutlig skatt"))


def _transfer(office: Office, accounts: tuple[int, int], text: str, day: date) -> None:
    source, target = accounts
    amount = office.ledger.balance(office.company.year_of(day).id, source)
    if amount:
        rows = (Row(source, -amount), Row(target, amount))
        office.ledger.post(Entry(series="A", day=day, text=text, rows=rows))
