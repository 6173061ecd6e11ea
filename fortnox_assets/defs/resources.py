"""What assets ask Dagster for: the way to Fortnox, someone who follows the progress, the warehouse, dbt."""

from collections.abc import Iterator, Mapping
from typing import Protocol

import dagster as dg

from fortnox_assets.connections import Connections
from fortnox_assets.extract.progress import Progress, Silent
from fortnox_assets.settings import Settings
from fortnox_assets.warehouse.chosen import chosen_warehouse
from fortnox_assets.warehouse.io_manager import TableClient
from fortnox_assets.warehouse.sync_state import StoredTables


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

    warehouse = chosen_warehouse(settings)

    @dg.resource(description="What is stored of each partition already.")
    def stored(_: dg.InitResourceContext) -> Iterator[StoredTables]:
        with warehouse.stored() as tables:
            yield tables

    return {"fortnox": fortnox, "progress": follower, "stored": stored, "warehouse": warehouse.io_manager()}


def warehouse_tables(settings: Settings) -> type[TableClient]:
    """How the chosen warehouse writes its tables down."""
    return chosen_warehouse(settings).tables
