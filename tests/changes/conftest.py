"""A simulated company, copied by what the assets run as often as a test wants, and compared with what it has."""

import datetime as dt
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pytest
import yaml

from fortnox_assets.catalogue import COPIED
from fortnox_assets.catalogue.sie_tables import SIE_TABLES
from fortnox_assets.cli.demo import demo_environment, unlimited_simulator
from fortnox_assets.connections import Connections
from fortnox_assets.defs.copying import Copying
from fortnox_assets.defs.partitions import Cell
from fortnox_assets.settings import Settings, load_settings
from fortnox_assets.simulator.app import Simulator
from fortnox_assets.simulator.company import SimulatedCompany
from fortnox_assets.simulator.sample_companies import sample_companies
from fortnox_assets.simulator.server import background
from fortnox_assets.warehouse.duckdb import DuckDBStored, DuckDBTables, locked, query
from fortnox_assets.warehouse.duckdb_file import opened
from fortnox_assets.warehouse.results import Changes, Snapshot

RAW = "fortnox_raw"
BOOKKEEPING = "_loaded_at, _run_id, _deleted_at"


@dataclass(kw_only=True)
class Copied:
    """Settings, the simulator they lead to, and syncs of chosen endpoints from one to the other."""

    settings: Settings
    app: Simulator
    company: SimulatedCompany
    said: dict[tuple[str, int | None], dict] = field(default_factory=dict)

    def at(self, moment: str, fold: int = 0) -> None:
        """It is ``moment`` in Sweden, for Fortnox; what our own clock says differs, and the answers tell."""
        now = dt.datetime.fromisoformat(moment).replace(fold=fold)
        self.company.now = lambda: now

    def later(self, **by: float) -> None:
        now = self.company.now() + dt.timedelta(**by)
        self.company.now = lambda: now

    def sync(self, *names: str, full: bool = False, store=None) -> None:
        """Brings every partition of these endpoints (``sie``: of the SIE tables) up to date."""
        self.app.journal.clear()
        self.said.clear()
        with Connections(self.settings) as connections:
            labels = connections.labels(self.company.key)
            for name in names:
                for label in labels if name == "sie" or COPIED[name].by_financial_year else [None]:
                    self._sync_one(connections, name, label, full, store or self.store)

    def _sync_one(self, connections, name, label, full, store):
        copying = Copying(
            connections=connections,
            cell=Cell(company=self.company.key, label=label),
            run_id="run",
            stored=DuckDBStored(self.settings.duckdb_path, RAW),
            full=full,
        )
        if name != "sie":
            result, self.said[name, label] = copying.endpoint(COPIED[name])
            store(result)
            return
        for table, result, said in copying.sie(SIE_TABLES):
            self.said[table.name, label] = said
            store(result)

    def store(self, result: Snapshot) -> None:
        """As the IO manager does it."""
        tables = DuckDBTables(str(self.settings.duckdb_path), longest_wait=10, config={})
        try:
            with locked(self.settings.duckdb_path), opened(self.settings.duckdb_path) as connection:
                if isinstance(result, Changes):
                    tables.merge(connection, RAW, result)
                else:
                    tables.store(connection, RAW, result)
            result.committed()
        finally:
            result.discard()

    def total(self, what: str, name: str) -> int:
        """The sum of a figure of the latest sync over the endpoint's partitions."""
        return sum(said.get(what, 0) for (table, _), said in self.said.items() if table == name)

    def kinds(self, name: str) -> set[str]:
        return {said["sync"] for (table, _), said in self.said.items() if table == name}

    def asked(self, path: str) -> int:
        """How many requests of the latest sync began with ``path``."""
        return len(self.app.journal.requests(path=path))

    def query(self, sql: str, *parameters: object) -> list[tuple]:
        return query(self.settings.duckdb_path, sql, list(parameters))

    def rows(self, name: str) -> list[str]:
        """The rows that are not marked as deleted, every field of them."""
        sql = f"select * exclude ({BOOKKEEPING}) from {RAW}.{name} where _deleted_at is null"
        return sorted(map(str, self.query(sql)))

    def keys(self, name: str, *, deleted: bool) -> set[str]:
        found = self.query(f"select _row_key, _deleted_at is not null from {RAW}.{name}")
        return {key for key, gone in found if gone == deleted}


@contextmanager
def copied(directory: Path, url: str, app: Simulator, company: SimulatedCompany, ledger: str = "sie", **more):
    directory.mkdir(parents=True, exist_ok=True)
    chosen = {company.key: {"tenant_id": company.tenant_id, "ledger": ledger}}
    (directory / "fortnox.yaml").write_text(yaml.safe_dump({"companies": chosen, **more}), encoding="utf-8")
    settings = load_settings(demo_environment(directory, url), directory)
    yield Copied(settings=settings, app=app, company=company)


@dataclass(kw_only=True)
class Place:
    """A simulator with one company, and copies of it in as many directories as a test wants."""

    url: str
    app: Simulator
    company: SimulatedCompany
    directory: Path
    made: int = 0

    def copy(self, **settings) -> Copied:
        self.made += 1
        with copied(self.directory / str(self.made), self.url, self.app, self.company, **settings) as one:
            return one

    def truth(self, like: Copied, *names: str) -> Copied:
        """Everything the company has now, read for the first time."""
        whole = self.copy(ledger=like.settings.company(self.company.key).ledger)
        whole.sync(*names)
        return whole


@pytest.fixture
def place(tmp_path) -> Iterator[Place]:
    company = sample_companies("tiny")[0]
    app = unlimited_simulator([company])
    with background(app) as url:
        yield Place(url=url, app=app, company=company, directory=tmp_path)
