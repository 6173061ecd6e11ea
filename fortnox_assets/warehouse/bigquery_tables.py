"""Raw tables in BigQuery: made from the catalogue's columns, widened when those grow, replaced slice by slice.

Rows are loaded into a table of their own, which nobody reads and which expires, and one MERGE then puts them where the
slice's old rows were. A run that is killed anywhere leaves the old rows or the new ones; run again, the new ones.
"""

import datetime as dt
import hashlib
from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
from google.api_core.exceptions import Forbidden, NotFound, PreconditionFailed
from google.cloud import bigquery

from fortnox_assets.warehouse.bigquery_access import FAILURES, LABELS, BigQueryAccess, first_line
from fortnox_assets.warehouse.bigquery_jobs import ONCE, REQUEST_SECONDS, Job, Jobs, label_value
from fortnox_assets.warehouse.bigquery_schema import arrow_schema, fields_of, new_table, same, widened
from fortnox_assets.warehouse.errors import WarehouseError
from fortnox_assets.warehouse.evolution import evolution
from fortnox_assets.warehouse.results import Cell, Snapshot

STAGING_PREFIX = "load__"
STAGING_LIFETIME = dt.timedelta(days=1)
RAW_DESCRIPTION = "Fortnox's own fields, typed, one table an endpoint; written by fortnox-assets."


