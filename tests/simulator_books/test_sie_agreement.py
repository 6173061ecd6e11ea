import io
from collections import defaultdict
from decimal import Decimal

import pytest

from fortnox_assets.sie import reader, writer
from fortnox_assets.sie.records import BalanceKind, ObjectRef, PeriodKind, TransactionKind


def amounts(document, kind, year_number=0):
    found = (each for each in document.balances if each.kind is kind and each.year_number == year_number)
    return {each.account: each.amount for each in found}


def test_sie_and_vouchers_have_the_same_booked_rows(company, books):
    for year in company.years:
        document = company.sie(year.id, 4)
        in_sie = sorted(
            (voucher.series, voucher.number, row.account, row.amount, str(row.objects))
            for voucher in document.vouchers
            for row in voucher.booked()
        )
        in_api = sorted(
            (
                body["VoucherSeries"],
                body["VoucherNumber"],
                row["Account"],
                amount,
                str(tuple(_refs(row))),
            )
            for body, row, amount in books.rows(year.id)
        )
        assert in_sie == in_api


def _refs(row):

    return [ObjectRef(number, row[name]) for number, name in ((1, "CostCenter"), (6, "Project")) if row[name]]


def test_opening_balance_and_rows_make_the_closing_balance_and_the_result(company, books):
    for year in company.years:
        document, moved = company.sie(year.id, 4), books.moved(year.id)
        opening = amounts(document, BalanceKind.IB)
        for account, closing in amounts(document, BalanceKind.UB).items():
            assert closing == opening[account] + moved.get(account, 0)
        assert amounts(document, BalanceKind.RES) == {key: value for key, value in moved.items() if key >= 3000}
        assert opening == {
            account: company.opening_balances[year.id].get(account, Decimal(0))
            for account in amounts(document, BalanceKind.UB)
        }


def test_the_year_before_is_told_with_its_real_closing_balances(company, books):
    for year in company.years:
        before = books.year_before(year)
        document = company.sie(year.id, 1)
        if before is None:
            assert set(document.identity.years) == {0}
            continue
        assert document.identity.years[-1] == (before.from_date, before.to_date)
        own = company.sie(before.id, 1)
        for kind in (BalanceKind.IB, BalanceKind.UB, BalanceKind.RES):
            assert amounts(document, kind, -1) == amounts(own, kind)


def test_period_changes_add_up_to_the_year_and_objects_to_their_part_of_it(company, books):
    for year in company.years:
        document, moved = company.sie(year.id, 3), books.moved(year.id)
        totals = defaultdict(Decimal)
        for each in document.period_balances:
            if each.kind is PeriodKind.PSALDO and not each.objects:
                totals[each.account] += each.amount
        assert dict(totals) == moved
        parts = defaultdict(Decimal)
        for each in document.period_balances:
            if each.kind is PeriodKind.PSALDO and each.objects:
                parts[each.account] += each.amount
        marked = defaultdict(Decimal)
        for _, row, amount in books.rows(year.id):
            if row["CostCenter"] or row["Project"]:
                marked[row["Account"]] += amount
        assert parts == marked


def test_struck_rows_are_btrans_and_added_rows_rtrans_followed_by_their_twin(companies):
    found = 0
    for year in companies["are-cykel"].years:
        for voucher in companies["are-cykel"].sie(year.id, 4).vouchers:
            rows = voucher.transactions
            for place, row in enumerate(rows):
                if row.kind is TransactionKind.BTRANS:
                    found += 1
                    assert row.signature
                if row.kind is TransactionKind.RTRANS:
                    twin = rows[place + 1]
                    assert twin.kind is TransactionKind.TRANS
                    assert (twin.account, twin.amount, twin.objects) == (row.account, row.amount, row.objects)
    assert found >= 4


def test_the_types_hold_what_they_should(companies):
    company = companies["are-cykel"]
    one, two, three, four = (company.sie(3, sie_type) for sie_type in (1, 2, 3, 4))
    assert not one.period_balances
    assert all(not each.objects for each in two.period_balances)
    assert any(each.kind is PeriodKind.PBUDGET and each.objects for each in three.period_balances)
    assert not three.vouchers
    assert four.vouchers
    assert {each.number for each in four.dimensions} == {1, 6}
    assert four.identity.internal_id == "900001"


def test_the_file_survives_being_written_and_read(company):
    for year in company.years:
        document = company.sie(year.id, 4)
        out = io.BytesIO()
        writer.write(document, out)
        back = reader.read(out.getvalue())
        assert back.vouchers == document.vouchers
        assert back.balances == document.balances
        assert back.period_balances == document.period_balances
        assert not back.tolerances


def test_a_year_that_does_not_exist_is_refused(companies):
    with pytest.raises(KeyError, match="no financial year 99"):
        companies["are-cykel"].sie(99)
