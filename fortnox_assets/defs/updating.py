"""Brings one partition of one raw table up to date: decides how much to read, reads it, and says what to store.

From the moment what is stored has been looked at until the result is stored, no other run may do the same for the same
partition; the result's ``in_the_end`` frees it, which the IO manager calls whatever happens.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from operator import contains
from typing import cast

from fortnox_assets.catalogue.endpoint import Endpoint
from fortnox_assets.cell_lock import CellLock
from fortnox_assets.connections import Connections
from fortnox_assets.erasures import Erasures
from fortnox_assets.extract.changes import Basis, StoredKey, changes
from fortnox_assets.extract.client import Row
from fortnox_assets.extract.details import details_wanted
from fortnox_assets.extract.extraction import Extraction, Options
from fortnox_assets.extract.listing import Counts
from fortnox_assets.extract.progress import Progress
from fortnox_assets.extract.row_filter import RowFilter
from fortnox_assets.extract.slices import Slice
from fortnox_assets.extract.snapshot import snapshot
from fortnox_assets.extract.watermark import on_fortnox_clock, utc_now
from fortnox_assets.freshness import (
    STILL_WHEN_LOCKED,
    Reach,
    Wanted,
    fingerprint,
    freshness,
    is_still,
    locked_freshness,
    reach,
    window_of,
)
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
        with self.alone() as lock:
            rows_kept = self._filter()
            part, client = self.connections.slice(company, label), self.connections.client(company)
            before = self.stored.state(endpoint.name, self.cell)
            locked = endpoint.name in STILL_WHEN_LOCKED and self.connections.is_locked(company, label)
            shape = self._shape(details_wanted(endpoint, asked=details))
            wanted = Wanted(shape=shape, window=window_of(part), locked=locked)
            told = client.server_clock_offset is not None
            now = on_fortnox_clock(utc_now(), client)
            fresh = freshness(endpoint, self.connections.settings)
            if self.keys:
                fresh = replace(fresh, key_listing=timedelta(0))
            much = reach(before, wanted, fresh, now, full=self.full)
            if before is not None and much is Reach.NOTHING:
                lock.release()
                return self.still(before), Extraction(Counts(), None, before.watermark, compared=False)
            options = Options(progress=self.progress, details=details, resumable=True, rows=rows_kept)
            extraction = self._read(endpoint, part, before, much, options)
            with extraction:
                # List row and detail were judged apart; whose they are may stand in one of them alone.
                kept = (rows_kept.spooled(batch) for batch in extraction.rows)
                rows = spill(kept, self.caster, self.connections.spool_directory, after_commit=(extraction.forget,))
            # Our clock may have been put right meanwhile: the earlier of the two readings is safe.
            began = min(now, extraction.watermark) if told else extraction.watermark
            state = self._state(extraction, began, before if much is not Reach.EVERYTHING else None, wanted)
            rows = replace(rows, state=state, anew=self.full, in_the_end=(lock.release,))
            if before is None or not (_merges(endpoint, much) or extraction.unasked):
                return rows, extraction
            return Changes.of(rows, state, extraction.differences.deleted), extraction

    def _read(
        self, endpoint: Endpoint, part: Slice, before: SyncState | None, much: Reach, options: Options
    ) -> Extraction:
        client, spool = self.connections.client(self.caster.company), self.connections.spool_directory
        if before is None or not (_merges(endpoint, much) or _may_come_in_part(endpoint)):
            return snapshot(client, endpoint, part, spool, **options)
        keys = self._keys if much is not Reach.EVERYTHING else self._keys_alone
        basis = Basis(watermark=before.watermark, keys=keys, list_keys=much is not Reach.CHANGES, keys_of=self._keys_of)
        return changes(client, endpoint, part, basis, spool, **options)

    def settled(self) -> SyncState | None:
        """The state of a SIE file's table whose year is locked in Fortnox and was read lately; None: read it again.

        Raises: WarehouseError; what asking for the locked period raises.
        """
        company, label = self.caster.company, self.caster.label
        if self.full or not self.connections.is_locked(company, label):
            return None
        now = on_fortnox_clock(utc_now(), self.connections.client(company))
        before, fresh = (
            self.stored.state(self.caster.table.name, self.cell),
            locked_freshness(self.connections.settings),
        )
        return before if before is not None and is_still(before, self._wanted_file(), fresh, now) else None

    def still(self, before: SyncState) -> Changes:
        """Word that nothing was asked, because the year is locked."""
        read = spill((), self.caster, self.connections.spool_directory)
        return Changes.of(read, replace(before, kind=SyncKind.LOCKED))

    def _wanted_file(self) -> Wanted:
        company, label = self.caster.company, self.caster.label
        window = window_of(self.connections.slice(company, label))
        return Wanted(shape=self._shape(None), window=window, locked=self.connections.is_locked(company, label))

    def file(self, rows: Iterable[list[Row]], content: str, asked_at: datetime, listed_at: datetime) -> Snapshot:
        """What to store of a table that comes from files: all ``rows``, or nothing when ``content`` is as stored.

        Nothing either when another run has stored what it asked for later than ``asked_at``, when these were, by our
        own clock, which orders runs to less than the second; ``listed_at`` is the same by Fortnox's.
        Raises: what ``rows`` raises; WarehouseError; BusyError.
        """
        with self.alone() as lock:
            before, wanted = self.stored.state(self.caster.table.name, self.cell), self._wanted_file()
            state = SyncState(
                kind=SyncKind.SNAPSHOT,
                watermark=asked_at,
                listed_at=listed_at,
                full_at=listed_at,
                shape=wanted.shape,
                window=wanted.window,
                content=content,
                run_id=self.caster.run_id,
                locked=wanted.locked,
            )
            # A stored moment that is still to come was written by a clock that has been put right since.
            if before is not None and asked_at < before.watermark <= utc_now():
                state = replace(before, kind=SyncKind.UNCHANGED)
            elif before is not None and (before.content, before.shape) == (content, wanted.shape) and not self.full:
                kind = SyncKind.CONFIRMED if wanted.locked or before.locked else SyncKind.UNCHANGED
                state = replace(state, kind=kind, full_at=before.full_at)
            same = state.kind is not SyncKind.SNAPSHOT
            read = spill(() if same else rows, self.caster, self.connections.spool_directory)
            read = replace(read, state=state, anew=self.full, in_the_end=(lock.release,))
            return Changes.of(read, state) if same else read

    def added(self, find: Callable[[], list[Row]], asked_at: datetime) -> Changes:
        """What to add to a table whose rows are never changed: those that ``find`` answers once no other run can add.

        Raises: what ``find`` raises; WarehouseError; BusyError.
        """
        with self.alone() as lock:
            return self.changed(find(), (), asked_at, lock)

    def changed(
        self,
        rows: Sequence[Row],
        deleted: tuple[str, ...],
        asked_at: datetime,
        lock: CellLock,
        *after_commit: Callable[[], None],
    ) -> Changes:
        """New and changed rows, and keys that are gone, of a partition that ``lock`` holds until they are stored."""
        state = SyncState(
            kind=SyncKind.CHANGES if rows or deleted else SyncKind.UNCHANGED,
            watermark=asked_at,
            listed_at=asked_at,
            full_at=asked_at,
            shape=self._shape(None),
            run_id=self.caster.run_id,
        )
        batches = [list(rows)] if rows else []
        spilt = spill(batches, self.caster, self.connections.spool_directory, after_commit=after_commit)
        return Changes.of(replace(spilt, in_the_end=(lock.release,)), state, deleted)

    @contextmanager
    def alone(self) -> Iterator[CellLock]:
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
    def cell(self) -> Cell:
        """The partition."""
        label = self.caster.label
        company: Cell = {"company": self.caster.company}
        return company if label is None else {**company, "financial_year": label}

    def _keys(self) -> Iterator[StoredKey]:
        for key, list_hash, deleted_at in self.stored.rows(self.caster.table.name, self.cell, _KEY_COLUMNS):
            if key is not None:
                yield cast("str", key), list_hash, deleted_at is not None

    def _keys_alone(self) -> Iterator[StoredKey]:
        for key, _, deleted in self._keys():
            yield key, None, deleted

    def _keys_of(self, values: Mapping[str, str]) -> set[str] | None:
        """The keys of the stored rows that have these values, or none in their place; None where no column tells."""
        wanted = {name: (value, None) for name, value in values.items()}
        stored = list(self.stored.rows(self.caster.table.name, self.cell, ("_row_key", *wanted)))
        # A table without the column has no such rows to show.
        if not wanted or not {key for key, *_ in stored} >= {key for key, _, _ in self._keys()}:
            return None
        return {key for key, *have in stored if all(map(contains, wanted.values(), have))}

    def _shape(self, with_details: bool | None) -> str:  # noqa: FBT001 - None is a third answer: there are no details
        emptied = sorted(".".join(path) for path in self.caster.chosen.emptied)
        return fingerprint(with_details, *(f"{each.name} {each.type}" for each in self.caster.schema), *emptied)

    def _filter(self) -> RowFilter:
        """Keeps away from the disk, and from the warehouse, who was erased and what ``fortnox.yaml`` leaves out.

        Erasures are looked up while no other run, and no erasure, may have the partition.
        """
        table, chosen = self.caster.table.name, self.caster.chosen
        erasures = Erasures.stored(self.stored, self.caster.company)
        still = erasures.keeper(table, self.stored, self.caster.company)
        if still is None and chosen.everything:
            return RowFilter()

        def keep(row: Row) -> Row | None:
            wanted = row if still is None else still(row)
            return None if wanted is None else chosen.keep(wanted)

        return RowFilter(keep=keep, version=fingerprint(erasures.version if still else "", *chosen.names()))

    def _state(self, extraction: Extraction, now: datetime, before: SyncState | None, wanted: Wanted) -> SyncState:
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
            locked=wanted.locked if before is None or listed else before.locked and wanted.locked,
        )


def _may_come_in_part(endpoint: Endpoint) -> bool:
    """Whether some of its rows can be had without the others, so that those must be told from what is gone."""
    return endpoint.keys_from is not None and bool(endpoint.keys_from.also)


def _merges(endpoint: Endpoint, much: Reach) -> bool:
    """Whether what is read is merged into what is stored, rather than taking its place.

    Where only days after the locked period are asked for, even everything that can be read is not all there is.
    """
    partial = endpoint.keys_from is not None and endpoint.keys_from.each_day_of_open_periods
    return partial or much is not Reach.EVERYTHING