@dataclass(kw_only=True)
class RawDataset:
    """The raw tables of one dataset."""

    access: BigQueryAccess
    jobs: Jobs
    name: str
    _is_there: bool = field(init=False, default=False, repr=False)

    @property
    def client(self) -> bigquery.Client:
        """The client its jobs are run with."""
        return self.jobs.client

    def reference(self, table: str) -> bigquery.TableReference:
        """Which table ``table`` is."""
        return bigquery.DatasetReference(self.access.project, self.name).table(table)

    def sql_name(self, table: str) -> str:
        """The table's full name in a statement."""
        return f"`{self.access.project}.{self.name}.{table}`"

    def ensure_table(self, name: str, wanted: pa.Schema) -> bigquery.Table:
        """The stored table, made when it is missing, with what it lacked of ``wanted`` added.

        Raises: WarehouseError when a column has changed its type, or when the dataset can be neither found nor made.
        """
        self.ensure()
        fields = fields_of(wanted, self.access.policy_tags)
        made = new_table(self.reference(name), wanted, fields)
        for _ in range(3):
            try:
                stored = self._get(name)
            except NotFound:
                stored = self._create(made)
            evolution(f"{self.name}.{name}", arrow_schema(stored.schema), wanted)
            after = widened(stored.schema, fields)
            if same(stored.schema, after) and stored.description == made.description:
                return stored
            stored.schema, stored.description = after, made.description
            # Another run may have widened it meanwhile: its answer is then 412, and we look again.
            with suppress(PreconditionFailed):
                return self._update(stored)
        raise WarehouseError(f"{self.name}.{name}: its columns keep changing; run again; no row was written")

    def replace(self, snapshot: Snapshot) -> int:
        """Puts the snapshot's rows where those of its cell were; answers how many there were.

        Raises: WarehouseError when BigQuery did not take as many rows as were fetched.
        """
        target = self.ensure_table(snapshot.table.name, snapshot.schema)
        work = f"fortnox-{snapshot.table.name}-{hashlib.sha256(snapshot.file.name.encode()).hexdigest()[:24]}"
        labels = _labels(snapshot)
        if not snapshot.rows:
            return self._empty(work, snapshot, labels)
        staging = self._make_staging(f"{STAGING_PREFIX}{work.replace('-', '_')}", target, snapshot.schema)
        try:
            self._load(f"{work}-load", staging, snapshot, labels)
            names = self.sql_name(snapshot.table.name), self.sql_name(staging.table_id)
            sql = merge_statement(*names, snapshot.schema.names, snapshot.cell)
            merged = self.jobs.query(f"{work}-merge", sql, cell_parameters(snapshot.cell), labels)
        finally:
            # What is left behind expires.
            with suppress(*FAILURES):
                self.client.delete_table(staging, not_found_ok=True, **ONCE)
        inserted, deleted = _changed(merged)
        _refuse_other_count(snapshot, inserted)
        return deleted

    def count(self, name: str, cell: Cell) -> int:
        """How many rows are stored for ``cell``."""
        sql = count_statement(self.sql_name(name), cell)
        config = bigquery.QueryJobConfig(query_parameters=cell_parameters(cell), labels=LABELS)
        rows = self.jobs.call(name, lambda: list(self.client.query_and_wait(sql, job_config=config)))
        return int(rows[0].stored)

    def ensure(self) -> None:
        """Makes the dataset when it is missing. Raises: WarehouseError, also when it is in another location."""
        if self._is_there:
            return
        where = f"{self.access.project}.{self.name}"
        reference = bigquery.DatasetReference(self.access.project, self.name)
        try:
            found = self.jobs.call(where, lambda: self.client.get_dataset(reference, **ONCE))
        except NotFound:
            found = self._create_dataset(reference)
        if found.location and found.location.upper() != self.access.location.upper():
            raise WarehouseError(
                f"{where}: is in {found.location} but BIGQUERY_LOCATION is {self.access.location}: "
                "a dataset cannot move, so change the setting, or name another dataset"
            )
        self._is_there = True

    def _create_dataset(self, reference: bigquery.DatasetReference) -> bigquery.Dataset:
        dataset = bigquery.Dataset(reference)
        dataset.location = self.access.location
        dataset.description = RAW_DESCRIPTION
        dataset.labels = dict(LABELS)
        try:
            return self.jobs.call(
                str(reference),
                lambda: self.client.create_dataset(dataset, exists_ok=True, **ONCE),
            )
        except Forbidden as error:
            raise WarehouseError(
                f"{reference.project}.{reference.dataset_id}: there is no such dataset, and the permission "
                f"bigquery.datasets.create to make it is missing ({first_line(error)}): make it in location "
                f"{self.access.location}, or grant roles/bigquery.user on the project"
            ) from error

    def _get(self, name: str) -> bigquery.Table:
        where = f"{self.name}.{name}"
        reference = self.reference(name)
        return self.jobs.call(where, lambda: self.client.get_table(reference, **ONCE))

    def _create(self, table: bigquery.Table) -> bigquery.Table:
        create = self.client.create_table
        return self.jobs.call(table.table_id, lambda: create(table, exists_ok=True, **ONCE))

    def _update(self, table: bigquery.Table) -> bigquery.Table:
        update = self.client.update_table
        return self.jobs.call(
            table.table_id,
            lambda: update(table, ["schema", "description"], **ONCE),
        )

    def _make_staging(self, name: str, target: bigquery.Table, columns: pa.Schema) -> bigquery.Table:
        """An empty table with the target's fields as they are there: records are merged by position, not by name."""
        incoming = {each.lower() for each in columns.names}
        staging = bigquery.Table(
            self.reference(name), schema=[each for each in target.schema if each.name.lower() in incoming]
        )
        staging.expires = dt.datetime.now(dt.UTC) + STAGING_LIFETIME
        staging.description = f"Rows on their way to {target.table_id}; nobody reads them, and they expire."
        staging.labels = dict(LABELS)
        return self._create(staging)

    def _load(self, name: str, staging: bigquery.Table, snapshot: Snapshot, labels: Mapping[str, str]) -> None:
        parquet = bigquery.ParquetOptions()
        parquet.enable_list_inference = True
        config = bigquery.LoadJobConfig(
            source_format=bigquery.SourceFormat.PARQUET,
            schema=staging.schema,
            parquet_options=parquet,
            create_disposition=bigquery.CreateDisposition.CREATE_NEVER,
            # A second load into the same table is refused, should the job's name ever be lost.
            write_disposition=bigquery.WriteDisposition.WRITE_EMPTY,
            labels=dict(labels),
        )
        file = snapshot.file.with_suffix(".parquet")
        try:
            _write_parquet(snapshot, arrow_schema(staging.schema), file)

            def submit(job_id: str) -> Job:
                with file.open("rb") as rows:
                    return self.client.load_table_from_file(
                        rows,
                        staging.reference,
                        size=file.stat().st_size,
                        num_retries=0,
                        job_id=job_id,
                        job_config=config,
                        timeout=REQUEST_SECONDS,
                    )

            _refuse_other_count(snapshot, self.jobs.run(name, submit).output_rows)
        finally:
            file.unlink(missing_ok=True)

    def _empty(self, work: str, snapshot: Snapshot, labels: Mapping[str, str]) -> int:
        sql = delete_statement(self.sql_name(snapshot.table.name), snapshot.cell)
        job = self.jobs.query(f"{work}-delete", sql, cell_parameters(snapshot.cell), labels)
        return _changed(job)[1]


