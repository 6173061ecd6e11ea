import importlib.util
from datetime import date
from decimal import Decimal
from pathlib import Path

import dagster as dg
import pytest

from fortnox_assets.catalogue import COPIED
from fortnox_assets.catalogue.endpoint import Listing

DOCS = Path(__file__).parents[2] / "docs"
KEYS = ("are-cykel", "bjork-konsult", "cedergrens-bygg")
LEDGER = """
select company, financial_year_id, voucher_series, voucher_number, transaction_date, account, debit, credit, amount,
    cost_center, project, row_text, voucher_text, reference_type, reference_number
from fortnox_reporting.fct_general_ledger
where company = 'cedergrens-bygg'
order by all
"""


def test_every_document_is_stored_once(by_sie):
    for name, endpoint in COPIED.items():
        if not endpoint.default or endpoint.listing is Listing.SINGLETON:
            continue
        for key, company in by_sie.companies.items():
            ((stored,),) = by_sie.query(f"select count(*) from fortnox_raw.{name} where company = ?", key)
            assert (name, key, stored) == (name, key, len(company.documents.get(name, ())))


def test_nothing_is_stored_twice(by_sie):
    for name, endpoint in COPIED.items():
        key = ", ".join(f'"{each}"' for each in endpoint.key)
        if not key:
            continue
        ((twice,),) = by_sie.query(
            f"select count(*) from (select company, {key} from fortnox_raw.{name} group by all having count(*) > 1)"
        )
        assert (name, twice) == (name, 0)


def test_both_ledger_sources_give_the_same_ledger(by_sie, by_vouchers):
    from_sie, from_vouchers = by_sie.query(LEDGER), by_vouchers.query(LEDGER)
    assert len(from_sie) > 300
    assert from_sie == from_vouchers


@pytest.mark.parametrize(("source", "key"), [*(("by_sie", key) for key in KEYS), ("by_vouchers", "cedergrens-bygg")])
def test_the_trial_balance_closes_where_the_company_does(request, source, key):
    made = request.getfixturevalue(source)
    company = made.companies[key]
    compared = 0
    for year in company.years:
        document = company.sie(year.id, 4)
        closing = {
            each.account: each.amount
            for each in document.balances
            if each.kind in ("UB", "RES") and each.year_number == 0
        }
        reported = dict(
            made.query(
                "select account, closing_balance from fortnox_reporting.rpt_trial_balance_year "
                "where company = ? and financial_year_id = ?",
                key,
                year.id,
            )
        )
        for account, amount in closing.items():
            assert (year.id, account, reported.get(account, Decimal(0))) == (year.id, account, amount)
            compared += 1
        assert {account for account, amount in reported.items() if amount} <= set(closing)
    assert compared > 50


@pytest.mark.parametrize("source", ["by_sie", "by_vouchers"])
def test_every_balance_sheet_balances(request, source):
    rows = request.getfixturevalue(source).query(
        "select company, financial_year_id, as_of_date, basis, "
        "sum(case when line_code = 'BA999' then amount end), sum(case when line_code = 'BE999' then amount end) "
        "from fortnox_reporting.rpt_balance_sheet group by all"
    )
    assert len(rows) > 100
    assert [row for row in rows if row[4] != row[5]] == []


def test_the_result_of_every_year_is_minus_the_sum_of_its_result_accounts(by_sie):
    rows = by_sie.query(
        """
        select s.company, s.financial_year_id, s.amount_ytd, -coalesce(l.amount, 0)
        from (
            select company, financial_year_id, arg_max(amount_ytd, period) as amount_ytd
            from fortnox_reporting.rpt_income_statement where line_code = 'RR599' group by all
        ) as s
        left join (
            select company, financial_year_id, sum(amount) as amount from fortnox_reporting.fct_general_ledger
            where account between 3000 and 8989 group by all
        ) as l using (company, financial_year_id)
        """
    )
    assert len(rows) >= 10
    assert [row for row in rows if row[2] != row[3]] == []


def test_a_second_sync_changes_no_row(by_sie):
    stored = "select * exclude (_loaded_at, _run_id) from fortnox_raw.{} order by all"
    before = {table: by_sie.query(stored.format(table)) for table in ("sie_vouchers", "vouchers", "accounts")}
    outcome = by_sie.sync_ledger(companies=("are-cykel",), reports=False)
    assert outcome.troubles == []
    for table, rows in before.items():
        assert rows
        assert by_sie.query(stored.format(table)) == rows


def test_runs_and_their_partitions_are_in_dagster_home(by_sie):
    with dg.DagsterInstance.from_config(str(by_sie.settings.state_dir / "dagster")) as instance:
        stored = instance.get_materialized_partitions(dg.AssetKey(["fortnox_raw", "sie_vouchers"]))
        jobs = {run.job_name for run in instance.get_runs()}
    cells = {
        (key, date.fromisoformat(year.body["FromDate"]).year)
        for key in KEYS
        for year in by_sie.companies[key].of("financial_years")
    }
    assert stored == {f"{company}|{label}" for company, label in cells}
    assert jobs == {"sync_registers", "sync_financial_year", "build_reports"}


def test_the_pictures_of_the_docs_show_what_the_tables_say(by_sie):
    spec = importlib.util.spec_from_file_location("docs_pictures", DOCS / "pictures.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    drawn = module.pictures(by_sie.query)
    shown = {path.name: path.read_text(encoding="utf-8") for path in (DOCS / "images").glob("*.svg")}
    assert drawn == shown, "draw them again: make pictures"
