"""Rows on their way into BigQuery: Arrow to Parquet to one load job into a table of their own, which expires."""

import datetime as dt
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
from google.cloud import bigquery

from fortnox_assets.warehouse.bigquery_access import FAILURES, LABELS
from fortnox_assets.warehouse.bigquery_jobs import ONCE, REQUEST_SECONDS, Job, Jobs
from fortnox_assets.warehouse.bigquery_schema import arrow_schema
from fortnox_assets.warehouse.errors import WarehouseError
from fortnox_assets.warehouse.results import Changes, Snapshot

STAGING_PREFIX = "load__"
STAGING_LIFETIME = dt.timedelta(days=1)


@contextmanager
def loaded(
    jobs: Jobs, stored: Snapshot, target: bigquery.Table, work: str, labels: Mapping[str, str]
) -> Iterator[tuple[bigquery.Table | None, int]]:
    """A table with the columns of ``target`` and the rows to store, removed in the end, and how many rows it has.

    Deleted keys are rows with ``_deleted_at``. Where there is nothing to load, there is no table.
    Raises: WarehouseError when BigQuery did not take as many rows as were fetched.
    """
    expected = stored.rows + len(_deleted(stored))
    if not expected:
        yield None, 0
        return
    name = f"{STAGING_PREFIX}{work.replace('-', '_')}"
    staging = jobs.call(name, lambda: jobs.client.create_table(_staging(name, target), exists_ok=True, **ONCE))
    try:
        taken = _load(jobs, f"{work}-load", staging, stored, labels)
        if taken != expected:
            raise WarehouseError(
                f"{stored.table.name}: BigQuery took {taken} rows of the {expected} that were fetched; run again"
            )
        yield staging, expected
    finally:
        # What is left behind expires.
        with suppress(*FAILURES):
            jobs.client.delete_table(staging, not_found_ok=True, **ONCE)


def write_parquet(stored: Snapshot, columns: pa.Schema, file: Path) -> None:
    """The rows and deleted keys in the target's order, one batch in memory at a time; what they lack is empty."""
    with stored.reader() as rows, pq.ParquetWriter(file, columns, compression="zstd") as writer:
        for batch in rows:
            writer.write_batch(_in_order(batch, columns))
        if deleted := _deleted(stored):
            writer.write_batch(_in_order(_marks(stored, deleted), columns))


def _staging(name: str, target: bigquery.Table) -> bigquery.Table:
    """An empty table with the target's fields as they are there: records are merged by position, not by name."""
    reference = bigquery.TableReference(bigquery.DatasetReference(target.project, target.dataset_id), name)
    staging = bigquery.Table(reference, schema=target.schema)
    staging.expires = dt.datetime.now(dt.UTC) + STAGING_LIFETIME
    staging.description = f"Rows on their way to {target.table_id}; nobody reads them, and they expire."
    staging.labels = dict(LABELS)
    return staging


def _load(jobs: Jobs, name: str, staging: bigquery.Table, stored: Snapshot, labels: Mapping[str, str]) -> int | None:
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
    file = stored.file.with_suffix(".parquet")
    try:
        write_parquet(stored, arrow_schema(staging.schema), file)

        def submit(job_id: str) -> Job:
            with file.open("rb") as rows:
                return jobs.client.load_table_from_file(
                    rows,
                    staging.reference,
                    size=file.stat().st_size,
                    num_retries=0,
                    job_id=job_id,
                    job_config=config,
                    timeout=REQUEST_SECONDS,
                )

        taken: int | None = jobs.run(name, submit).output_rows
        return taken
    finally:
        file.unlink(missing_ok=True)


def _deleted(stored: Snapshot) -> tuple[str, ...]:
    return stored.deleted if isinstance(stored, Changes) else ()


def _marks(stored: Snapshot, deleted: tuple[str, ...]) -> pa.RecordBatch:
    count = len(deleted)
    moment = stored.state.watermark if stored.state else None
    columns = {name: pa.array([value] * count) for name, value in stored.cell.items()}
    kind = stored.schema.field("_deleted_at").type
    marks = {**columns, "_row_key": pa.array(deleted, pa.string()), "_deleted_at": pa.array([moment] * count, kind)}
    return pa.RecordBatch.from_pydict(marks)


def _in_order(batch: pa.RecordBatch, columns: pa.Schema) -> pa.RecordBatch:
    by_name = {name.lower(): batch.column(place) for place, name in enumerate(batch.schema.names)}
    arrays = [
        by_name[each.name.lower()].cast(each.type) if each.name.lower() in by_name else pa.nulls(len(batch), each.type)
        for each in columns
    ]
    return pa.RecordBatch.from_arrays(arrays, schema=columns)
