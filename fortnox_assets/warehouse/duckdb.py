"""The DuckDB warehouse: Dagster's IO manager for it, and what dbt and the reports need around it.

Every write is one transaction under a lock that all our processes share, so that a killed run leaves the old rows or
the new ones, and never a file that somebody else has half open.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, ClassVar

import duckdb
import pyarrow as pa
from dagster import InitResourceContext, InputContext, OutputContext
from dagster._core.storage.db_io_manager import DbTypeHandler, TableSlice
from dagster_duckdb.io_manager import DuckDbClient, DuckDBIOManager
from pydantic import Field

from fortnox_assets.catalogue.endpoint import Table
from fortnox_assets.warehouse.columns import FieldSelection, raw_schema
from fortnox_assets.warehouse.duckdb_file import LONGEST_WAIT_SECONDS, first_line, locked, opened, query, read_only
from fortnox_assets.warehouse.duckdb_tables import (
    count_rows,
    ensure_table,
    merge_changes,
    quoted,
    read_rows,
    read_state,
    replace_slice,
    sql_type,
    transaction,
    write_state,
)
from fortnox_assets.warehouse.errors import WarehouseError
from fortnox_assets.warehouse.io_manager import PartitionSafeDbIOManager, TableClient
from fortnox_assets.warehouse.results import Cell, Changes, Snapshot
from fortnox_assets.warehouse.sync_state import SyncState

__all__ = [
    "DuckDBStored",
    "FortnoxDuckDBIOManager",
    "WarehouseError",
    "ensure_raw_tables",
    "locked",
    "query",
    "read_only",
]


class DuckDBTables(TableClient):
    """The tables of one DuckDB file."""

    storage_kind: ClassVar[str] = "duckdb"
    text_type: ClassVar[str] = "VARCHAR"

    def __init__(self, database: str, *, longest_wait: float, config: Mapping[str, Any]) -> None:
        self._database = database
        self._longest_wait = longest_wait
        self._config = dict(config)

    @contextmanager
    def connect(  # type: ignore[override]  # Dagster calls it on the instance; a static method cannot know the file
        self, context: OutputContext | InputContext, table_slice: TableSlice
    ) -> Iterator[duckdb.DuckDBPyConnection]:
        """A connection under the lock; the engine's errors become one clear line."""
        with (
            locked(self._database, longest_wait=self._longest_wait, tell=context.log.info),
            opened(self._database, config=self._config) as connection,
        ):
            try:
                yield connection
            except duckdb.Error as error:
                where = f"{self._database}: {table_slice.schema}.{table_slice.table}"
                raise WarehouseError(f"{where}: {first_line(error)}; {_advice(error)}") from error

    def store(self, connection: duckdb.DuckDBPyConnection, schema: str, snapshot: Snapshot) -> int:
        """Replaces the snapshot's cell in one transaction."""
        with transaction(connection):
            ensure_table(connection, schema, snapshot.table.name, snapshot.schema, anew=snapshot.anew)
            replaced = replace_slice(connection, schema, snapshot)
            write_state(connection, schema, snapshot)
            return replaced

    def merge(self, connection: duckdb.DuckDBPyConnection, schema: str, changes: Changes) -> int:
        """Puts the changes in place in one transaction."""
        with transaction(connection):
            ensure_table(connection, schema, changes.table.name, changes.schema)
            replaced = merge_changes(connection, schema, changes)
            write_state(connection, schema, changes)
            return replaced

    def ensure(self, connection: duckdb.DuckDBPyConnection, schema: str, name: str, columns: pa.Schema) -> None:
        """Makes the table if it is missing."""
        with transaction(connection):
            ensure_table(connection, schema, name, columns)

    def count(self, connection: duckdb.DuckDBPyConnection, schema: str, name: str, cell: Cell) -> int:
        """How many rows are stored for ``cell``."""
        return count_rows(connection, schema, name, cell)

    def read(self, connection: duckdb.DuckDBPyConnection, table_slice: TableSlice) -> pa.Table:
        """The stored rows of a slice."""
        return connection.sql(self.get_select_statement(table_slice)).to_arrow_table()

    @staticmethod
    def get_select_statement(table_slice: TableSlice) -> str:
        """The statement that reads a slice; a slice of no partitions is empty."""
        dimensions = table_slice.partition_dimensions or ()
        if any(not each.partitions for each in dimensions):
            everything = DuckDBTables.get_select_statement(table_slice._replace(partition_dimensions=None))
            return f"{everything} WHERE false"
        spelled = table_slice._replace(
            schema=quoted(table_slice.schema),
            table=quoted(table_slice.table),
            columns=[quoted(each) for each in table_slice.columns] if table_slice.columns else None,
        )
        return str(DuckDbClient.get_select_statement(spelled))

    @staticmethod
    def get_table_name(table_slice: TableSlice) -> str:
        """``database.schema.table`` as dagster-dbt spells the same table, so that the two are seen to be one."""
        return f"{Path(table_slice.database or '').stem}.{table_slice.schema}.{table_slice.table}"

    @staticmethod
    def type_name(kind: pa.DataType) -> str:
        """DuckDB's name of an Arrow type."""
        return sql_type(kind)


