"""Definitions that share one state directory, so that dbt parses the project once, and a company to copy from."""

import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import dagster as dg
import pytest
import yaml

from fortnox_assets.cli.demo import demo_environment, unlimited_simulator
from fortnox_assets.cli.instance import dagster_instance
from fortnox_assets.cli.sync import QUIET
from fortnox_assets.definitions import build_definitions
from fortnox_assets.defs.assets import FULL_TAG
from fortnox_assets.defs.jobs import SYNC_FINANCIAL_YEAR, SYNC_REGISTERS
from fortnox_assets.defs.partitions import Cell, register
from fortnox_assets.settings import Settings, load_settings
from fortnox_assets.simulator.app import Simulator
from fortnox_assets.simulator.company import SimulatedCompany
from fortnox_assets.simulator.sample_companies import sample_companies
from fortnox_assets.simulator.server import background
from fortnox_assets.warehouse.duckdb import query

NOWHERE = "http://fortnox.invalid"
LABELS = range(2022, 2027)


@pytest.fixture(scope="session")
def state(tmp_path_factory) -> Path:
    return tmp_path_factory.mktemp("state")


@pytest.fixture(scope="session")
def configured(state, tmp_path_factory):
    """Settings with this ``fortnox.yaml`` (None: without one), in the shared state directory."""

    def made(config: Mapping[str, object] | None, url: str = NOWHERE) -> Settings:
        directory = tmp_path_factory.mktemp("config")
        if config is not None:
            (directory / "fortnox.yaml").write_text(yaml.safe_dump(config), encoding="utf-8")
        environment = {**demo_environment(state, url), "FORTNOX_CONFIG": str(directory / "fortnox.yaml")}
        return load_settings(environment, directory)

    return made


@pytest.fixture(scope="session")
def defined(configured):
    """Definitions for one company and the rest of a ``fortnox.yaml``."""

    def made(**config: object) -> dg.Definitions:
        return build_definitions(configured({"companies": {"are-cykel": {"tenant_id": 900001}}, **config}))

    return made


@dataclass(frozen=True, kw_only=True)
class Desk:
    """A simulated Fortnox on a socket, the definitions that copy it, and the Dagster instance that remembers."""

    simulator: Simulator
    settings: Settings
    environment: Mapping[str, str]
    definitions: dg.Definitions
    instance: dg.DagsterInstance

    def company(self, key: str) -> SimulatedCompany:
        return next(each for each in self.simulator.companies.values() if each.key == key)

    def copy(self, company: str, label: int | None = None, *tables: str) -> dg.ExecuteInProcessResult:
        """One partition through Dagster, of these tables only, everything read again."""
        job = self.definitions.resolve_job_def(SYNC_REGISTERS if label is None else SYNC_FINANCIAL_YEAR)
        return job.execute_in_process(
            run_config=QUIET,
            instance=self.instance,
            partition_key=Cell(company=company, label=label).key,
            asset_selection=[dg.AssetKey(["fortnox_raw", table]) for table in tables],
            tags={FULL_TAG: "true"},
            raise_on_error=False,
        )

    def query(self, sql: str, *parameters: object) -> list[tuple]:
        return query(self.settings.duckdb_path, sql, list(parameters))


@dataclass(frozen=True, kw_only=True)
class Served:
    """What does not change from module to module: the simulator and the definitions that copy it."""

    simulator: Simulator
    url: str
    settings: Settings
    definitions: dg.Definitions


@pytest.fixture(scope="session")
def served(configured) -> Iterator[Served]:
    simulator = unlimited_simulator(sample_companies("tiny"))
    with background(simulator) as url:
        tenants = {each.key: {"tenant_id": each.tenant_id} for each in simulator.companies.values()}
        settings = configured({"companies": tenants}, url)
        yield Served(simulator=simulator, url=url, settings=settings, definitions=build_definitions(settings))


@pytest.fixture(scope="module")
def desk(served, state, tmp_path_factory) -> Iterator[Desk]:
    """An empty warehouse and an empty Dagster home for each module."""
    state.joinpath("fortnox.duckdb").unlink(missing_ok=True)
    variables = {**demo_environment(state, served.url), "FORTNOX_CONFIG": str(served.settings.config_path)}
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("DAGSTER_HOME", str(tmp_path_factory.mktemp("dagster")))
        with dagster_instance(served.settings) as instance:
            register(instance, served.settings.companies, LABELS)
            yield Desk(
                simulator=served.simulator,
                settings=served.settings,
                environment={**os.environ, **variables},
                definitions=served.definitions,
                instance=instance,
            )


@pytest.fixture
def edited(desk):
    """Changes a document of a company for one test."""
    undo = []

    def change(company: str, endpoint: str, position: int = 0, **values: object) -> None:
        owner = desk.company(company)
        body = owner.of(endpoint)[position].body
        undo.append((owner, body, dict(body)))
        body.update(values)
        owner.revision += 1

    yield change
    for owner, body, before in reversed(undo):
        body.clear()
        body.update(before)
        owner.revision += 1