def merge_statement(target: str, staging: str, columns: Iterable[str], cell: Cell) -> str:
    """Replaces the rows of a cell by those of the staging table, in one step."""
    named = ", ".join(f"`{each}`" for each in columns)
    return (
        f"MERGE {target} AS stored\n"
        f"USING {staging} AS incoming\n"
        "ON FALSE\n"
        f"WHEN NOT MATCHED BY SOURCE AND {_where(cell, 'stored.')} THEN DELETE\n"
        f"WHEN NOT MATCHED BY TARGET THEN INSERT ({named}) VALUES ({named})"
    )


def delete_statement(target: str, cell: Cell) -> str:
    """Removes the rows of a cell."""
    return f"DELETE FROM {target} WHERE {_where(cell)}"


def count_statement(target: str, cell: Cell) -> str:
    """Counts the rows of a cell."""
    return f"SELECT COUNT(*) AS stored FROM {target} WHERE {_where(cell)}"


def cell_parameters(cell: Cell) -> list[bigquery.ScalarQueryParameter]:
    """The values of a cell as parameters named after its columns."""
    return [
        bigquery.ScalarQueryParameter(column, "INT64" if isinstance(value, int) else "STRING", value)
        for column, value in cell.items()
    ]


def _where(cell: Cell, of: str = "") -> str:
    return " AND ".join(f"{of}`{column}` = @{column}" for column in cell)


def _labels(snapshot: Snapshot) -> dict[str, str]:
    cell = {column: label_value(str(value)) for column, value in snapshot.cell.items()}
    return {**LABELS, "table": label_value(snapshot.table.name), **cell}


def _changed(job: bigquery.QueryJob) -> tuple[int, int]:
    """How many rows a finished statement inserted and deleted."""
    if job.dml_stats is None:
        raise WarehouseError(f"{job.job_id}: BigQuery does not say what the statement changed; run again")
    return job.dml_stats.inserted_row_count, job.dml_stats.deleted_row_count


def _write_parquet(snapshot: Snapshot, columns: pa.Schema, file: Path) -> None:
    """The rows in the target's order, one batch in memory at a time."""
    with snapshot.reader() as rows, pq.ParquetWriter(file, columns, compression="zstd") as writer:
        for batch in rows:
            by_name = {name.lower(): batch.column(place) for place, name in enumerate(batch.schema.names)}
            arrays = [by_name[each.name.lower()].cast(each.type) for each in columns]
            writer.write_batch(pa.RecordBatch.from_arrays(arrays, schema=columns))


def _refuse_other_count(snapshot: Snapshot, rows: Any) -> None:
    if rows != snapshot.rows:
        raise WarehouseError(
            f"{snapshot.table.name}: BigQuery took {rows} rows of the {snapshot.rows} that were fetched; run again"
        )
