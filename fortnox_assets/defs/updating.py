"""Brings one partition of one raw table up to date: decides how much to read, reads it, and says what to store.

From the moment what is stored has been looked at until the result is stored, no other run may do the same for the same
partition; the result's ``in_the_end`` frees it, which the IO manager calls whatever happens.
"""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import cast

from fortnox_assets.catalogue.endpoint import Endpoint
from fortnox_assets.cell_lock import CellLock
from fortnox_assets.connections import Connections
from fortnox_assets.extract.changes import Basis, StoredKey, changes
from fortnox_assets.extract.client import Row
from fortnox_assets.extract.details import details_wanted
from fortnox_assets.extract.extraction import Extraction, Options
from fortnox_assets.extract.progress import Progress
from fortnox_assets.extract.snapshot import snapshot
from fortnox_assets.extract.watermark import on_fortnox_clock, utc_now
from fortnox_assets.freshness import Reach, Wanted, fingerprint, freshness, reach, window_of
from fortnox_assets.warehouse.columns import Caster
from fortnox_assets.warehouse.results import Changes, Snapshot, spill
from fortnox_assets.warehouse.sync_state import Cell, StoredTables, SyncKind, SyncState

_KEY_COLUMNS = ("_row_key", "_list_hash", "_deleted_at")


@dataclass(frozen=True, kw_only=True)
class Update:
    """One partition of one table, whose company, label and columns are those of ``caster``.

    ``full`` reads everything again, ``keys`` at least every key, whenever they were read last.
    """

    connections: Connections
    stored: StoredTables
    caster: Caster
    full: bool
    progress: Progress
    keys: bool = False

    def endpoint(self, endpoint: Endpoint, *, details: bool | None) -> tuple[Snapshot, Extraction]:
        """What to store of an endpoint, and the extraction it was read by.

        Raises: what ``snapshot`` and ``changes`` raise; WarehouseError; BusyError.
        """
        company, label = self.caster.company, self.caster.label
        options = Options(progress=self.progress, details=details, resumable=True)
        with self._alone() as lock:
            part, client = self.connections.slice(company, label), self.connections.client(company)
            before = self.stored.state(endpoint.name, self._cell)
            with_details = details_wanted(endpoint, asked=details)
            wanted = Wanted(shape=self._shape(with_details), window=window_of(part))
            now = on_fortnox_clock(utc_now(), client)
            fresh = freshness(endpoint, self.connections.settings)
            if self.keys:
                fresh = replace(fresh, key_listing=timedelta(0))
            much = reach(before, wanted, fresh, now, full=self.full)
            spool = self.connections.spool_directory
            if before is None or much is Reach.EVERYTHING:
                extraction = snapshot(client, endpoint, part, spool, **options)
            else:
                basis = Basis(watermark=before.watermark, keys=self._keys, list_keys=much is Reach.KEYS)
                extraction = changes(client, endpoint, part, basis, spool, **options)
            with extraction:
                rows = spill(extraction.rows, self.caster, spool, after_commit=(extraction.forget,))
            state = self._state(extraction, before if much is not Reach.EVERYTHING else None, wanted)
            rows = replace(rows, state=state, in_the_end=(lock.release,))
            if much is Reach.EVERYTHING:
                return rows, extraction
            return Changes.of(rows, state, extraction.differences.deleted), extraction

    def file(self, rows: Iterable[list[Row]], content: str, asked_at: datetime) -> Snapshot:
        """What to store of a table that comes from files: all ``rows``, or nothing when ``content`` is as stored.

        Nothing either when another run has stored what it asked for later than ``asked_at``, when these were.
        Raises: what ``rows`` raises; WarehouseError; BusyError.
        """
        with self._alone() as lock:
            before, shape = self.stored.state(self.caster.table.name, self._cell), self._shape(None)
            state = SyncState(
                kind=SyncKind.SNAPSHOT,
                watermark=asked_at,
                listed_at=asked_at,
                full_at=asked_at,
                shape=shape,
                content=content,
                run_id=self.caster.run_id,
            )
            if before is not None and before.watermark > asked_at:
                state = replace(before, kind=SyncKind.UNCHANGED)
            elif before is not None and (before.content, before.shape) == (content, shape) and not self.full:
                state = replace(state, kind=SyncKind.UNCHANGED, full_at=before.full_at)
            same = state.kind is SyncKind.UNCHANGED
            read = spill(() if same else rows, self.caster, self.connections.spool_directory)
            read = replace(read, state=state, in_the_end=(lock.release,))
            return Changes.of(read, state) if same else read

    @contextmanager
    def _alone(self) -> Iterator[CellLock]:
        """Keeps other runs away; when all goes well until the result is stored, else until the block ends."""
        directory = self.connections.settings.state_dir / "locks"
        lock = CellLock(directory, self.caster.table.name, self.caster.company, self.caster.label)
        lock.acquire()
        try:
            yield lock
        except BaseException:
            lock.release()
            raise

    @property
    def _cell(self) -> Cell:
        label = self.caster.label
        company: Cell = {"company": self.caster.company}
        return company if label is None else {**company, "financial_year": label}

    def _keys(self) -> Iterator[StoredKey]:
        for key, list_hash, deleted_at in self.stored.rows(self.caster.table.name, self._cell, _KEY_COLUMNS):
            if key is not None:
                yield cast("str", key), list_hash, deleted_at is not None

    def _shape(self, with_details: bool | None) -> str:  # noqa: FBT001 - None is a third answer: there are no details
        return fingerprint(with_details, *(f"{each.name} {each.type}" for each in self.caster.schema))

    def _state(self, extraction: Extraction, before: SyncState | None, wanted: Wanted) -> SyncState:
        now = extraction.watermark
        listed = before is None or extraction.compared
        kind = SyncKind.SNAPSHOT if before is None else SyncKind.LISTING if listed else SyncKind.CHANGES
        return SyncState(
            kind=kind,
            watermark=now,
            listed_at=now if before is None or listed else before.listed_at,
            full_at=now if before is None else before.full_at,
            shape=wanted.shape,
            window=wanted.window,
            run_id=self.caster.run_id,
        )
