"""Partition slices and what storing a result means: the half of the IO managers that both warehouses share.

Dagster's own database IO managers cannot load dynamic dimensions of a multi-partition (dagster issue 32631), take the
bounding box of a selection instead of its keys (issue 17838), and delete before they load. Here a slice is an exact set
of keys, and a :class:`~fortnox_assets.warehouse.results.Snapshot` replaces exactly its own cell, in one step.
"""

import math
from abc import abstractmethod
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any, ClassVar, cast

import dagster as dg
import pyarrow as pa
from dagster._core.definitions.metadata import TableMetadataSet
from dagster._core.storage.db_io_manager import (
    DbClient,
    DbIOManager,
    DbTypeHandler,
    TablePartitionDimension,
    TableSlice,
)

from fortnox_assets.warehouse.columns import raw_schema
from fortnox_assets.warehouse.errors import WarehouseError
from fortnox_assets.warehouse.results import Cell, Changes, Snapshot, Unavailable
from fortnox_assets.warehouse.shapes import metadata_of

Result = Snapshot | Changes | Unavailable


class TableClient(DbClient[Any]):
    """What a warehouse must be able to do. ``connect`` (of Dagster's DbClient) yields the connection to do it with."""

    storage_kind: ClassVar[str]
    text_type: ClassVar[str]

    @abstractmethod
    def store(self, connection: Any, schema: str, snapshot: Snapshot) -> int:
        """Replaces the snapshot's cell, all or nothing, making or widening the table first; the rows there were.

        Rows whose key is not among the snapshot's stay, marked as deleted. The snapshot's state is stored with them.
        """

    @abstractmethod
    def merge(self, connection: Any, schema: str, changes: Changes) -> int:
        """Puts changes in place by ``_row_key``, and their state, all or nothing; the rows that were replaced."""

    @abstractmethod
    def ensure(self, connection: Any, schema: str, name: str, columns: pa.Schema) -> None:
        """Makes the table if it is missing."""

    @abstractmethod
    def count(self, connection: Any, schema: str, name: str, cell: Cell) -> int:
        """How many rows are stored for ``cell``, without those marked as deleted."""

    @abstractmethod
    def read(self, connection: Any, table_slice: TableSlice) -> pa.Table:
        """The stored rows of a slice."""

    @staticmethod
    @abstractmethod
    def type_name(kind: pa.DataType) -> str:
        """What the warehouse calls an Arrow type."""

    @staticmethod
    def ensure_schema_exists(context: dg.OutputContext, table_slice: TableSlice, connection: Any) -> None:
        """Nothing yet: it happens in the same transaction as the rest."""

    @staticmethod
    def delete_table_slice(context: dg.OutputContext, table_slice: TableSlice, connection: Any) -> None:
        """Nothing yet: it happens in the same transaction as the rest."""


class ResultHandler(DbTypeHandler[Any]):
    """Stores a Snapshot, Changes or an Unavailable; loads a ``pa.Table``."""

    def __init__(self, client: TableClient) -> None:
        self._client = client

    @property
    def supported_types(self) -> Sequence[type[object]]:
        """The results of an asset, and what an input may be."""
        return [Snapshot, Changes, Unavailable, pa.Table]

    def handle_output(
        self, context: dg.OutputContext, table_slice: TableSlice, obj: Result | pa.Table, connection: Any
    ) -> Mapping[str, Any]:
        """Stores ``obj``; the metadata of the materialisation. Raises: WarehouseError."""
        if isinstance(obj, pa.Table):
            raise WarehouseError(
                f"{table_slice.table}: return a Snapshot (see spill) or Unavailable, not an Arrow table"
            )
        _refuse_another_cell(table_slice, obj)
        if isinstance(obj, Unavailable):
            return self._unavailable(context, table_slice, obj, connection)
        if isinstance(obj, Changes):
            stores = obj.state.kind.is_stored
            replaced = self._client.merge(connection, table_slice.schema, obj) if stores else 0
            stored = self._client.count(connection, table_slice.schema, table_slice.table, obj.cell)
            about = self._about_table(context, obj.schema, stored)
            return {**about, "rows_written": obj.rows, "rows_replaced": replaced}
        replaced = self._client.store(connection, table_slice.schema, obj)
        about = self._about_table(context, obj.schema, obj.rows)
        return {**about, "rows_written": obj.rows, "rows_replaced": replaced}

    def load_input(
        self,
        context: dg.InputContext,  # noqa: ARG002  # Dagster's signature
        table_slice: TableSlice,
        connection: Any,
    ) -> pa.Table:
        """The stored rows of the input's partitions."""
        return self._client.read(connection, table_slice)

    def _unavailable(
        self, context: dg.OutputContext, table_slice: TableSlice, obj: Unavailable, connection: Any
    ) -> Mapping[str, Any]:
        columns = raw_schema(obj.table, obj.selection)
        self._client.ensure(connection, table_slice.schema, table_slice.table, columns)
        stored = self._client.count(connection, table_slice.schema, table_slice.table, obj.cell)
        about = self._about_table(context, columns, stored)
        return {**about, "rows_written": 0, "rows_replaced": 0}

    def _about_table(self, context: dg.OutputContext, columns: pa.Schema, rows: int) -> dict[str, Any]:
        counted = {"partition_row_count": rows} if context.has_asset_partitions else {"row_count": rows}
        described = table_schema(columns, self._client)
        return dict(TableMetadataSet(column_schema=described, storage_kind=self._client.storage_kind, **counted))