class DuckDBStored:
    """What a DuckDB file holds already, as :class:`~fortnox_assets.warehouse.sync_state.StoredTables`."""

    def __init__(self, database: Path | str, schema: str) -> None:
        self._database = Path(database)
        self._schema = schema

    def state(self, table: str, cell: Cell) -> SyncState | None:
        """The state of the partition; None when it was never stored. Raises: WarehouseError."""
        with self._reading() as connection:
            return None if connection is None else read_state(connection, self._schema, table, cell)

    def rows(self, table: str, cell: Cell, columns: Sequence[str]) -> Iterator[tuple[Any, ...]]:
        """These columns of the partition's rows; the file is locked until they are read. Raises: WarehouseError."""
        with self._reading() as connection:
            if connection is not None:
                yield from read_rows(connection, self._schema, table, cell, columns)

    @contextmanager
    def _reading(self) -> Iterator[duckdb.DuckDBPyConnection | None]:
        if not self._database.exists():
            yield None
            return
        try:
            with read_only(self._database) as connection:
                yield connection
        except duckdb.Error as error:
            raise WarehouseError(f"{self._database}: could not be read: {first_line(error)}") from error


class FortnoxDuckDBIOManager(DuckDBIOManager):
    """Stores Snapshot and Unavailable results in a DuckDB file, one transaction each; loads ``pa.Table``."""

    longest_wait: float = Field(
        default=LONGEST_WAIT_SECONDS, description="Seconds to wait for another run that has the database."
    )

    @staticmethod
    def type_handlers() -> list[DbTypeHandler[Any]]:
        """None besides the one that :class:`PartitionSafeDbIOManager` brings."""
        return []

    def create_io_manager(
        self,
        context: InitResourceContext,  # noqa: ARG002  # Dagster's signature
    ) -> PartitionSafeDbIOManager:
        """The IO manager for one run."""
        client = DuckDBTables(self.database, longest_wait=self.longest_wait, config=self.connection_config)
        schema = self.schema_ or "public"
        return PartitionSafeDbIOManager(client=client, database=self.database, schema=schema, name=type(self).__name__)


def ensure_raw_tables(
    database: Path | str,
    schema: str,
    tables: Iterable[Table],
    selections: Mapping[str, FieldSelection] | None = None,
) -> None:
    """Makes every raw table that is missing, empty, and adds missing columns, so that dbt always finds its sources.

    ``selections`` (by table name) leaves columns out. Raises: WarehouseError.
    """
    with locked(database), opened(database) as connection:
        try:
            with transaction(connection):
                for table in tables:
                    columns = raw_schema(table, (selections or {}).get(table.name))
                    ensure_table(connection, schema, table.name, columns)
        except duckdb.Error as error:
            raise WarehouseError(f"{database}: {schema}: {first_line(error)}; {_advice(error)}") from error


def _advice(error: duckdb.Error) -> str:
    unchanged = "the stored rows are unchanged"
    if isinstance(error, duckdb.OutOfMemoryException):
        return f"give DuckDB more memory or disk and run again; {unchanged}"
    # A full disk met while committing is a TransactionException; only the text tells.
    return f"free disk space and run again; {unchanged}" if "write" in str(error) else unchanged
