"""The whole line: simulated Fortnox, Dagster, both warehouses, dbt twice, and the same figures to the öre."""

import io
import os
from dataclasses import dataclass, field

import dagster as dg
import pytest
import yaml
from rich.console import Console

from fortnox_assets.catalogue.sie_tables import SIE_TABLES
from fortnox_assets.cli.demo import demo_environment, unlimited_simulator
from fortnox_assets.cli.display import SyncDisplay
from fortnox_assets.cli.instance import dagster_instance
from fortnox_assets.cli.report import print_statements
from fortnox_assets.cli.sync import QUIET, Request, Sync
from fortnox_assets.connections import Connections
from fortnox_assets.definitions import build_definitions
from fortnox_assets.defs.dbt import dbt_resource, reporting_assets
from fortnox_assets.settings import Settings, load_settings
from fortnox_assets.simulator.sample_companies import sample_companies
from fortnox_assets.simulator.server import background
from fortnox_assets.warehouse.chosen import chosen_warehouse

pytestmark = pytest.mark.skipif(
    not os.environ.get("BIGQUERY_LINE"), reason="takes ten minutes on two cores: make test-bigquery runs it"
)

COMPANY = "bjork-konsult"
COPIED = (
    *("accounts", "company_information", "cost_centers", "financial_years", "projects", "voucher_series", "vouchers"),
    *(table.name for table in SIE_TABLES),
)
FIGURES = {
    "fct_general_ledger": "company, financial_year_id, voucher_series, voucher_number, account, amount, row_text",
    "rpt_trial_balance_year": "company, financial_year_id, account, opening_balance, closing_balance",
    "rpt_trial_balance_period": "company, financial_year_id, period, account, opening_balance, net_change",
    "rpt_income_statement": "company, financial_year_id, period, line_code, amount, amount_ytd",
    "rpt_balance_sheet": "company, financial_year_id, as_of_date, basis, line_code, amount",
}


@dataclass(frozen=True, kw_only=True)
class Line:
    """One warehouse's settings, synced and asked."""

    settings: Settings
    metadata: dict = field(default_factory=dict)

    def run(self):
        """Copies the ledger and builds the reports that are compared, each by Dagster; what failed."""
        with (
            Connections(self.settings) as connections,
            SyncDisplay(Console(quiet=True), self.settings) as display,
            pytest.MonkeyPatch.context() as patch,
        ):
            # A test that compares with a report that is not built here has nothing to compare with.
            patch.setenv("DBT_INDIRECT_SELECTION", "cautious")
            patch.setenv("DAGSTER_HOME", str(self.settings.state_dir / "dagster"))
            for name, value in self.settings.subprocess_environment().items():
                patch.setenv(name, value)
            with dagster_instance(self.settings) as instance:
                definitions = build_definitions(self.settings, display)
                request = Request(endpoints=COPIED, reports=False)
                copied = Sync(self.settings, definitions, instance, display).run(request, connections)
                built = dg.materialize(
                    reporting_assets(self.settings),
                    selection=reports(definitions),
                    instance=instance,
                    resources={"dbt": dbt_resource(self.settings)},
                    run_config=QUIET,
                    raise_on_error=False,
                )
        self.metadata.update(
            {event.asset_key: event.materialization.metadata for event in built.get_asset_materialization_events()}
        )
        return [*copied.troubles, *(each for each in built.all_events if each.is_failure)]

    def figures(self, table):
        dataset = self.settings.environment.fortnox_reporting_dataset
        return sorted(chosen_warehouse(self.settings).query(f"select {FIGURES[table]} from {dataset}.{table}"), key=str)


def reports(definitions):
    """The reports that are compared or printed, and what they are made of: all of dbt takes minutes in the emulator."""
    wanted = [dg.AssetKey(["fortnox_reporting", each]) for each in (*FIGURES, "rpt_ar_ageing")]
    keys = dg.AssetSelection.assets(*wanted).upstream().resolve(definitions.resolve_asset_graph())
    return [key for key in keys if key.path[0].startswith("fortnox_reporting")]


@pytest.fixture(scope="module")
def lines(access, tmp_path_factory):
    """The same company copied into DuckDB once and into BigQuery twice."""
    company = next(each for each in sample_companies("tiny") if each.key == COMPANY)
    in_bigquery = {
        "FORTNOX_WAREHOUSE": "bigquery",
        "BIGQUERY_PROJECT": access.project,
        "BIGQUERY_LOCATION": access.location,
        "BIGQUERY_EMULATOR_HOST": access.endpoint or "",
        "FORTNOX_RAW_DATASET": "line_raw",
        "FORTNOX_REPORTING_DATASET": "line_reporting",
    }
    with background(unlimited_simulator([company])) as url:
        made = {}
        for name, more in {"duckdb": {}, "bigquery": in_bigquery}.items():
            directory = tmp_path_factory.mktemp(name)
            config = {"companies": {COMPANY: {"tenant_id": company.tenant_id}}}
            (directory / "fortnox.yaml").write_text(yaml.safe_dump(config), encoding="utf-8")
            settings = load_settings({**demo_environment(directory, url), **more}, directory)
            made[name] = Line(settings=settings)
            assert made[name].run() == []
        yield made


@pytest.mark.parametrize("table", FIGURES)
def test_both_warehouses_have_the_same_figures_to_the_oere(lines, table):
    expected = lines["duckdb"].figures(table)
    assert len(expected) > 20
    assert lines["bigquery"].figures(table) == expected


def test_a_second_run_changes_no_figure(lines):
    line = lines["bigquery"]
    before = {table: line.figures(table) for table in FIGURES}
    assert line.run() == []
    assert {table: line.figures(table) for table in FIGURES} == before


def test_each_model_says_in_dagster_what_it_scanned(lines):
    for name in FIGURES:
        found = lines["bigquery"].metadata[dg.AssetKey(["fortnox_reporting", name])]
        assert found["bytes processed"].value >= 0
        assert "bytes processed" not in lines["duckdb"].metadata[dg.AssetKey(["fortnox_reporting", name])]


def test_the_printed_statements_are_the_same(lines):
    printed = {}
    for name, line in lines.items():
        console = Console(record=True, width=140, file=io.StringIO())
        print_statements(line.settings, COMPANY, console)
        printed[name] = console.export_text()
    assert "Balansräkning" in printed["duckdb"]
    assert printed["bigquery"] == printed["duckdb"]
