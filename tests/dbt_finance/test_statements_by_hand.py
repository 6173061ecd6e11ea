"""Every statement of the three sample companies, line by line and month by month, against a calculation by hand."""

import io
from collections import defaultdict
from decimal import Decimal

import pytest
import sie_by_hand as hand

from fortnox_assets.sie import writer

KEYS = ("are-cykel", "bjork-konsult", "cedergrens-bygg")
ZERO = Decimal(0)


def served(company, year_id):
    """The bytes Fortnox answers a request for the year's SIE file with."""
    out = io.BytesIO()
    writer.write(company.sie(year_id), out)
    return out.getvalue()


@pytest.fixture(scope="module")
def years(companies):
    """Company -> financial year id -> its file, in order of time."""
    return {
        company.key: {
            each.id: hand.read(served(company, each.id))
            for each in sorted(company.years, key=lambda year: year.from_date)
        }
        for company in companies
    }


def asked(query, sql, key):
    return {tuple(where): amount for *where, amount in query(sql, key) if amount}


def with_amounts(rows):
    return {key: amount for key, amount in rows.items() if amount}


@pytest.mark.parametrize("key", KEYS)
def test_what_was_read_closes_where_the_file_says(years, key):
    for year in years[key].values():
        booked = hand.added(*hand.by_month(year.rows).values())
        assert with_amounts(hand.added(year.openings, booked)) == with_amounts(year.closings)


@pytest.mark.parametrize("key", KEYS)
def test_the_trial_balance_of_every_month(query, years, key):
    expected = {}
    for year_id, year in years[key].items():
        booked = hand.by_month(year.rows)
        sides = defaultdict(Decimal)
        for row in year.rows:
            sides[row.month, row.account, row.amount > 0] += abs(row.amount)
        for account in {*with_amounts(year.openings), *(row.account for row in year.rows)}:
            balance = year.openings.get(account, ZERO)
            for month in year.months:
                change = booked[month].get(account, ZERO)
                debit, credit = sides[month, account, True], sides[month, account, False]
                expected[year_id, month, account] = (balance, debit, credit, change, balance + change)
                balance += change
    sql = """
        select financial_year_id, period, account, opening_balance, debit, credit, net_change, closing_balance
        from books.rpt_trial_balance_period where company = ?
    """
    assert {tuple(row[:3]): tuple(row[3:]) for row in query(sql, key)} == expected


@pytest.mark.parametrize("key", KEYS)
def test_the_income_statement_of_every_month(query, years, key):
    expected = {}
    for year_id, year in years[key].items():
        booked, so_far = hand.by_month(year.rows), {}
        for month in year.months:
            so_far = hand.added(so_far, booked[month])
            lines, total = hand.income_statement(booked[month]), hand.income_statement(so_far)
            expected |= {
                (year_id, month, line): (lines.get(line, ZERO), total.get(line, ZERO)) for line in {*lines, *total}
            }
    sql = """
        select financial_year_id, period, line_code, amount, amount_ytd from books.rpt_income_statement
        where company = ? and (amount != 0 or amount_ytd != 0)
    """
    assert {tuple(row[:3]): tuple(row[3:]) for row in query(sql, key)} == expected


@pytest.mark.parametrize("key", KEYS)
def test_the_last_twelve_months_and_the_same_month_last_year(query, years, key):
    months = {month: year_id for year_id, year in years[key].items() for month in year.months}
    booked = hand.by_month(row for year in years[key].values() for row in year.rows)
    expected = {}
    for month, year_id in months.items():
        window = [hand.shifted(month, -back) for back in range(12)]
        before = hand.income_statement(booked[hand.shifted(month, -12)])
        rolling = hand.income_statement(hand.added(*(booked[each] for each in window)))
        known, complete = hand.shifted(month, -12) in months, set(window) <= set(months)
        for line in ("RR100", "RR201", "RR202", "RR203", "RR299", "RR599"):
            expected[year_id, month, line] = (
                before.get(line, ZERO) if known else None,
                rolling.get(line, ZERO) if complete else None,
            )
    sql = """
        select financial_year_id, period, line_code, amount_same_month_last_year, amount_last_12_months
        from books.rpt_income_statement
        where company = ? and line_code in ('RR100', 'RR201', 'RR202', 'RR203', 'RR299', 'RR599')
    """
    assert {tuple(row[:3]): tuple(row[3:]) for row in query(sql, key)} == expected


