"""What becomes of an invoice: paid in time, late, in parts, short, credited, never, forgotten as a draft."""

from collections.abc import Callable, Sequence
from datetime import date, timedelta
from decimal import Decimal
from functools import partial

from fortnox_assets.simulator.books.amounts import ZERO, money, whole
from fortnox_assets.simulator.books.documents import Document
from fortnox_assets.simulator.books.office import Office
from fortnox_assets.simulator.books.receipts import Receipt, receive, set_off
from fortnox_assets.simulator.books.sales import Sale, book, cancel, create, credit, currency_of

BAD_DEBT = 6351
DRAFT_DAYS = 25

Life = Callable[[Office, Document, date], None]


def rate_near(office: Office, rate: Decimal) -> Decimal:
    """A currency rate within two per cent of ``rate``."""
    return (rate * Decimal(office.rng.randrange(9800, 10200)) / 10000).quantize(Decimal("0.0001"))


def _pay(office: Office, invoice: Document, day: date, *, share: Decimal = Decimal(1), short: Decimal = ZERO) -> None:
    balance = invoice.body["Balance"]
    if balance <= short:
        return
    amount = balance if share == 1 else min(whole(balance * share), balance)
    currency = currency_of(invoice.body)
    rate = None if currency.code == "SEK" else rate_near(office, currency.rate)
    receive(office, invoice, Receipt(day=day, amount=amount - short, write_off=short, rate=rate))


def _due(invoice: Document) -> date:
    return date.fromisoformat(invoice.body["DueDate"])


def _in_time(office: Office, invoice: Document, day: date) -> None:
    when = max(day, _due(invoice) + timedelta(days=office.rng.randrange(-5, 4)))
    office.at(when, partial(_pay, office, invoice))


def _late(office: Office, invoice: Document, _: date) -> None:
    delay = office.rng.randrange(12, 75)
    office.at(_due(invoice) + timedelta(days=10), partial(_remind, office, invoice))
    office.at(_due(invoice) + timedelta(days=delay), partial(_pay, office, invoice))


def _in_parts(office: Office, invoice: Document, _: date) -> None:
    office.at(_due(invoice), partial(_pay, office, invoice, share=Decimal("0.4")))
    office.at(_due(invoice) + timedelta(days=75), partial(_pay, office, invoice))


def _short(office: Office, invoice: Document, _: date) -> None:
    office.at(_due(invoice), partial(_pay, office, invoice, short=money(office.rng.randrange(1, 3))))


def _credited(office: Office, invoice: Document, day: date) -> None:
    office.at(day + timedelta(days=12), partial(_credit_and_set_off, office, invoice))


def _credit_and_set_off(office: Office, invoice: Document, day: date) -> None:
    set_off(office, credit(office, invoice, day), invoice, day)


def _paid_and_credited(office: Office, invoice: Document, day: date) -> None:
    """The customer pays and is credited afterwards; it takes four months until the money goes back."""
    _in_time(office, invoice, day)
    office.at(_due(invoice) + timedelta(days=20), partial(_credit, office, invoice))


def _credit(office: Office, invoice: Document, day: date) -> None:
    document = credit(office, invoice, day)
    office.at(day + timedelta(days=120), partial(_pay_back, office, document))


def _pay_back(office: Office, document: Document, day: date) -> None:
    receive(office, document, Receipt(day=day, amount=document.body["Balance"]))


def _never(office: Office, invoice: Document, _: date) -> None:
    due = _due(invoice)
    office.at(due + timedelta(days=10), partial(_remind, office, invoice))
    office.at(due + timedelta(days=40), partial(_remind, office, invoice))
    office.at(due + timedelta(days=210), partial(_write_off, office, invoice))


def _remind(office: Office, invoice: Document, day: date) -> None:
    if invoice.body["Balance"] > 0:
        invoice.body["Reminders"] += 1
        invoice.body["LastRemindDate"] = day.isoformat()
        invoice.modified = max(invoice.modified, office.moment(day))


def _write_off(office: Office, invoice: Document, day: date) -> None:
    if balance := invoice.body["Balance"]:
        receive(office, invoice, Receipt(day=day, amount=ZERO, write_off=balance, write_off_account=BAD_DEBT))


def _promised(office: Office, invoice: Document, day: date) -> None:
    """A payment is registered but not yet booked: the claim stays as it was."""
    receive(office, invoice, Receipt(day=day, amount=invoice.body["Balance"], booked=False))


LIVES: dict[str, Life] = {
    "in_time": _in_time,
    "late": _late,
    "in_parts": _in_parts,
    "short": _short,
    "credited": _credited,
    "paid_and_credited": _paid_and_credited,
    "never": _never,
    "promised": _promised,
}


def chosen(office: Office, lives: Sequence[str], day: date) -> str:
    """The next of ``lives`` in turn; what happened lately is partly still open, however few invoices there are."""
    turn, months_ago = office.number("lives"), (office.today - day).days // 30
    lately = ("draft", "in_time", "in_parts", "never", "paid_and_credited")
    if months_ago < len(lately) and turn % (1 + office.number("lately") // 20) == 0:
        return lately[months_ago]
    return lives[turn % len(lives)]


def live(office: Office, sale: Sale, life: str) -> Document:
    """Make the invoice and let it live; ``cancelled`` and ``draft`` are never booked, drafts exist only lately."""
    invoice = create(office, sale)
    if life == "cancelled":
        cancel(office, invoice, sale.day)
    elif life == "draft" and (office.today - sale.day).days < DRAFT_DAYS:
        invoice.body["Sent"] = False
    else:
        book(office, invoice)
        LIVES.get(life, _in_time)(office, invoice, sale.day)
    return invoice
