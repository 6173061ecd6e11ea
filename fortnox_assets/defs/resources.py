"""What assets ask Dagster for: the way to Fortnox, someone who follows the progress, the warehouse, dbt."""

from collections.abc import Iterator, Mapping
from typing import Protocol

import dagster as dg

from fortnox_assets.connections import Connections
from fortnox_assets.extract.progress import Progress, Silent
from fortnox_assets.settings import Settings
from fortnox_assets.warehouse.duckdb import DuckDBStored, DuckDBTables, FortnoxDuckDBIOManager
from fortnox_assets.warehouse.duckdb_upkeep import DuckDBUpkeep
from fortnox_assets.warehouse.io_manager import TableClient
from fortnox_assets.warehouse.sync_state import StoredTables
from fortnox_assets.warehouse.upkeep import Upkeep


class Follower(Progress, Protocol):
    """Someone who watches runs: what arrives, and through which connections."""

    def connected(self, connections: Connections) -> None:
        """A run begins with these connections."""


class Nobody(Silent):
    """A follower who does not watch."""

    def connected(self, connections: Connections) -> None:
        """Say nothing."""


def resources(settings: Settings, follower: Follower) -> Mapping[str, object]:
    """The resources by name; each run has its own :class:`Connections`, which ``follower`` hears of."""

    @dg.resource(description="Clients, financial years and ledger files of the configured companies.")
    def fortnox(_: dg.InitResourceContext) -> Iterator[Connections]:
        with Connections(settings) as connections:
            follower.connected(connections)
            yield connections

    return {
        "fortnox": fortnox,
        "progress": follower,
        "stored": stored_tables(settings),
        "warehouse": warehouse_io_manager(settings),
    }


def warehouse_tables(settings: Settings) -> type[TableClient]:  # noqa: ARG001 - the one warehouse that is written yet
    """How the chosen warehouse writes its tables down."""
    return DuckDBTables


def warehouse_io_manager(settings: Settings) -> object:
    """The IO manager of the chosen warehouse."""
    return FortnoxDuckDBIOManager(database=str(settings.duckdb_path), schema=settings.environment.fortnox_raw_dataset)


def stored_tables(settings: Settings) -> StoredTables:
    """What the chosen warehouse has already."""
    return DuckDBStored(settings.duckdb_path, settings.environment.fortnox_raw_dataset)


def upkeep(settings: Settings) -> Upkeep:
    """How what is stored in the chosen warehouse is changed outside of syncs."""
    return DuckDBUpkeep(settings.duckdb_path, settings.environment.fortnox_raw_dataset)
