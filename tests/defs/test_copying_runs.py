"""One partition through the real Dagster, from a simulated Fortnox on a socket into a real DuckDB file."""

import os

import dagster as dg
import pytest

from fortnox_assets.cli.sync import QUIET
from fortnox_assets.defs.jobs import BUILD_REPORTS
from fortnox_assets.simulator.faults import Fault

INVOICES = ("are-cykel", 2026)


def metadata_of(result: dg.ExecuteInProcessResult, table: str) -> dict[str, object]:
    (event,) = [
        each
        for each in result.get_asset_materialization_events()
        if each.asset_key == dg.AssetKey(["fortnox_raw", table])
    ]
    return {name: each.value for name, each in event.step_materialization_data.materialization.metadata.items()} | {
        "partition": event.partition
    }


@pytest.fixture(scope="module")
def invoices(desk):
    result = desk.copy(*INVOICES, "invoices")
    assert result.success
    return metadata_of(result, "invoices")


def in_the_year(desk, company: str, year: int) -> int:
    bodies = (each.body for each in desk.company(company).of("invoices"))
    return sum(each["InvoiceDate"].startswith(str(year)) for each in bodies)


def test_the_stored_rows_are_those_of_the_partition(desk, invoices):
    expected = in_the_year(desk, *INVOICES)
    assert expected > 0
    assert invoices["rows"] == invoices["dagster/partition_row_count"] == expected
    stored = desk.query("select company, financial_year, count(*) from fortnox_raw.invoices group by all")
    assert stored == [("are-cykel", 2026, expected)]


def test_a_materialisation_tells_what_it_took(invoices):
    # Each invoice's rows take one request of its own; listing took at least one.
    assert invoices["requests"] > invoices["details"] == invoices["rows"]
    assert invoices["retries"] == invoices["rate limited (429)"] == 0
    assert invoices["seconds waited"] >= 0
    assert invoices["bytes received"] > 1000
    assert invoices["unknown fields"] == {}
    assert invoices["unparsed values"] == invoices["hidden by a missing right"] == 0


def test_a_materialisation_tells_where_its_rows_are(invoices):
    assert invoices["dagster/table_name"] == "fortnox.fortnox_raw.invoices"
    assert invoices["dagster/storage_kind"] == "duckdb"
    assert invoices["partition"] == "are-cykel|2026"


def test_columns_are_described_alike_before_and_after_the_run(desk, invoices):
    defined = desk.definitions.resolve_asset_graph().get(dg.AssetKey(["fortnox_raw", "invoices"]))
    assert invoices["dagster/column_schema"] == defined.metadata["dagster/column_schema"]


def test_retries_are_counted(desk):
    desk.simulator.faults.script(Fault.SERVER_ERROR, "/3/customers", times=1)
    result = desk.copy("are-cykel", None, "customers")
    assert result.success
    assert metadata_of(result, "customers")["retries"] == 1


def test_a_year_the_company_has_not_got_is_an_empty_partition(desk):
    result = desk.copy("bjork-konsult", 2022, "invoices")
    assert result.success
    metadata = metadata_of(result, "invoices")
    assert metadata["rows"] == metadata["dagster/partition_row_count"] == 0
    assert desk.instance.get_materialized_partitions(dg.AssetKey(["fortnox_raw", "invoices"])) >= {"bjork-konsult|2022"}


def test_an_empty_year_of_the_ledger_is_empty_too(desk):
    result = desk.copy("bjork-konsult", 2022, "sie_vouchers", "vouchers")
    assert result.success
    assert metadata_of(result, "sie_vouchers")["rows"] == metadata_of(result, "vouchers")["rows"] == 0


def test_the_tables_of_one_sie_file_can_be_copied_one_by_one(desk):
    result = desk.copy("are-cykel", 2025, "sie_accounts")
    assert result.success
    assert {each.asset_key.path[1] for each in result.get_asset_materialization_events()} == {"sie_accounts"}


def test_partitions_are_replaced_and_leave_their_neighbours_alone(desk, invoices):
    before = desk.query("select count(*) from fortnox_raw.invoices where financial_year = 2026")
    desk.copy("are-cykel", 2025, "invoices")
    desk.copy("are-cykel", 2025, "invoices")
    assert desk.query("select count(*) from fortnox_raw.invoices where financial_year = 2026") == before
    assert desk.query("select count(*) from fortnox_raw.invoices where financial_year = 2025") == [
        (in_the_year(desk, "are-cykel", 2025),)
    ]


def test_a_failure_is_one_line_is_not_tried_again_and_keeps_the_rows(desk, invoices):
    desk.simulator.tokens.consents.discard(900001)
    result = desk.copy(*INVOICES, "invoices")
    desk.simulator.tokens.consents.add(900001)
    (failure,) = [each for each in result.all_events if each.event_type == dg.DagsterEventType.STEP_FAILURE]
    told = failure.step_failure_data.user_failure_data.description
    assert "are-cykel" in told
    assert "\n" not in told
    assert not any(each.event_type == dg.DagsterEventType.STEP_UP_FOR_RETRY for each in result.all_events)
    assert desk.query("select count(*) from fortnox_raw.invoices where financial_year = 2026") == [(invoices["rows"],)]


def test_a_table_made_by_dbt_tells_its_rows_and_the_database_is_free_again(desk, monkeypatch):
    table, view = ["seed_vat_account_map", "stg_fortnox__financial_years"]
    # dbt is told of the database by variables, which must not outlive the test.
    for name in desk.settings.subprocess_environment():
        monkeypatch.setenv(name, os.environ.get(name, ""))
    result = desk.definitions.resolve_job_def(BUILD_REPORTS).execute_in_process(
        run_config=QUIET,
        instance=desk.instance,
        asset_selection=[dg.AssetKey(["fortnox_reporting_staging", each]) for each in (table, view)],
    )
    counts = {
        event.asset_key.path[1]: event.step_materialization_data.materialization.metadata.get("dagster/row_count")
        for event in result.get_asset_materialization_events()
    }
    ((rows,),) = desk.query(f"select count(*) from fortnox_reporting_staging.{table}")
    assert rows > 0
    assert counts == {table: dg.IntMetadataValue(rows), view: None}
    assert desk.copy("are-cykel", None, "customers").success
