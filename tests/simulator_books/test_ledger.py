from datetime import date
from decimal import Decimal

import pytest

from fortnox_assets.simulator.books.documents import VoucherDocument
from fortnox_assets.simulator.books.ledger import Entry, Row, UnbalancedError


def test_every_voucher_sums_to_zero_over_its_live_rows(books):
    for body in books.vouchers():
        live = [row for row in body["VoucherRows"] if not row["Removed"]]
        assert sum(row["Debit"] - row["Credit"] for row in live) == 0, body
        assert len(live) >= 2


def test_no_row_has_both_sides_or_a_negative_side_or_more_than_two_decimals(books):
    for _, row, _ in books.rows():
        assert row["Debit"] >= 0
        assert row["Credit"] >= 0
        assert not (row["Debit"] and row["Credit"])
        assert row["Debit"].as_tuple().exponent == row["Credit"].as_tuple().exponent == -2


def test_voucher_numbers_run_from_one_without_a_gap_in_every_series_and_year(company, books):
    numbers = {}
    for body in books.vouchers():
        numbers.setdefault((body["Year"], body["VoucherSeries"]), []).append(body["VoucherNumber"])
    assert numbers
    for found in numbers.values():
        assert sorted(found) == list(range(1, len(found) + 1))
    for series in company.of("voucher_series"):
        used = numbers.get((series.body["Year"], series.body["Code"]), [])
        assert series.body["NextVoucherNumber"] == len(used) + 1


def test_a_vouchers_date_lies_in_its_year_and_before_its_registration(company):
    today = company.now().date()
    for document in company.of("vouchers"):
        assert isinstance(document, VoucherDocument)
        day = date.fromisoformat(document.body["TransactionDate"])
        assert company.year(document.body["Year"]).holds(day)
        assert day <= document.registered <= today
        assert document.modified <= company.now()
        assert document.modified.microsecond == 0


def test_registration_dates_never_go_back_inside_a_series(company):
    latest = {}
    for document in sorted(company.of("vouchers"), key=lambda each: each.body["VoucherNumber"]):
        key = document.body["Year"], document.body["VoucherSeries"]
        assert latest.get(key, date.min) <= document.registered
        latest[key] = document.registered


def test_opening_balance_and_rows_make_the_closing_balance_of_every_account(company, books):
    for year in company.years:
        moved = books.moved(year.id)
        for number, account in books.accounts(year.id).items():
            expected = account["BalanceBroughtForward"] + moved.get(number, Decimal(0))
            assert account["BalanceCarriedForward"] == expected, (year.id, number)


def test_result_accounts_start_every_year_at_zero(company, books):
    for year in company.years:
        for number, account in books.accounts(year.id).items():
            assert number < 3000 or account["BalanceBroughtForward"] == 0


def test_assets_equal_equity_liabilities_and_result_in_every_year_that_opened_balanced(company, books):
    for year in company.years:
        opening = sum(company.opening_balances[year.id].values())
        closing = sum(account["BalanceCarriedForward"] for account in books.accounts(year.id).values())
        assert closing == opening


def test_a_closed_years_result_is_on_2099_and_moved_on_in_the_next_year(company, books):
    for year in company.years:
        if not year.closed:
            continue
        moved = books.moved(year.id)
        result = sum(amount for number, amount in moved.items() if 3000 <= number < 8990)
        assert moved[8999] == -result
        assert books.accounts(year.id)[2099]["BalanceCarriedForward"] == result
        following = next(each for each in company.years if (each.from_date - year.to_date).days == 1)
        assert books.accounts(following.id)[2099]["BalanceBroughtForward"] == result
        if following.from_date <= company.now().date():
            assert (
                books.moved(following.id)[2098] in (-Decimal(0), result) or books.moved(following.id)[2099] == -result
            )


def test_opening_balances_follow_from_the_year_before_when_it_was_closed(company, books):
    for year in company.years:
        before = books.year_before(year)
        if before is None or not before.closed:
            continue
        closing = {
            number: account["BalanceCarriedForward"]
            for number, account in books.accounts(before.id).items()
            if number < 3000 and account["BalanceCarriedForward"]
        }
        assert company.opening_balances[year.id] == closing
        assert sum(closing.values()) == 0


def test_bjorks_current_year_has_stale_openings_that_do_not_sum_to_zero(companies, read):
    company = companies["bjork-konsult"]
    books = read(company)
    current = books.current()
    before = books.year_before(current)
    assert not before.closed
    assert sum(company.opening_balances[current.id].values()) != 0
    differing = {
        number
        for number, account in books.accounts(before.id).items()
        if number < 3000 and account["BalanceCarriedForward"] != company.opening_balances[current.id].get(number, 0)
    }
    assert differing == {2990}


def test_struck_rows_stay_with_the_row_that_replaced_them(company, books):
    struck = [body for body in books.vouchers() if any(row["Removed"] for row in body["VoucherRows"])]
    if company.key == "bjork-konsult":
        return
    assert len(struck) >= 3
    for body in struck:
        gone = [row for row in body["VoucherRows"] if row["Removed"]]
        assert all(row["Debit"] or row["Credit"] for row in gone)


def test_a_voucher_that_does_not_balance_is_refused_and_takes_no_number(fresh):
    company = fresh["are-cykel"]
    before = len(company.of("vouchers"))
    entry = Entry(series="A", day=date(2026, 9, 1), text="fel", rows=(Row(1930, Decimal("1.00")),))
    with pytest.raises(UnbalancedError, match=r"differ by 1\.00"):
        company.office.ledger.post(entry)
    assert len(company.of("vouchers")) == before


def test_rows_of_nothing_occur_as_they_do_in_fortnox(books):
    zeros = [row for _, row, amount in books.rows() if row["Account"] == 3740 and amount == 0]
    assert zeros


def test_vat_returns_empty_the_vat_accounts_into_the_settlement_account(company, books):
    returns = [body for body in books.vouchers() if body["VoucherSeries"] == "M"]
    assert len(returns) >= 10
    for body in returns:
        settled = [row for row in body["VoucherRows"] if row["Account"] in (2650, 1650)]
        assert len(settled) == 1
        assert (settled[0]["Debit"] - settled[0]["Credit"]) % 1 == 0
        rounding = [row for row in body["VoucherRows"] if row["Account"] == 3740]
        assert sum(abs(row["Debit"] - row["Credit"]) for row in rounding) < 5
