"""One partition of one raw table: from Fortnox, or from SIE files, to what the IO manager stores."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import dagster as dg

from fortnox_assets.catalogue.endpoint import Endpoint, Table
from fortnox_assets.catalogue.own_tables import DOCUMENTS, LEDGER_SOURCES
from fortnox_assets.connections import COMPANY_TROUBLE, Connections, NoLedgerFileError
from fortnox_assets.defs.partitions import Cell
from fortnox_assets.defs.updating import Update
from fortnox_assets.documents.bring import Desk, bring
from fortnox_assets.documents.choice import DocumentsSelection
from fortnox_assets.extract.extraction import Extraction
from fortnox_assets.extract.ledger import LedgerFile, LedgerSource, content_of, sie_rows
from fortnox_assets.extract.progress import Progress, Silent
from fortnox_assets.extract.selection import wants_details
from fortnox_assets.extract.watermark import on_fortnox_clock, utc_now
from fortnox_assets.fortnox.counters import RequestCounts
from fortnox_assets.fortnox.errors import FortnoxTransient, FortnoxUnavailable
from fortnox_assets.ledger_sources import Source, coming_changes, new_records
from fortnox_assets.warehouse.columns import Caster, FieldSelection
from fortnox_assets.warehouse.errors import WarehouseError
from fortnox_assets.warehouse.results import Changes, Snapshot, Unavailable
from fortnox_assets.warehouse.sync_state import StoredTables, SyncState

Copied = Snapshot | Unavailable
NOT_CONNECTED = "the company has no Fortnox connection, only uploaded SIE files"
NOT_AVAILABLE = "not available"
MISSING = "missing"
NEW_FIELDS = "new fields"
LISTED = "listed"
TOTAL = "@TotalResources"


@dataclass(frozen=True, kw_only=True)
class Copying:
    """What copying one cell needs; one for each Dagster step."""

    connections: Connections
    cell: Cell
    run_id: str
    stored: StoredTables
    full: bool = False
    keys: bool = False
    progress: Progress = field(default_factory=Silent)
    began: datetime = field(default_factory=utc_now)

    def endpoint(self, endpoint: Endpoint) -> tuple[Copied, Mapping[str, Any]]:
        """The endpoint's rows of the cell with metadata about how they were had."""
        company = self.cell.company
        if not self.connections.is_connected(company):
            return self._unavailable(endpoint, NOT_CONNECTED)
        before = self.connections.traffic()
        try:
            copied, extraction = self._update(endpoint).endpoint(endpoint, details=self._details(endpoint))
        except FortnoxUnavailable as error:
            lacking, metadata = self._unavailable(endpoint, str(error))
            return lacking, {**metadata, MISSING: error.reason.value.replace("_", " ")}
        counted = {
            LISTED: extraction.listed,
            **({} if extraction.total_resources is None else {TOTAL: extraction.total_resources}),
            "details": extraction.details,
            "details kept from an earlier run": extraction.counts.reused,
            "vanished while reading": extraction.vanished,
            "outside the partition": extraction.outside_window,
            "undated": extraction.counts.undated,
            "repeated in the list": extraction.counts.repeated,
        }
        differences = {
            "new": extraction.differences.new,
            "changed": extraction.differences.changed,
            "reappeared": extraction.differences.reappeared,
            "deleted": len(extraction.differences.deleted),
        }
        traffic = _traffic(self.connections.traffic() - before)
        return copied, {**_about(copied), **_how(copied, differences), **counted, **traffic, **_partly(extraction)}

    def sie(self, tables: Sequence[Table]) -> Iterator[tuple[Table, Copied, Mapping[str, Any]]]:
        """These SIE tables of the cell: its files are fetched once, or not at all where they cannot have changed."""
        books = [table for table in tables if table is not LEDGER_SOURCES]
        uploaded = self._source() == "sie_file"
        settled = {table.name: None if uploaded else self._update(table).settled() for table in books}
        if books and all(settled.values()):
            for table in tables:
                yield table, *self._still(table, settled.get(table.name))
            return
        with self.ledger_files() as files:
            for table in tables:
                if isinstance(files, NoLedgerFileError):
                    yield table, *self.missing(table, str(files))
                elif table is LEDGER_SOURCES:
                    yield table, *self.ledger_sources(files)
                else:
                    yield table, *self.sie_table(table, files)

    def sie_table(self, table: Table, files: tuple[LedgerFile, ...]) -> tuple[Copied, Mapping[str, Any]]:
        """The rows of one SIE table, from the files of the cell's years; none when the books in them are as stored."""
        rows = (batch for file in files for batch in sie_rows(file, table.name))
        copied = self._update(table).file(rows, content_of(files), self.began, self._asked_at())
        return copied, {**_about(copied), **_how(copied, {}), "files": len(files)}

    def _still(self, table: Table, state: SyncState | None) -> tuple[Copied, Mapping[str, Any]]:
        update = self._update(table)
        copied = update.still(state) if state else update.added(list, self.began)
        return copied, {**_about(copied), **_how(copied, {})}

    def _asked_at(self) -> datetime:
        """When this began: by Fortnox's clock where it is asked for the files, else by ours."""
        company = self.cell.company
        if not self.connections.is_connected(company):
            return self.began
        return on_fortnox_clock(self.began, self.connections.client(company))

    def ledger_sources(self, files: tuple[LedgerFile, ...]) -> tuple[Copied, Mapping[str, Any]]:
        """A record of each year whose ledger comes from somewhere else than before."""
        update = self._update(LEDGER_SOURCES)
        copied = update.added(lambda: new_records(files, self.stored, update.cell, self.began), self.began)
        return copied, {
            **_about(copied),
            **_how(copied, {}),
            "ledger": ", ".join(str(Source.of(file)) for file in files),
        }

    def documents(
        self, choice: DocumentsSelection, tell: Callable[[str], object]
    ) -> tuple[Copied, Mapping[str, Any], Mapping[str, str]]:
        """The rows of fetched files that are new or changed, metadata, and why each file that is not there is not.

        ``tell`` hears what it will cost before the first request.
        """
        company, label = self.cell.company, self.cell.label
        if not self.connections.is_connected(company):
            return *self._unavailable(DOCUMENTS, NOT_CONNECTED), {}
        update = self._update(DOCUMENTS)
        desk = Desk(
            stored=self.stored,
            store=self.connections.settings.document_store,
            part=self.connections.slice(company, label),
            choice=choice,
        )
        spool = self.connections.spool_directory / "documents" / company / str(label)
        before = self.connections.traffic()
        with update.alone() as lock:
            planned, _, _ = desk.planned()
            tell(f"{len(planned.fetch)} files to fetch, one request each; {len(planned.there)} are there")
            try:
                brought = bring(desk, self.connections.client(company), spool, self.progress, look=self.full)
            except FortnoxUnavailable as error:
                lock.release()
                lacking, metadata = self._unavailable(DOCUMENTS, str(error))
                return lacking, {**metadata, MISSING: error.reason.value.replace("_", " ")}, {}
            copied = update.changed(brought.rows, brought.deleted, self.began, lock, brought.journal.remove)
        traffic = _traffic(self.connections.traffic() - before)
        return copied, {**_about(copied), **_how(copied, {}), **brought.counts, **traffic}, brought.lacking

    def coming_changes(self) -> Iterator[str]:
        """What the load is about to take from another source than what is stored, a line each."""
        company, label = self.cell.company, self.cell.label
        if label is not None:
            yield from coming_changes(self.connections, self.stored, company, label)

    @contextmanager
    def ledger_files(self) -> Iterator[tuple[LedgerFile, ...] | NoLedgerFileError]:
        """The cell's SIE files, or why there is none."""
        if self.cell.label is None:
            raise ValueError("a ledger belongs to a financial year")
        try:
            found = self.connections.ledger_files(self.cell.company, self.cell.label)
            files = found.__enter__()
        except NoLedgerFileError as error:
            yield error
            return
        try:
            yield files
        finally:
            found.__exit__(None, None, None)

    def missing(self, table: Table, reason: str) -> tuple[Copied, Mapping[str, Any]]:
        """Word that the table's rows are not to be had; what is stored stays."""
        copied, metadata = self._unavailable(table, reason)
        return copied, {**metadata, MISSING: reason}

    def _details(self, endpoint: Endpoint) -> bool | None:
        """Whether one call a row is made; None: as the endpoint needs."""
        source = self._source()
        return None if source is None else wants_details(endpoint, source)

    def _source(self) -> LedgerSource | None:
        """Where the ledger of the cell's year comes from; None for what belongs to no year."""
        label = self.cell.label
        return None if label is None else self.connections.settings.company(self.cell.company).ledger_source(label)

    def _update(self, table: Table) -> Update:
        settings = self.connections.settings
        chosen = settings.chosen_fields(table.name)
        caster = Caster(
            table=table,
            selection=FieldSelection(include=chosen.include, exclude=chosen.exclude),
            company=self.cell.company,
            label=self.cell.label,
            loaded_at=utc_now(),
            run_id=self.run_id,
            new_fields=settings.config.new_fields if settings.config else "report",
        )
        return Update(
            connections=self.connections,
            stored=self.stored,
            caster=caster,
            full=self.full,
            progress=self.progress,
            keys=self.keys,
        )

    def _unavailable(self, table: Table, reason: str) -> tuple[Copied, Mapping[str, Any]]:
        chosen = self.connections.settings.chosen_fields(table.name)
        copied = Unavailable(
            table=table,
            company=self.cell.company,
            label=self.cell.label,
            reason=reason,
            selection=FieldSelection(include=chosen.include, exclude=chosen.exclude),
        )
        return copied, {"rows": 0, NOT_AVAILABLE: reason}


