"""The BigQuery warehouse: Dagster's IO manager for it, and what dbt and the reports need around it."""

import datetime as dt
import json
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from decimal import Decimal
from pathlib import Path
from typing import Any, ClassVar

import pyarrow as pa
from dagster import InitResourceContext, InputContext, OutputContext
from dagster._core.definitions.partitions.utils import TimeWindow
from dagster._core.storage.db_io_manager import DbTypeHandler, TablePartitionDimension, TableSlice
from dagster_gcp.bigquery.io_manager import BigQueryIOManager
from google.cloud import bigquery
from pydantic import Field

from fortnox_assets.catalogue.endpoint import Table
from fortnox_assets.warehouse.bigquery_access import LABELS, BigQueryAccess, refusals
from fortnox_assets.warehouse.bigquery_jobs import Jobs
from fortnox_assets.warehouse.bigquery_schema import sql_type
from fortnox_assets.warehouse.bigquery_tables import RawDataset
from fortnox_assets.warehouse.columns import FieldSelection, raw_schema
from fortnox_assets.warehouse.errors import WarehouseError
from fortnox_assets.warehouse.io_manager import PartitionSafeDbIOManager, TableClient
from fortnox_assets.warehouse.results import Cell, Changes, Snapshot
from fortnox_assets.warehouse.sync_state import SyncState

__all__ = [
    "BigQueryAccess",
    "BigQueryStored",
    "FortnoxBigQueryIOManager",
    "WarehouseError",
    "ensure_raw_tables",
    "query",
    "stored_in",
]

TABLES_AT_ONCE = 8
_PARAMETER_TYPES = {bool: "BOOL", int: "INT64", str: "STRING", Decimal: "NUMERIC", dt.date: "DATE"}


class BigQueryTables(TableClient):
    """The tables of one project; its client is made when it is first needed."""

    storage_kind: ClassVar[str] = "bigquery"
    text_type: ClassVar[str] = "STRING"

    def __init__(self, access: BigQueryAccess, *, sleep: Callable[[float], None] = time.sleep) -> None:
        self._access = access
        self._sleep = sleep
        self._client: bigquery.Client | None = None
        self._datasets: dict[str, RawDataset] = {}

    def close(self) -> None:
        """Ends the client's connections."""
        if self._client is not None:
            self._client.close()
            self._client = None
            self._datasets.clear()

    @contextmanager
    def connect(  # type: ignore[override]  # Dagster calls it on the instance; a static method cannot know the project
        self, context: OutputContext | InputContext, table_slice: TableSlice
    ) -> Iterator[RawDataset]:
        """The slice's dataset; what Google's libraries raise becomes one clear line."""
        if self._client is None:
            self._client = self._access.client()
        if table_slice.schema not in self._datasets:
            jobs = Jobs(client=self._client, sleep=self._sleep, tell=context.log.info)
            self._datasets[table_slice.schema] = RawDataset(access=self._access, jobs=jobs, name=table_slice.schema)
        with refusals(f"{self._access.project}.{table_slice.schema}.{table_slice.table}"):
            yield self._datasets[table_slice.schema]

    def store(self, connection: RawDataset, schema: str, snapshot: Snapshot) -> int:  # noqa: ARG002
        """Replaces the snapshot's cell in one transaction."""
        return connection.replace(snapshot)

    def merge(self, connection: RawDataset, schema: str, changes: Changes) -> int:  # noqa: ARG002
        """Puts the changes in place in one transaction."""
        return connection.merge(changes)

    def ensure(self, connection: RawDataset, schema: str, name: str, columns: pa.Schema) -> None:  # noqa: ARG002
        """Makes the table if it is missing."""
        connection.ensure_table(name, columns)

    def count(self, connection: RawDataset, schema: str, name: str, cell: Cell) -> int:  # noqa: ARG002
        """How many rows are stored for ``cell``, without those marked as deleted."""
        return connection.count(name, cell)

    def read(self, connection: RawDataset, table_slice: TableSlice) -> pa.Table:
        """The stored rows of a slice."""
        config = bigquery.QueryJobConfig(labels=dict(LABELS))
        sql = self.get_select_statement(table_slice)

        def rows() -> pa.Table:
            answer = connection.client.query_and_wait(sql, job_config=config)
            return answer.to_arrow(create_bqstorage_client=False)

        return connection.jobs.call(table_slice.table, rows)

    @staticmethod
    def get_select_statement(table_slice: TableSlice) -> str:
        """The statement that reads a slice; a slice of no partitions is empty."""
        columns = ", ".join(f"`{each}`" for each in table_slice.columns) if table_slice.columns else "*"
        everything = f"SELECT {columns} FROM `{BigQueryTables.get_table_name(table_slice)}`"
        conditions = [_condition(each) for each in table_slice.partition_dimensions or ()]
        return f"{everything} WHERE {' AND '.join(conditions)}" if conditions else everything

    @staticmethod
    def get_table_name(table_slice: TableSlice) -> str:
        """``project.dataset.table``, as dagster-dbt spells the same table."""
        return f"{table_slice.database}.{table_slice.schema}.{table_slice.table}"

    @staticmethod
    def type_name(kind: pa.DataType) -> str:
        """GoogleSQL's name of an Arrow type."""
        return sql_type(kind)


