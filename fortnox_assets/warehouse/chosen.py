"""The warehouse that the settings choose: what runs, dbt and the reports ask of it, whichever it is."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

from fortnox_assets.catalogue import RAW_TABLES
from fortnox_assets.settings import Settings
from fortnox_assets.warehouse import duckdb
from fortnox_assets.warehouse.columns import FieldSelection
from fortnox_assets.warehouse.duckdb_file import opened
from fortnox_assets.warehouse.duckdb_tables import quoted
from fortnox_assets.warehouse.duckdb_upkeep import DuckDBUpkeep
from fortnox_assets.warehouse.io_manager import TableClient
from fortnox_assets.warehouse.sync_state import StoredTables
from fortnox_assets.warehouse.upkeep import Upkeep

Rows = list[tuple[Any, ...]]
Tell = Callable[[str], None]


class Warehouse(Protocol):
    """What is asked of a warehouse. Everything raises WarehouseError."""

    @property
    def tables(self) -> type[TableClient]:
        """How it writes its tables down."""

    def io_manager(self) -> object:
        """Dagster's IO manager for the raw tables."""

    def stored(self) -> AbstractContextManager[StoredTables]:
        """What is stored already; lasts as long as it is asked."""

    def upkeep(self) -> Upkeep:
        """How what is stored is changed outside of syncs."""

    def building(self) -> AbstractContextManager[None]:
        """Lasts while dbt builds; nobody else of ours is in the way."""

    def check(self, tell: Tell) -> None:
        """Finds out whether it can be written at all, before anything is fetched; ``tell`` hears of a wait."""

    def ensure_raw_tables(self, selections: Mapping[str, FieldSelection]) -> None:
        """Makes every raw table of the catalogue, so that dbt finds its sources; ``selections`` leaves columns out."""

    def query(self, sql: str, params: Sequence[Any] = ()) -> Rows:
        """The rows ``sql`` gives, with ``params`` for its question marks."""

    def row_counts(self, datasets: Iterable[str]) -> Mapping[tuple[str, str], int]:
        """How many rows each table of ``datasets`` has, by dataset and table; views have none."""


def chosen_warehouse(settings: Settings) -> Warehouse:
    """The one of ``FORTNOX_WAREHOUSE``."""
    raw = settings.environment.fortnox_raw_dataset
    if settings.environment.fortnox_warehouse == "duckdb":
        return DuckDBWarehouse(database=settings.duckdb_path, raw=raw)
    # Google's libraries take half a second to import, which nobody who has DuckDB should wait for.
    from fortnox_assets.warehouse.bigquery_warehouse import bigquery_warehouse  # noqa: PLC0415

    return bigquery_warehouse(settings)


@dataclass(frozen=True, kw_only=True)
class DuckDBWarehouse:
    """A DuckDB file, which one process at a time can have open."""

    database: Path
    raw: str
    tables: type[TableClient] = duckdb.DuckDBTables

    def io_manager(self) -> object:
        """The IO manager of the file."""
        return duckdb.FortnoxDuckDBIOManager(database=str(self.database), schema=self.raw)

    def stored(self) -> AbstractContextManager[StoredTables]:
        """Read from the file, question by question."""
        return nullcontext(duckdb.DuckDBStored(self.database, self.raw))

    def upkeep(self) -> Upkeep:
        """Changes to the file."""
        return DuckDBUpkeep(self.database, self.raw)

    @contextmanager
    def building(self) -> Iterator[None]:
        """Keeps our other processes out."""
        with duckdb.locked(self.database):
            yield

    def check(self, tell: Tell) -> None:
        """Opens the file."""
        with duckdb.locked(self.database, tell=tell), opened(self.database):
            return

    def ensure_raw_tables(self, selections: Mapping[str, FieldSelection]) -> None:
        """Makes them in the file."""
        duckdb.ensure_raw_tables(self.database, self.raw, RAW_TABLES.values(), selections)

    def query(self, sql: str, params: Sequence[Any] = ()) -> Rows:
        """Rows of the file."""
        return duckdb.query(self.database, sql, params)

    def row_counts(self, datasets: Iterable[str]) -> Mapping[tuple[str, str], int]:
        """Counted table by table."""
        tables = self.query(
            "SELECT table_schema, table_name FROM information_schema.tables "
            "WHERE table_type = 'BASE TABLE' AND list_contains(?, table_schema)",
            [list(datasets)],
        )
        if not tables:
            return {}
        counts = (f"(SELECT count(*) FROM {quoted(schema)}.{quoted(name)})" for schema, name in tables)
        (numbers,) = self.query(f"SELECT {', '.join(counts)}")
        return {(schema, name): rows for (schema, name), rows in zip(tables, numbers, strict=True)}