class PartitionSafeDbIOManager(DbIOManager):
    """Dagster's database IO manager with exact slices, for dynamic, multi-dimensional and no partitions."""

    def __init__(self, *, client: TableClient, database: str, schema: str, name: str) -> None:
        super().__init__(
            type_handlers=[ResultHandler(client)],
            db_client=client,
            database=database,
            schema=schema,
            io_manager_name=name,
            default_load_type=pa.Table,
        )
        self._text_type = client.text_type

    def handle_output(self, context: dg.OutputContext, obj: object) -> None:
        """Stores the output's result. A snapshot's file is removed, whether it could be stored or not."""
        snapshot = obj if isinstance(obj, Snapshot) else None
        try:
            with _dynamic_partitions(context):
                super().handle_output(context, obj)
            if snapshot:
                snapshot.committed()
        finally:
            if snapshot:
                snapshot.discard()

    def load_input(self, context: dg.InputContext) -> object:
        """The rows of the input's partitions as a ``pa.Table``."""
        with _dynamic_partitions(context):
            return super().load_input(context)

    def _get_table_slice(
        self, context: dg.OutputContext | dg.InputContext, output_context: dg.OutputContext
    ) -> TableSlice:
        if not _has_exact_keys(context):
            return super()._get_table_slice(context, output_context)
        metadata = output_context.definition_metadata or {}
        expressions = metadata.get("partition_expr")
        partitions = cast("dg.MultiPartitionsDefinition", context.asset_partitions_def)
        dimensions = partitions.partition_dimension_names
        if not isinstance(expressions, Mapping) or (missing := set(dimensions) - set(expressions)):
            wanted = ", ".join(sorted(missing if isinstance(expressions, Mapping) else dimensions))
            name = context.asset_key.to_user_string()
            raise WarehouseError(f"{name}: its metadata partition_expr must name a column for {wanted}")
        path = context.asset_key.path
        keys = [partitions.get_partition_key_from_str(key).keys_by_dimension for key in context.asset_partition_keys]
        return TableSlice(
            table=path[-1],
            schema=str(metadata.get("schema") or self._schema or path[-2]),
            database=self._database,
            columns=(context.definition_metadata or {}).get("columns"),
            partition_dimensions=self._exact_dimensions(keys, {name: str(expressions[name]) for name in dimensions}),
        )

    def _exact_dimensions(
        self, keys: Sequence[Mapping[str, str]], expressions: Mapping[str, str]
    ) -> list[TablePartitionDimension]:
        values = {name: sorted({key[name] for key in keys}) for name in expressions}
        if len(keys) == math.prod(len(each) for each in values.values()):
            return [TablePartitionDimension(expressions[name], values[name]) for name in expressions]
        # A ragged selection is no product of its dimensions: compare whole keys. "|" cannot be part of a key.
        whole = " || '|' || ".join(f"CAST({each} AS {self._text_type})" for each in expressions.values())
        return [TablePartitionDimension(whole, ["|".join(key[name] for name in expressions) for key in keys])]


def table_schema(columns: pa.Schema, client: TableClient | type[TableClient]) -> dg.TableSchema:
    """The columns as Dagster shows them: the warehouse's type names, descriptions, personal data as a tag."""
    return dg.TableSchema(columns=[_table_column(each, client.type_name(each.type)) for each in columns])


def _table_column(each: pa.Field, type_name: str) -> dg.TableColumn:
    about = metadata_of(each)
    tags = {name: value for name, value in about.items() if name == "personal_data"}
    return dg.TableColumn(each.name, type_name, description=about.get("description"), tags=tags)


def _refuse_another_cell(table_slice: TableSlice, obj: Result) -> None:
    """An asset may only replace the partition it runs for; anything else would destroy another one's rows."""
    if obj.table.name != table_slice.table:
        raise WarehouseError(f"{table_slice.table}: was handed rows of {obj.table.name}; nothing was stored")
    wanted = {each.partition_expr: [*map(str, each.partitions)] for each in table_slice.partition_dimensions or ()}
    given = {column: [str(value)] for column, value in obj.cell.items()}
    if wanted and wanted != given:
        shown = [", ".join(f"{name} {'/'.join(keys)}" for name, keys in each.items()) for each in (wanted, given)]
        raise WarehouseError(
            f"{table_slice.table}: the run is for {shown[0]} but its rows are of {shown[1]}; nothing was stored"
        )


def _has_exact_keys(context: dg.OutputContext | dg.InputContext) -> bool:
    if not (context.has_asset_key and context.has_asset_partitions):
        return False
    partitions = context.asset_partitions_def
    return isinstance(partitions, dg.MultiPartitionsDefinition) and not any(
        isinstance(each.partitions_def, dg.TimeWindowPartitionsDefinition) for each in partitions.partitions_defs
    )


@contextmanager
def _dynamic_partitions(context: dg.OutputContext | dg.InputContext) -> Iterator[None]:
    """Lets Dagster look dynamic partition keys up while it resolves the slice."""
    # Both contexts have it; neither gives it away in every way of running (a step, load_asset_value, a test).
    step = context._step_context  # noqa: SLF001
    store = step.instance if step is not None else getattr(context, "_instance", None)
    with dg.partition_loading_context(dynamic_partitions_store=store):
        yield
