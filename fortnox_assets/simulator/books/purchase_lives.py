"""What becomes of a supplier invoice: paid, paid in parts, credited, left unattested, cancelled."""

from collections.abc import Sequence
from datetime import date, timedelta
from functools import partial

from fortnox_assets.simulator.books.amounts import ZERO, money, whole
from fortnox_assets.simulator.books.documents import Document
from fortnox_assets.simulator.books.invoice_lives import DRAFT_DAYS, rate_near
from fortnox_assets.simulator.books.office import Office
from fortnox_assets.simulator.books.purchasing import Purchase, book, currency_of, pay, register


def chosen(office: Office, lives: Sequence[str], day: date) -> str:
    """The next of ``lives`` in turn; of the last weeks' invoices every other is unattested, the rest not yet due."""
    turn = office.number("purchase lives")
    if (office.today - day).days < DRAFT_DAYS:
        return "unattested" if turn % 2 else "paid"
    return lives[turn % len(lives)]


def live(office: Office, purchase: Purchase, life: str) -> Document:
    """Register the invoice and let it live; ``life`` is paid, in_parts, credited, cancelled or unattested."""
    invoice = register(office, purchase)
    if life == "cancelled":
        invoice.body.update({"Balance": "0", "Cancelled": True})
        return invoice
    if life == "unattested" and (office.today - purchase.day).days < DRAFT_DAYS:
        return invoice
    book(office, invoice)
    due = max(purchase.day, date.fromisoformat(invoice.body["DueDate"]) - timedelta(days=office.rng.randrange(3)))
    if life == "in_parts":
        office.at(due, partial(_pay_half, office, invoice))
        office.at(due + timedelta(days=30), partial(_pay, office, invoice))
    elif life == "credited":
        office.at(purchase.day + timedelta(days=15), partial(_credited, office, invoice, purchase))
        office.at(due, partial(_pay, office, invoice))
    else:
        office.at(due, partial(_pay, office, invoice))
    if (due - office.today).days in range(1, 15):
        invoice.body["PaymentPending"] = True
    return invoice


def _pay(office: Office, invoice: Document, day: date) -> None:
    if money(invoice.body["Balance"]):
        currency = currency_of(invoice.body)
        pay(office, invoice, day, rate=None if currency.code == "SEK" else rate_near(office, currency.rate))


def _pay_half(office: Office, invoice: Document, day: date) -> None:
    half = whole(money(invoice.body["Balance"]) / 2)
    if half:
        pay(office, invoice, day, amount=half)


def _credited(office: Office, invoice: Document, purchase: Purchase, day: date) -> None:
    """The supplier credits a tenth, and pays it back."""
    refund = Purchase(
        supplier=purchase.supplier,
        day=day,
        account=purchase.account,
        net=ZERO - whole(purchase.net / 10),
        vat_type=purchase.vat_type,
        vat_free=purchase.vat_free,
        currency=purchase.currency,
        cost_center=purchase.cost_center,
        project=purchase.project,
        credits=int(invoice.body["GivenNumber"]),
    )
    credit = register(office, refund)
    book(office, credit)
    office.at(day + timedelta(days=20), partial(_pay, office, credit))
