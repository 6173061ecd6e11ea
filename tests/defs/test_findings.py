"""What is found in the books becomes checks; errors stop what depends on them, warnings do not."""

import json

import dagster as dg
import duckdb
import pytest

from fortnox_assets.cli.failures import failures
from fortnox_assets.cli.failures import found as found_lines
from fortnox_assets.defs.dbt import prepared_manifest
from fortnox_assets.defs.findings import (
    RESTS_ON_NO_ERRORS,
    check_result,
    finding_checks,
    read_findings,
    rests_on,
    seeded_checks,
)

ROWS = [
    ("a", "voucher_unbalanced", "error", "A 2", "1.00"),
    ("b", "voucher_unbalanced", "error", "A | 7", "-2500.00"),
    ("b", "late_registration", "warn", "A 3", "90.00"),
    ("a", "duplicate_suspect", "info", "A 5, A 6", "7.00"),
]


@pytest.fixture
def settings(configured, tmp_path):
    made = configured(None)
    path = tmp_path / "found.duckdb"
    with duckdb.connect(str(path)) as connection:
        connection.execute("create schema fortnox_reporting")
        columns = "company text, check_name text, severity text, object text, value decimal(18, 2)"
        connection.execute(f"create table fortnox_reporting.qa_findings ({columns})")
        connection.executemany("insert into fortnox_reporting.qa_findings values (?, ?, ?, ?, ?)", ROWS)
        connection.execute("alter table fortnox_reporting.qa_findings add column financial_year_id bigint default 1")
        day = "date '2025-01-31'"
        connection.execute(f"alter table fortnox_reporting.qa_findings add column first_seen date default {day}")
    return made.model_copy(update={"duckdb_path": path})


def mart(name):
    return dg.AssetKey(["fortnox_reporting", name])


@pytest.fixture
def run(settings):
    """A run of the checks with an asset that depends on the income statement and one that depends on customers."""
    stubs = [dg.AssetSpec(mart(name)) for name in ("rpt_income_statement", "dim_customer", "qa_findings")]

    @dg.multi_asset(specs=stubs)
    def built():
        for each in stubs:
            yield dg.MaterializeResult(asset_key=each.key)

    @dg.asset(deps=[mart("rpt_income_statement")])
    def board_report():
        return None

    @dg.asset(deps=[mart("dim_customer")])
    def mailing_list():
        return None

    definitions = dg.Definitions(
        assets=[built, board_report, mailing_list],
        asset_checks=finding_checks(settings),
        jobs=[dg.define_asset_job("all", selection=dg.AssetSelection.all() | dg.AssetSelection.all_asset_checks())],
    )
    return definitions.resolve_job_def("all").execute_in_process(raise_on_error=False)


def evaluations(run):
    return {(each.asset_key.path[-1], each.check_name): each for each in run.get_asset_check_evaluations()}


def test_a_finding_fails_its_check_with_its_severity_counts_and_samples(run):
    found = evaluations(run)
    unbalanced = found["fct_general_ledger", "voucher_unbalanced"]
    assert (unbalanced.passed, unbalanced.severity) == (False, dg.AssetCheckSeverity.ERROR)
    assert unbalanced.metadata["findings"].value == 2
    assert unbalanced.metadata["by company"].value == {"a": 1, "b": 1}
    largest = unbalanced.metadata["sample"].value.splitlines()[2]
    assert largest == r"| b | 1 | error | A \| 7 | -2 500.00 | 2025-01-31 |"
    late = found["fct_voucher", "late_registration"]
    assert (late.passed, late.severity) == (False, dg.AssetCheckSeverity.WARN)
    twins = found["fct_voucher", "duplicate_suspect"]
    assert (twins.passed, twins.metadata["findings"].value) == (True, 1)
    assert found["dim_account", "unmapped_account"].passed


def test_an_error_stops_what_depends_on_it_and_a_warning_does_not(run):
    found = evaluations(run)
    stopped = found["rpt_income_statement", RESTS_ON_NO_ERRORS]
    assert (stopped.passed, stopped.description) == (False, "voucher_unbalanced: 2")
    materialized = {each.asset_key.path[-1] for each in run.get_asset_materialization_events()}
    assert "mailing_list" in materialized
    assert "board_report" not in materialized


def test_the_command_line_names_errors_and_counts_no_failure(run):
    assert list(found_lines(run)) == ["fct_general_ledger: voucher_unbalanced: a: 1, b: 1"]
    assert list(failures("reports", run)) == []


def test_every_check_of_the_reports_is_a_check_in_dagster(defined, manifest_of):
    checks = {(each.asset_key.path[-1], each.name) for each in defined().resolve_asset_graph().asset_check_keys}
    assert {(each.about, each.name) for each in seeded_checks()} <= checks
    marts = {each["name"] for each in manifest_of["nodes"].values() if "marts" in each["fqn"]}
    assert {each.about for each in seeded_checks()} <= marts


@pytest.fixture
def manifest_of(configured):
    return json.loads(prepared_manifest(configured(None)).read_text(encoding="utf-8"))


def test_a_statement_rests_on_the_ledger_and_not_on_the_invoices(manifest_of):
    beneath = rests_on(manifest_of, seeded_checks())
    assert {"voucher_unbalanced", "unmapped_account"} <= set(beneath["rpt_income_statement"])
    assert not {"invoice_rows_ne_total", "subledger_ne_ledger"} & set(beneath["rpt_income_statement"])
    assert "invoice_rows_ne_total" in beneath["rpt_sales_by_customer_article_month"]
    assert "qa_findings" not in beneath


def test_nothing_found_is_nothing_failed(settings):
    with duckdb.connect(str(settings.duckdb_path)) as connection:
        connection.execute("delete from fortnox_reporting.qa_findings")
    found = read_findings(settings)
    for each in seeded_checks():
        result = check_result(dg.AssetCheckKey(mart(each.about), each.name), found)
        assert (result.passed, result.metadata["findings"].value) == (True, 0)
