"""What people do in Fortnox between two syncs arrives, whatever it is and in whatever order."""

from decimal import Decimal
from random import Random

import pytest

from fortnox_assets.simulator.company import NotAllowedError, Row

BY_SIE = ("customers", "invoices", "invoice_payments", "vouchers", "accounts", "sie")
BY_VOUCHERS = ("customers", "invoices", "vouchers")


def edit_voucher(company, draw):
    vouchers = [each.body for each in company.of("vouchers") if each.body["VoucherSeries"] == "A"]
    body = draw.choice(vouchers)
    live = [place for place, row in enumerate(body["VoucherRows"]) if not row["Removed"] and row["Debit"]]
    place = draw.choice(live)
    amount = body["VoucherRows"][place]["Debit"]
    company.edit_voucher(body["Year"], "A", body["VoucherNumber"], strike=[place], add=[Row(5460, amount, "")])


def delete_last_voucher(company, draw):
    year = max(company.years, key=lambda each: each.from_date)
    company.delete_last_voucher(year.id, draw.choice(["A", "B"]))


def delete_customer(company, draw):
    used = {each.body["CustomerNumber"] for each in company.of("invoices")}
    numbers = [each.body["CustomerNumber"] for each in company.of("customers")]
    company.delete_customer(draw.choice([number for number in numbers if number not in used] or numbers))


def add_invoice(company, draw):
    number = draw.choice(company.of("customers")).body["CustomerNumber"]
    company.add_invoice(number, Decimal(draw.randrange(100, 9000)))


def _some_invoice(company, draw):
    return draw.choice(company.of("invoices")[-12:]).body["DocumentNumber"]


def book_invoice(company, draw):
    company.book_invoice(_some_invoice(company, draw))


def pay_invoice(company, draw):
    unpaid = [each.body for each in company.of("invoices") if each.body["Booked"] and each.body["Balance"] > 0]
    if unpaid:
        company.pay_invoice(draw.choice(unpaid)["DocumentNumber"])


def cancel_invoice(company, draw):
    company.cancel_invoice(_some_invoice(company, draw))


MUTATIONS = (
    edit_voucher,
    delete_last_voucher,
    delete_customer,
    add_invoice,
    add_invoice,
    book_invoice,
    pay_invoice,
    cancel_invoice,
)


def mutate(company, draw):
    """One to four changes that are allowed; answers how many."""
    wanted, done = draw.randrange(1, 5), 0
    while done < wanted:
        try:
            draw.choice(MUTATIONS)(company, draw)
        except (NotAllowedError, KeyError, IndexError):
            continue
        done += 1
    return done


SYNCS = [
    pytest.param("sie", ("customers", "invoices", "invoice_payments", "vouchers"), 5, 1, id="registers and documents"),
    pytest.param("sie", ("vouchers", "accounts", "sie"), 3, 2, id="ledger by SIE"),
    pytest.param("vouchers", ("invoices", "vouchers"), 4, 3, id="ledger by vouchers"),
]


@pytest.mark.parametrize(("ledger", "names", "rounds", "seed"), SYNCS)
def test_after_every_sync_the_tables_are_what_fortnox_has(place, ledger, names, rounds, seed):
    copy, draw = place.copy(ledger=ledger), Random(seed)
    copy.sync(*names)
    tables = [name for name in names if name != "sie"] + (["sie_vouchers", "sie_balances"] if "sie" in names else [])
    ever = {name: copy.keys(name, deleted=False) for name in names if name != "sie"}
    changed = 0
    for _ in range(rounds):
        copy.later(hours=draw.choice([1, 3, 30]))
        changed += mutate(place.company, draw)
        copy.sync(*names)
        truth = place.truth(copy, *names)
        for table in tables:
            assert copy.rows(table) == truth.rows(table), table
        for name, keys in ever.items():
            keys.update(copy.keys(name, deleted=False))
            assert copy.keys(name, deleted=True) == keys - truth.keys(name, deleted=False), name
    assert changed >= rounds
