"""Mistakes and how they are put right: rows struck and added, or a voucher that turns the first one around."""

from datetime import date, timedelta
from decimal import Decimal
from functools import partial

from fortnox_assets.simulator.books.amounts import money
from fortnox_assets.simulator.books.ledger import Entry, Row, VoucherKey
from fortnox_assets.simulator.books.office import Office

WRONG, RIGHT, BANK = 6110, 5460, 1930


def struck_row(office: Office, cost_center: str, day: date) -> None:
    """Book material on the wrong account and strike the row a week later."""
    amount = money(office.rng.randrange(200, 4000))
    key = _post(office, day, "Inköp material", amount, cost_center)
    office.at(day + timedelta(days=7), partial(_strike, office, key, Row(RIGHT, amount, cost_center)))


def _strike(office: Office, key: VoucherKey, right: Row, day: date) -> None:
    office.ledger.change_rows(key, strike=(0,), add=(right,), changed_on=day)
    voucher = office.ledger.voucher(key)
    voucher.modified = max(voucher.modified, office.moment(day))


def turned_around(office: Office, cost_center: str, day: date) -> None:
    """Book something twice and turn the second voucher around with a third."""
    amount = money(office.rng.randrange(200, 4000))
    _post(office, day, "Kontorsmateriel", amount, cost_center)
    key = _post(office, day, "Kontorsmateriel", amount, cost_center)
    office.at(day + timedelta(days=5), partial(_turn, office, key, amount, cost_center))


def _turn(office: Office, key: VoucherKey, amount: Decimal, cost_center: str, day: date) -> None:
    rows = (Row(WRONG, -amount, cost_center), Row(BANK, amount))
    text = f"Rättelse av verifikation {key.series} {key.number}"
    office.ledger.post(Entry(series="A", day=day, text=text, rows=rows, comments="Dubbelbokförd"))


def _post(office: Office, day: date, text: str, amount: Decimal, cost_center: str) -> VoucherKey:
    rows = (Row(WRONG, amount, cost_center, text=text), Row(BANK, -amount))
    return office.ledger.post(Entry(series="A", day=day, text=text, rows=rows))
