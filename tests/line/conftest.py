"""The whole line in a temporary directory: simulator over a socket -> Dagster assets -> DuckDB -> dbt."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
import yaml
from rich.console import Console

from fortnox_assets.catalogue.sie_tables import SIE_TABLES
from fortnox_assets.cli.demo import demo_environment, unlimited_simulator
from fortnox_assets.cli.display import SyncDisplay
from fortnox_assets.cli.instance import dagster_instance
from fortnox_assets.cli.sync import Outcome, Request, Sync
from fortnox_assets.connections import Connections
from fortnox_assets.definitions import build_definitions
from fortnox_assets.settings import Settings, load_settings
from fortnox_assets.simulator.company import SimulatedCompany
from fortnox_assets.simulator.sample_companies import sample_companies
from fortnox_assets.simulator.server import background
from fortnox_assets.warehouse.duckdb import query

LEDGER_ENDPOINTS = (
    *("accounts", "company_information", "cost_centers", "financial_years", "projects", "voucher_series", "vouchers"),
    *(table.name for table in SIE_TABLES),
)
# It has shortened and extended financial years, cost centres and projects.
BY_VOUCHERS = "cedergrens-bygg"


@dataclass(frozen=True, kw_only=True)
class Line:
    """One directory with settings, synced as often as a test wants."""

    settings: Settings
    companies: dict[str, SimulatedCompany]

    def sync(self, **wanted: object) -> Outcome:
        console = Console(quiet=True)
        with (
            Connections(self.settings) as connections,
            pytest.MonkeyPatch.context() as patch,
            SyncDisplay(console, self.settings) as display,
        ):
            patch.setenv("DAGSTER_HOME", str(self.settings.state_dir / "dagster"))
            with dagster_instance(self.settings) as instance:
                definitions = build_definitions(self.settings, display)
                return Sync(self.settings, definitions, instance, display).run(Request(**wanted), connections)

    def sync_ledger(self, **wanted: object) -> Outcome:
        return self.sync(endpoints=LEDGER_ENDPOINTS, **wanted)

    def query(self, sql: str, *parameters: object) -> list[tuple]:
        return query(self.settings.duckdb_path, sql, list(parameters))


@contextmanager
def line(directory: Path, ledger: str, **config: object) -> Iterator[Line]:
    companies = sample_companies("tiny")
    with background(unlimited_simulator(companies)) as url:
        chosen = {each.key: {"tenant_id": each.tenant_id, "ledger": ledger} for each in companies}
        directory.mkdir(parents=True, exist_ok=True)
        text = yaml.safe_dump({"companies": chosen, **config})
        (directory / "fortnox.yaml").write_text(text, encoding="utf-8")
        settings = load_settings(demo_environment(directory, url), directory)
        yield Line(settings=settings, companies={each.key: each for each in companies})


@pytest.fixture(scope="module")
def by_sie(tmp_path_factory) -> Iterator[Line]:
    with line(tmp_path_factory.mktemp("sie"), "sie") as made:
        assert made.sync().troubles == []
        yield made


@pytest.fixture(scope="module")
def by_vouchers(tmp_path_factory) -> Iterator[Line]:
    """The ledger of ``BY_VOUCHERS`` alone, a request a voucher."""
    with line(tmp_path_factory.mktemp("vouchers"), "vouchers") as made:
        assert made.sync_ledger(companies=(BY_VOUCHERS,)).troubles == []
        yield made