@pytest.mark.parametrize("key", KEYS)
def test_the_budget_beside_every_line_of_the_income_statement(query, years, key):
    expected = {}
    for year_id, year in years[key].items():
        of_accounts = defaultdict(dict)
        for (month, account, member), amount in year.budget.items():
            if not member:
                of_accounts[month][account] = amount
        for month, amounts in of_accounts.items():
            lines = hand.income_statement(amounts)
            expected |= {(year_id, month, line): amount for line, amount in lines.items()}
    sql = """
        select financial_year_id, period, line_code, budget from books.rpt_income_statement_comparison
        where company = ?
    """
    assert asked(query, sql, key) == expected


@pytest.mark.parametrize("key", KEYS)
@pytest.mark.parametrize("basis", ["reported", "continuous"])
def test_the_balance_sheet_of_every_month(query, years, key, basis):
    expected, carried = {}, None
    for year_id, year in years[key].items():
        openings = year.openings
        if basis == "continuous" and carried is not None:
            openings = {account: amount for account, amount in carried.items() if account < 3000}
        booked, so_far = hand.by_month(year.rows), {}
        for month in year.months:
            so_far = hand.added(so_far, booked[month])
            lines = hand.balance_sheet(openings, so_far)
            expected |= {(year_id, hand.last_day(month), line): amount for line, amount in lines.items()}
        carried = hand.added(openings, so_far)
    sql = f"""
        select financial_year_id, as_of_date, line_code, amount from books.rpt_balance_sheet
        where company = ? and basis = '{basis}'
    """
    assert asked(query, sql, key) == expected
    assert len(expected) > 300


@pytest.mark.parametrize("key", KEYS)
def test_the_balance_sheet_by_account(query, years, key):
    expected = {}
    for year_id, year in years[key].items():
        booked, so_far = hand.by_month(year.rows), {}
        for month in year.months:
            so_far = hand.added(so_far, booked[month])
            for account, amount in hand.added(year.openings, so_far).items():
                if account < 3000:
                    signed = amount if account < 2000 else -amount
                    expected[year_id, hand.last_day(month), hand.LINE_OF[account], account] = signed
    sql = """
        select financial_year_id, as_of_date, line_code, account, amount from books.rpt_balance_sheet_account
        where company = ? and basis = 'reported'
    """
    assert asked(query, sql, key) == with_amounts(expected)


@pytest.mark.parametrize("key", KEYS)
def test_the_cash_flow_of_every_month(query, years, key):
    expected = {}
    for year_id, year in years[key].items():
        booked = hand.by_month(year.rows)
        cash = sum((year.openings.get(account, ZERO) for account in hand.CASH), ZERO)
        for month in year.months:
            lines = hand.cash_flow(booked[month])
            lines |= {"opening_cash": cash, "closing_cash": cash + lines.get("total", ZERO)}
            cash = lines["closing_cash"]
            expected |= {(year_id, month, line): amount for line, amount in lines.items() if amount}
    sql = "select financial_year_id, period, line, amount from books.rpt_cash_flow where company = ?"
    assert asked(query, sql, key) == expected


@pytest.mark.parametrize("key", KEYS)
@pytest.mark.parametrize("dimension", ["cost_center", "project"])
def test_the_income_statement_of_every_member(query, years, key, dimension):
    expected = {}
    for year_id, year in years[key].items():
        of_member = defaultdict(list)
        for row in year.rows:
            of_member[getattr(row, dimension)].append(row)
        for member, rows in of_member.items():
            for month, booked in hand.by_month(rows).items():
                lines = hand.income_statement(booked)
                expected |= {(year_id, month, member, line): amount for line, amount in lines.items()}
    sql = f"""
        select financial_year_id, period, {dimension}, line_code, amount
        from books.rpt_income_statement_by_{dimension} where company = ?
    """
    assert asked(query, sql, key) == expected


def test_the_group_before_eliminations(query, years):
    booked = hand.by_month(row for key in KEYS[:2] for year in years[key].values() for row in year.rows)
    expected = {
        (month, line): amount
        for month, amounts in booked.items()
        for line, amount in hand.income_statement(amounts).items()
    }
    found = query("select period, line_code, companies_amount from books.rpt_group_income_statement")
    assert {(month, line): amount for month, line, amount in found if amount} == expected