@contextmanager
def failures_in_one_line() -> Iterator[None]:
    """Turns what a person can cause or cure into a Dagster failure of one line, tried again only when it may pass."""
    try:
        yield
    except (*COMPANY_TROUBLE, WarehouseError) as error:
        raise dg.Failure(description=str(error), allow_retries=isinstance(error, FortnoxTransient)) from None


def _partly(extraction: Extraction) -> Mapping[str, Any]:
    """What is not among the rows, because the keys it hangs on are not available to the company."""
    if not extraction.unasked:
        return {}
    sources = {each.source: each.reason.value.replace("_", " ") for each in extraction.unasked}
    reasons = (f"of {source}: {each.why}" for source, each in zip(sources, extraction.unasked, strict=True))
    return {
        NOT_AVAILABLE: " | ".join(reasons),
        MISSING: ", ".join(f"of {source}: {reason}" for source, reason in sources.items()),
    }


def _about(copied: Snapshot) -> Mapping[str, Any]:
    report = copied.report
    new = {NEW_FIELDS: dict(report.unknown_shapes)} if report.unknown_shapes else {}
    return {
        **new,
        "rows": copied.rows,
        "unknown fields": dict(report.unknown_fields),
        "unparsed values": sum(report.unparsed.values()),
        "hidden by a missing right": sum(report.no_right.values()),
    }


def _how(copied: Snapshot, differences: Mapping[str, int]) -> Mapping[str, Any]:
    """Which kind of sync it was, and for changes how many of which kind there were."""
    kind = {"sync": str(copied.state.kind)} if copied.state else {}
    return {**kind, **(differences if isinstance(copied, Changes) else {})}


def _traffic(spent: RequestCounts) -> Mapping[str, Any]:
    return {
        "requests": spent.requests,
        "retries": spent.retries,
        "rate limited (429)": spent.rate_limited,
        "seconds waited": round(spent.seconds_waited, 2),
        "bytes received": spent.bytes_received,
    }
