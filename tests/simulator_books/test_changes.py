from datetime import datetime, timedelta
from decimal import Decimal

import pytest

from fortnox_assets.simulator.company import NotAllowedError, Row, UnbalancedError

LATER = datetime(2026, 9, 30, 15, 30, 1)  # noqa: DTZ001 - Fortnox's own times have no zone


@pytest.fixture
def cykel(fresh):
    company = fresh["are-cykel"]
    company.now = lambda: LATER
    return company


def balance(company, account, year_id=4):
    bodies = (each.body for each in company.of("accounts"))
    return next(body for body in bodies if (body["Year"], body["Number"]) == (year_id, account))[
        "BalanceCarriedForward"
    ]


def manual_voucher(company):
    return next(
        each
        for each in company.of("vouchers")
        if each.body["Year"] == 4 and each.body["Description"] == "Kontorsmateriel"
    )


def test_editing_a_voucher_strikes_a_row_adds_another_and_moves_the_balances(cykel):
    body = manual_voucher(cykel).body
    amount = body["VoucherRows"][0]["Debit"]
    before = balance(cykel, 6110), balance(cykel, 5460)
    edited = cykel.edit_voucher(4, "A", body["VoucherNumber"], strike=[0], add=[Row(5460, amount, "VERK")])
    assert [row["Removed"] for row in edited.body["VoucherRows"]] == [True, False, False]
    assert (balance(cykel, 6110), balance(cykel, 5460)) == (before[0] - amount, before[1] + amount)
    assert edited.modified == LATER
    assert cykel.revision == 1


def test_an_edit_that_does_not_balance_changes_nothing(cykel):
    voucher = manual_voucher(cykel)
    with pytest.raises(UnbalancedError):
        cykel.edit_voucher(4, "A", voucher.body["VoucherNumber"], strike=[0])
    assert not any(row["Removed"] for row in voucher.body["VoucherRows"])
    assert cykel.revision == 0


def test_a_voucher_in_a_locked_period_cannot_be_edited(cykel):
    with pytest.raises(NotAllowedError, match="locked"):
        cykel.edit_voucher(3, "A", 1)


def test_the_number_of_a_deleted_last_voucher_is_used_again(cykel):
    last = cykel.delete_last_voucher(4, "A")
    assert not [each for each in cykel.of("vouchers") if _key(each.body) == tuple(last)]
    again = cykel.delete_last_voucher(4, "A")
    assert again.number == last.number - 1
    series = next(
        each.body for each in cykel.of("voucher_series") if (each.body["Year"], each.body["Code"]) == (4, "A")
    )
    assert series["NextVoucherNumber"] == again.number


def _key(body):
    return body["Year"], body["VoucherSeries"], body["VoucherNumber"]


def test_deleting_takes_the_vouchers_amounts_back(cykel):
    newest = max(
        (each.body for each in cykel.of("vouchers") if each.body["Year"] == 4 and each.body["VoucherSeries"] == "A"),
        key=lambda body: body["VoucherNumber"],
    )
    row = newest["VoucherRows"][0]
    before = balance(cykel, row["Account"])
    cykel.delete_last_voucher(4, "A")
    assert balance(cykel, row["Account"]) != before


def test_an_invoice_can_be_made_booked_and_paid(cykel):
    invoice = cykel.add_invoice("1", Decimal("1000.00"))
    number = invoice.body["DocumentNumber"]
    assert (invoice.body["Total"], invoice.body["Booked"]) == (Decimal("1250.00"), False)
    before = balance(cykel, 1510)
    cykel.book_invoice(number)
    assert balance(cykel, 1510) == before + 1250
    cykel.pay_invoice(number, Decimal("250.00"))
    assert invoice.body["Balance"] == 1000
    payment = cykel.pay_invoice(number)
    assert invoice.body["Balance"] == 0
    assert invoice.body["FinalPayDate"] == "2026-09-30"
    assert balance(cykel, 1510) == before
    assert invoice.modified == payment.modified == LATER
    assert cykel.revision == 4


def test_only_an_invoice_that_is_not_booked_can_be_cancelled(cykel):
    invoice = cykel.add_invoice("1", Decimal("80.00"))
    cykel.cancel_invoice(invoice.body["DocumentNumber"])
    assert invoice.body["Cancelled"]
    assert invoice.body["Balance"] == 0
    with pytest.raises(NotAllowedError):
        cykel.book_invoice(invoice.body["DocumentNumber"])
    booked = next(each for each in cykel.of("invoices") if each.body["Booked"])
    with pytest.raises(NotAllowedError, match="credit it instead"):
        cykel.cancel_invoice(booked.body["DocumentNumber"])


def test_a_deleted_customer_is_gone_and_its_invoices_stay(cykel):
    invoices = len(cykel.of("invoices"))
    cykel.delete_customer("3")
    assert "3" not in {each.body["CustomerNumber"] for each in cykel.of("customers")}
    assert len(cykel.of("invoices")) == invoices
    with pytest.raises(KeyError, match="no customers"):
        cykel.delete_customer("3")


def test_changes_show_in_the_sie_file(cykel):
    cykel.now = lambda: LATER + timedelta(seconds=5)
    before = len(cykel.sie(4).vouchers)
    cykel.book_invoice(cykel.add_invoice("2", Decimal("40.00")).body["DocumentNumber"])
    document = cykel.sie(4)
    assert len(document.vouchers) == before + 1
    assert document.identity.generated == LATER.date()