class BigQueryStored:
    """What a dataset holds already, as :class:`~fortnox_assets.warehouse.sync_state.StoredTables`."""

    def __init__(self, dataset: RawDataset) -> None:
        self._dataset = dataset

    def state(self, table: str, cell: Cell) -> SyncState | None:
        """The state of the partition; None when it was never stored. Raises: WarehouseError."""
        with self._reading(table):
            return self._dataset.state(table, cell)

    def rows(self, table: str, cell: Cell, columns: Sequence[str]) -> Iterator[tuple[Any, ...]]:
        """These columns of the partition's rows, as they are when the first is asked for. Raises: WarehouseError."""
        with self._reading(table):
            yield from self._dataset.rows(table, cell, columns)

    @contextmanager
    def _reading(self, table: str) -> Iterator[None]:
        with refusals(f"{self._dataset.access.project}.{self._dataset.name}.{table}"):
            yield


@contextmanager
def stored_in(access: BigQueryAccess, schema: str) -> Iterator[BigQueryStored]:
    """What is stored in a dataset; its connections end with the block. Raises: WarehouseError."""
    with _client(access) as client:
        yield BigQueryStored(RawDataset(access=access, jobs=Jobs(client=client), name=schema))


class FortnoxBigQueryIOManager(BigQueryIOManager):
    """Stores results in BigQuery, one transaction each; loads ``pa.Table``."""

    location: str = Field(default="EU", description="Where the datasets are, and where jobs run.")
    credentials_file: str | None = Field(default=None, description="JSON key of a service account; none: ADC.")
    impersonate: str | None = Field(default=None, description="Service account whose rights are asked for.")
    endpoint: str | None = Field(default=None, description="URL of a BigQuery emulator, asked without credentials.")
    policy_tags: dict[str, str] = Field(default={}, description="Policy tag of each category of personal data.")
    max_bytes_billed: int | None = Field(default=None, description="Queries that would bill more are refused.")

    @staticmethod
    def type_handlers() -> list[DbTypeHandler[Any]]:
        """None besides the one that :class:`PartitionSafeDbIOManager` brings."""
        return []

    @property
    def access(self) -> BigQueryAccess:
        """The project and the way in. Raises: WarehouseError for credentials that would go into the environment."""
        if self.gcp_credentials:
            raise WarehouseError(
                "BigQuery: gcp_credentials would be put into the environment of the whole process; "
                "set credentials_file or impersonate instead, or neither for Application Default Credentials"
            )
        return BigQueryAccess(
            project=self.project,
            location=self.location,
            credentials_file=Path(self.credentials_file) if self.credentials_file else None,
            impersonate=self.impersonate,
            endpoint=self.endpoint,
            policy_tags=self.policy_tags,
            max_bytes_billed=self.max_bytes_billed,
        )

    def create_io_manager(self, context: InitResourceContext) -> PartitionSafeDbIOManager:  # noqa: ARG002
        """The IO manager for one run."""
        return self._manager(BigQueryTables(self.access))

    @contextmanager
    def yield_for_execution(self, context: InitResourceContext) -> Iterator[PartitionSafeDbIOManager]:  # noqa: ARG002
        """The IO manager for one run; its connections end with it."""
        tables = BigQueryTables(self.access)
        try:
            yield self._manager(tables)
        finally:
            tables.close()

    def _manager(self, tables: BigQueryTables) -> PartitionSafeDbIOManager:
        schema = self.dataset or "public"
        return PartitionSafeDbIOManager(client=tables, database=self.project, schema=schema, name=type(self).__name__)


def ensure_raw_tables(
    access: BigQueryAccess,
    schema: str,
    tables: Iterable[Table],
    selections: Mapping[str, FieldSelection] | None = None,
) -> None:
    """Makes every raw table that is missing, empty, and adds missing columns, so that dbt always finds its sources.

    ``selections`` (by table name) leaves columns out. Raises: WarehouseError.
    """
    with _client(access) as client, refusals(f"{access.project}.{schema}"):
        dataset = RawDataset(access=access, jobs=Jobs(client=client), name=schema)
        dataset.ensure()

        def ensure(table: Table) -> None:
            dataset.ensure_table(table.name, raw_schema(table, (selections or {}).get(table.name)))

        with ThreadPoolExecutor(TABLES_AT_ONCE) as threads:
            list(threads.map(ensure, tables))


def query(access: BigQueryAccess, sql: str, params: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
    """The rows ``sql`` gives, with ``params`` for its question marks. Raises: WarehouseError."""
    values = [bigquery.ScalarQueryParameter(None, _PARAMETER_TYPES[type(each)], each) for each in params]
    config = bigquery.QueryJobConfig(query_parameters=values, labels=dict(LABELS))
    with _client(access) as client, refusals(access.project):
        jobs = Jobs(client=client)
        rows = jobs.call("query", lambda: list(client.query_and_wait(sql, job_config=config)))
        return [tuple(row.values()) for row in rows]


@contextmanager
def _client(access: BigQueryAccess) -> Iterator[bigquery.Client]:
    client = access.client()
    try:
        yield client
    finally:
        client.close()


def _condition(dimension: TablePartitionDimension) -> str:
    if isinstance(dimension.partitions, TimeWindow):
        raise WarehouseError(f"{dimension.partition_expr}: raw tables have no time window partitions")
    if not dimension.partitions:
        return "FALSE"
    keys = ", ".join(_literal(dimension.partition_expr, key) for key in dimension.partitions)
    return f"{dimension.partition_expr} IN ({keys})"


def _literal(column: str, key: str) -> str:
    # A number compared as a number lets BigQuery leave the other partitions unread.
    return str(int(key)) if column == "financial_year" else json.dumps(key, ensure_ascii=False)
