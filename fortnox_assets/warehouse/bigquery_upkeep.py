"""Upkeep of the raw tables of one BigQuery dataset."""

import uuid
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager

import pyarrow as pa
from google.api_core.exceptions import NotFound
from google.cloud import bigquery

from fortnox_assets.warehouse.bigquery_access import LABELS, BigQueryAccess, refusals
from fortnox_assets.warehouse.bigquery_edits import Picked, Values, any_filled
from fortnox_assets.warehouse.bigquery_jobs import ONCE, Jobs
from fortnox_assets.warehouse.bigquery_schema import arrow_schema
from fortnox_assets.warehouse.bigquery_tables import STATE_LOG, RawDataset
from fortnox_assets.warehouse.dotted_paths import stored_paths
from fortnox_assets.warehouse.evolution import kept_tables
from fortnox_assets.warehouse.sync_state import SYNC_STATE
from fortnox_assets.warehouse.upkeep import AddRow, DeleteRows, DropColumns, Edit


class BigQueryUpkeep:
    """:class:`~fortnox_assets.warehouse.upkeep.Upkeep` of the raw tables in ``dataset``."""

    def __init__(self, access: BigQueryAccess, dataset: str) -> None:
        self._access = access
        self._dataset = dataset

    def columns(self, table: str) -> tuple[str, ...]:
        """The names of the stored columns."""
        with self._connected() as dataset:
            return tuple(_stored(dataset, table).names)

    def kept(self) -> Mapping[str, tuple[str, ...]]:
        """The tables that others have taken the place of."""
        with self._connected() as dataset:
            return kept_tables(_names(dataset))

    def preview(self, edits: Sequence[Edit]) -> list[int]:
        """What each edit would touch, one query each."""
        with self._connected() as dataset:
            return [_count(dataset, each) for each in edits]

    def apply(self, edits: Sequence[Edit]) -> None:
        """Does them in one transaction, all or nothing.

        A transaction cannot drop columns, so it empties them; they are dropped afterwards. After a crash between the
        two they are there and empty, and what finds columns to be dropped finds them again.
        """
        with self._connected() as dataset:
            dataset.ensure()
            values = Values()
            statements = [sql for each in edits for sql in _statements(dataset, each, values)]
            name = f"fortnox-upkeep-{uuid.uuid4().hex[:24]}"
            if statements:
                script = ";\n".join(["BEGIN TRANSACTION", *statements, "COMMIT TRANSACTION"])
                dataset.jobs.query(f"{name}-edit", script, values.parameters)
            for place, each in enumerate(edits):
                columns = _there(dataset, each) if isinstance(each, DropColumns) else ()
                if columns:
                    drops = ", ".join(f"DROP COLUMN `{column}`" for column in columns)
                    dataset.jobs.query(f"{name}-drop-{place}", f"ALTER TABLE {_name(dataset, each.table)} {drops}")

    def compact(self) -> None:
        """Nothing: what was removed can be read by time travel for up to seven days, which is the dataset's setting."""

    @contextmanager
    def _connected(self) -> Iterator[RawDataset]:
        client = self._access.client()
        try:
            with refusals(f"{self._access.project}.{self._dataset}"):
                yield RawDataset(access=self._access, jobs=Jobs(client=client), name=self._dataset)
        finally:
            client.close()


def _name(dataset: RawDataset, table: str) -> str:
    """The table in a statement; what is said of the states is said of their log, under the view."""
    return dataset.sql_name(STATE_LOG if table == SYNC_STATE else table)


def _names(dataset: RawDataset) -> list[str]:
    """The names of its tables and views; none without the dataset."""
    reference = bigquery.DatasetReference(dataset.access.project, dataset.name)
    try:
        found = dataset.jobs.call(dataset.name, lambda: list(dataset.client.list_tables(reference, **ONCE)))
    except NotFound:
        return []
    return [each.table_id for each in found]


def _stored(dataset: RawDataset, table: str) -> pa.Schema:
    reference = dataset.reference(STATE_LOG if table == SYNC_STATE else table)
    try:
        found = dataset.jobs.call(table, lambda: dataset.client.get_table(reference, **ONCE))
    except NotFound:
        return pa.schema([])
    return arrow_schema(found.schema)


def _there(dataset: RawDataset, edit: DropColumns) -> tuple[str, ...]:
    stored = _stored(dataset, edit.table).names
    return tuple(name for name in edit.columns if name in stored)


def _count(dataset: RawDataset, edit: Edit) -> int:
    if isinstance(edit, AddRow):
        return 0
    columns, values, counted = _stored(dataset, edit.table), Values(), "COUNT(*)"
    if isinstance(edit, DropColumns):
        there = [(name,) for name in edit.columns if name in columns.names]
        condition = any_filled(columns, there) if there else ""
    else:
        picked = Picked(columns, edit.where, values)
        if not picked.possible:
            return 0
        condition = picked.condition()
        if isinstance(edit, DeleteRows):
            counted = f"COALESCE(SUM({picked.count_of_records()}), 0)" if picked.in_records else counted
        elif paths := stored_paths(columns, edit.paths):
            filled = picked.any_filled(paths) if picked.in_records else any_filled(columns, paths)
            condition = f"{condition} AND ({filled})"
        else:
            return 0
    if not condition:
        return 0
    sql = f"SELECT {counted} AS touched FROM {_name(dataset, edit.table)} AS stored WHERE {condition}"
    config = bigquery.QueryJobConfig(query_parameters=values.parameters, labels=dict(LABELS))
    [row] = dataset.jobs.call(edit.table, lambda: list(dataset.client.query_and_wait(sql, job_config=config)))
    return int(row.touched)


def _statements(dataset: RawDataset, edit: Edit, values: Values) -> Iterator[str]:
    """What an edit is inside the transaction."""
    name = _name(dataset, edit.table)
    if isinstance(edit, AddRow):
        dataset.ensure_table(edit.table, edit.schema)
        names = ", ".join(f"`{each}`" for each in edit.values)
        marks = ", ".join(values.one(edit.schema.field(each).type, value) for each, value in edit.values.items())
        yield f"INSERT INTO {name} ({names}) VALUES ({marks})"
        return
    columns = _stored(dataset, edit.table)
    if isinstance(edit, DropColumns):
        emptied = ", ".join(f"`{each}` = NULL" for each in edit.columns if each in columns.names)
        if emptied:
            yield f"UPDATE {name} AS stored SET {emptied} WHERE TRUE"
        return
    delete = isinstance(edit, DeleteRows)
    picked = Picked(columns, edit.where, values)
    paths = [] if isinstance(edit, DeleteRows) else stored_paths(columns, edit.paths)
    if not picked.possible or not (delete or paths):
        return
    condition = picked.condition()
    if delete and not picked.in_records:
        yield f"DELETE FROM {name} AS stored WHERE {condition}"
        return
    # In brackets: the emulator takes what is assigned to a column for a comparison, which arrays have not.
    changed = ", ".join(f"`{column}` = ({value})" for column, value in picked.changes(paths, delete=delete).items())
    yield f"UPDATE {name} AS stored SET {changed} WHERE {condition}"
