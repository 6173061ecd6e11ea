"""What an asset hands to the warehouse: a snapshot of its slice, changes to it, or word of nothing to be had.

Whichever it is, it is stored in one transaction together with the state of the sync, so that a crash leaves the rows
and the watermark of before, or those of after.
"""

import os
import time
import uuid
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, fields
from pathlib import Path

import pyarrow as pa

from fortnox_assets.catalogue.endpoint import Table
from fortnox_assets.warehouse.columns import Caster, CastReport, FieldSelection
from fortnox_assets.warehouse.errors import WarehouseError
from fortnox_assets.warehouse.shapes import Rows
from fortnox_assets.warehouse.sync_state import Cell, SyncState

SUFFIX = ".snapshot.arrow"
ABANDONED_AFTER_SECONDS = 2 * 24 * 3600

__all__ = ["Cell", "Changes", "Snapshot", "Unavailable", "spill"]


@dataclass(frozen=True, kw_only=True)
class Snapshot:
    """All rows of one company, or of one company and financial year label, waiting in a file.

    ``file`` holds one Arrow IPC stream after another: a new one begins where a copied new field made ``schema``
    wider. Whoever stores the snapshot calls :meth:`committed` afterwards, and :meth:`discard` in every case.
    Stored rows whose key is not among the snapshot's stay, marked as deleted; rows stored without key go.
    ``anew``: where a column's type has changed, a new table is begun, and the stored one kept under another name.
    """

    table: Table
    company: str
    label: int | None
    schema: pa.Schema
    file: Path
    rows: int
    report: CastReport
    state: SyncState | None = None
    anew: bool = False
    after_commit: tuple[Callable[[], None], ...] = ()
    in_the_end: tuple[Callable[[], None], ...] = ()

    @property
    def cell(self) -> Cell:
        """The partition columns and their values: the slice these rows belong to."""
        return _cell(self.company, self.label)

    @contextmanager
    def reader(self) -> Iterator[pa.RecordBatchReader]:
        """The rows with ``schema``, batch by batch, never all in memory."""
        with pa.OSFile(str(self.file)) as source:
            yield pa.RecordBatchReader.from_batches(self.schema, _batches(source, self.schema))

    def committed(self) -> None:
        """Runs what was to happen once the rows are stored, such as removing the spool they were fetched into."""
        for act in self.after_commit:
            act()

    def discard(self) -> None:
        """Removes the file, and does what was to be done whether the rows could be stored or not."""
        self.file.unlink(missing_ok=True)
        for act in self.in_the_end:
            act()


@dataclass(frozen=True, kw_only=True)
class Changes(Snapshot):
    """What became of a slice since it was stored: ``rows`` new and changed rows in the file, keys that are gone.

    A row of the file takes the place of the stored one with its key. The rows of ``deleted`` keys stay, marked.
    """

    state: SyncState
    deleted: tuple[str, ...] = field(default=())

    @classmethod
    def of(cls, rows: Snapshot, state: SyncState, deleted: tuple[str, ...] = ()) -> "Changes":
        """The changes whose new and changed rows are those of ``rows``."""
        same = {each.name: getattr(rows, each.name) for each in fields(rows) if each.name != "state"}
        return cls(**same, state=state, deleted=deleted)


@dataclass(frozen=True, kw_only=True)
class Unavailable:
    """The company has no access to the endpoint, and ``reason`` says why. Rows stored earlier stay as they are."""

    table: Table
    company: str
    label: int | None
    reason: str
    selection: FieldSelection | None = None

    @property
    def cell(self) -> Cell:
        """The partition columns and their values."""
        return _cell(self.company, self.label)


def spill(
    batches: Iterable[Rows], caster: Caster, directory: Path, *, after_commit: tuple[Callable[[], None], ...] = ()
) -> Snapshot:
    """The rows of ``batches`` cast and written to a file in ``directory``, one batch in memory at a time.

    The file is removed when anything fails. Files of runs that were killed are removed after two days.
    Raises: WarehouseError when the disk is full or cannot be written; what ``batches`` raises is let through.
    """
    label = "" if caster.label is None else f".{caster.label}"
    file = directory / f"{caster.table.name}.{caster.company}{label}.{uuid.uuid4().hex[:12]}{SUFFIX}"
    with _writing(file):
        directory.mkdir(parents=True, exist_ok=True)
        _remove_abandoned(directory, time.time())
        sink = pa.OSFile(str(file), "wb")
    try:
        with sink:
            _write(batches, caster, sink, file)
    except BaseException:
        file.unlink(missing_ok=True)
        raise
    return Snapshot(
        table=caster.table,
        company=caster.company,
        label=caster.label,
        schema=caster.schema,
        file=file,
        rows=caster.report.rows,
        report=caster.report,
        after_commit=after_commit,
    )


def _write(batches: Iterable[Rows], caster: Caster, sink: pa.NativeFile, file: Path) -> None:
    """One stream while the columns stay the same; at least one, so that an empty snapshot has its columns too."""
    schema = caster.schema
    writer = pa.ipc.new_stream(sink, schema)
    for rows in batches:
        batch = caster.batch(rows)
        with _writing(file):
            if batch.schema != schema:
                writer.close()
                schema = batch.schema
                writer = pa.ipc.new_stream(sink, schema)
            writer.write_batch(batch)
    with _writing(file):
        writer.close()


def _batches(source: pa.NativeFile, schema: pa.Schema) -> Iterator[pa.RecordBatch]:
    while source.tell() < source.size():
        for batch in pa.ipc.open_stream(source):
            yield batch if batch.schema == schema else _widened(batch, schema)


def _widened(batch: pa.RecordBatch, schema: pa.Schema) -> pa.RecordBatch:
    have = set(batch.schema.names)
    columns = [
        batch.column(each.name).cast(each.type) if each.name in have else pa.nulls(batch.num_rows, each.type)
        for each in schema
    ]
    return pa.RecordBatch.from_arrays(columns, schema=schema)


@contextmanager
def _writing(file: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        reason = os.strerror(error.errno) if error.errno else str(error)
        raise WarehouseError(
            f"{file.parent}: cannot keep fetched rows there: {reason}; free or choose a disk"
        ) from error


def _remove_abandoned(directory: Path, now: float) -> None:
    for file in directory.glob(f"*{SUFFIX}"):
        if now - file.stat().st_mtime > ABANDONED_AFTER_SECONDS:
            file.unlink(missing_ok=True)


def _cell(company: str, label: int | None) -> Cell:
    return {"company": company} if label is None else {"company": company, "financial_year": label}
