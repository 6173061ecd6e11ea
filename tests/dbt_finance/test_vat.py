"""The VAT return against what the simulator's companies themselves settled, and the path of ``vat_period`` to dbt."""

import json
import shutil
from collections import defaultdict
from decimal import Decimal
from pathlib import Path
from types import SimpleNamespace

import duckdb
import jinja2
import pytest

from fortnox_assets.settings import load_settings

MACROS = Path(__file__).parents[2] / "dbt_project" / "macros"
# What the sample companies book VAT on, read from the form rather than from the seeds.
BOXES = {2611: "10", 2621: "11", 2631: "12", 2614: "30", 2641: "48", 2645: "48", 2647: "48"}
# What is declared without being tax: turnover by kind, and purchases on which the buyer declares the tax.
TURNOVER = {
    **dict.fromkeys((3001, 3002, 3003, 3520, 3540), "05"),
    3108: "35",
    3105: "36",
    3231: "41",
    3004: "42",
}
PURCHASES = {4515: "20", 4425: "24"}
SETTLEMENT = (1650, 2650)
VAT_MODELS = ("int_vat_periods", "int_vat_rows", "rpt_vat_summary", "int_findings_vat")


def by_box(booked, period):
    """Box amounts by company and period, without the settlement vouchers, which are in series M."""
    found = defaultdict(Decimal)
    for row in booked:
        if row.account in BOXES and row.series != "M":
            box = BOXES[row.account]
            found[row.company, period(row), box] += row.amount if box == "48" else -row.amount
    return {key: amount for key, amount in found.items() if amount}


def test_box_49_is_what_the_company_settled_every_quarter(query, booked):
    settled = defaultdict(Decimal)
    for row in booked:
        if row.series == "M" and row.account in SETTLEMENT:
            settled[row.company, row.quarter] -= row.amount
    sql = """
        select company, declaration_period, declared, settled, difference from books.rpt_vat_summary
        where vat_box = '49' and settled is not null
    """
    rows = query(sql)
    assert len(rows) > 40
    assert {(company, period): declared for company, period, declared, _, _ in rows} == settled
    assert all(declared == stated and difference == 0 for _, _, declared, stated, difference in rows)


def test_every_box_of_every_quarter_is_the_ledgers(query, booked):
    sql = """
        select company, declaration_period, vat_box, exact from books.rpt_vat_summary
        where kind = 'vat' and exact != 0
    """
    found = {tuple(key): amount for *key, amount in query(sql)}
    assert found == by_box(booked, lambda row: row.quarter)


def test_turnover_and_reverse_charge_purchases_of_every_quarter_are_the_ledgers(query, booked):
    expected = defaultdict(Decimal)
    for row in booked:
        if row.account in TURNOVER:
            expected[row.company, row.quarter, TURNOVER[row.account]] -= row.amount
        elif row.account in PURCHASES:
            expected[row.company, row.quarter, PURCHASES[row.account]] += row.amount
    sql = """
        select company, declaration_period, vat_box, exact from books.rpt_vat_summary
        where kind = 'base' and exact != 0
    """
    assert {tuple(key): amount for *key, amount in query(sql)} == {key: each for key, each in expected.items() if each}
    assert {box for _, _, box in expected} == {"05", "20", "24", "35", "36", "41", "42"}


def test_declared_amounts_are_whole_kronor_cut_toward_zero(query):
    rows = query("select exact, declared from books.rpt_vat_summary where vat_box != '49' and exact != 0")
    assert any(exact < 0 and exact != declared for exact, declared in rows)
    assert all(declared == int(exact) for exact, declared in rows)


def test_nothing_is_found_where_every_settlement_is_right(query):
    assert query("select * from books_staging.int_findings_vat") == []


@pytest.fixture(scope="module")
def other_periods(database, dbt, tmp_path_factory):
    """The same books, declared by month, by year and, unnamed, by quarter."""
    path = tmp_path_factory.mktemp("periods") / database.name
    shutil.copy(database, path)
    chosen = {"are_cykel": "month", "bjork_konsult": "year"}
    built = dbt(path, "run", "--quiet", "--select", *VAT_MODELS, **chosen)
    assert built.returncode == 0, built.stdout + built.stderr
    with duckdb.connect(str(path), read_only=True) as connection:
        yield connection


def test_who_declares_by_month_has_the_ledgers_months(other_periods, booked):
    sql = """
        select declaration_period, vat_box, exact from books.rpt_vat_summary
        where company = 'are-cykel' and kind = 'vat' and exact != 0
    """
    found = {("are-cykel", *key): amount for *key, amount in other_periods.execute(sql).fetchall()}
    mine = [row for row in booked if row.company == "are-cykel"]
    assert found == by_box(mine, lambda row: row.month)


def test_who_declares_by_year_has_broken_financial_years(other_periods, booked):
    sql = """
        select declaration_period, vat_box, exact from books.rpt_vat_summary
        where company = 'bjork-konsult' and kind = 'vat' and exact != 0
    """
    found = {("bjork-konsult", *key): amount for *key, amount in other_periods.execute(sql).fetchall()}
    labels = {3: "2023-05/2024-04", 1: "2024-05/2025-04", 2: "2025-05/2026-04", 4: "2026-05/2027-04"}
    mine = [row for row in booked if row.company == "bjork-konsult"]
    assert found == by_box(mine, lambda row: labels[row.year])


def test_who_is_not_named_declares_by_quarter(other_periods):
    sql = "select distinct company, vat_period from books.rpt_vat_summary order by 1"
    assert other_periods.execute(sql).fetchall() == [
        ("are-cykel", "month"),
        ("bjork-konsult", "year"),
        ("cedergrens-bygg", "quarter"),
    ]


def test_the_vat_period_of_every_company_reaches_dbt(tmp_path):
    config = "companies:\n  a: {tenant_id: 1, vat_period: month}\n  b: {tenant_id: 2}\n"
    (tmp_path / "fortnox.yaml").write_text(config, encoding="utf-8")
    passed_on = load_settings({}, tmp_path).subprocess_environment()["FORTNOX_VAT_PERIODS"]
    assert json.loads(passed_on) == {"a": "month", "b": "quarter"}


class RefusedError(Exception):
    pass


def vat_period_of(environment):
    def refuse(message):
        raise RefusedError(message)

    made = jinja2.Environment(loader=jinja2.FileSystemLoader(MACROS), autoescape=False)
    made.globals |= {
        "exceptions": SimpleNamespace(raise_compiler_error=refuse),
        "env_var": environment.get,
        "fromjson": _fromjson,
    }
    return made.get_template("vat_period_of.sql").module.vat_period_of("company").strip()


def _fromjson(text):
    try:
        return json.loads(text)
    except ValueError:
        return None


@pytest.mark.parametrize("environment", [{}, {"FORTNOX_VAT_PERIODS": ""}, {"FORTNOX_VAT_PERIODS": "{}"}])
def test_without_a_choice_everybody_declares_by_quarter(environment):
    assert vat_period_of(environment) == "'quarter'"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ('{"a": "weekly"}', "FORTNOX_VAT_PERIODS: a: found 'weekly'; allowed: month, quarter, year"),
        ("[1]", "FORTNOX_VAT_PERIODS must be a JSON object"),
        ("a=month", "FORTNOX_VAT_PERIODS must be a JSON object"),
    ],
)
def test_a_vat_period_that_does_not_exist_is_refused_in_one_line(text, message):
    with pytest.raises(RefusedError, match=message):
        vat_period_of({"FORTNOX_VAT_PERIODS": text})
