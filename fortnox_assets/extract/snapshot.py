"""Everything one endpoint has for one partition, as rows."""

from collections.abc import Iterator, Mapping
from contextlib import ExitStack
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path
from types import TracebackType
from typing import Self, TypedDict, Unpack

from fortnox_assets.catalogue import ENDPOINTS
from fortnox_assets.catalogue.endpoint import Endpoint, Listing
from fortnox_assets.extract.client import Client, Row
from fortnox_assets.extract.details import details_wanted, fetch_details
from fortnox_assets.extract.errors import ExtractionError
from fortnox_assets.extract.listing import STOCKHOLM, Counts, Reading, read_listing
from fortnox_assets.extract.per_key import read_per_key
from fortnox_assets.extract.progress import Progress, Silent
from fortnox_assets.extract.slices import Slice
from fortnox_assets.extract.spool import Spool, in_batches
from fortnox_assets.fortnox.errors import FortnoxNotFound

ROWS_IN_A_BATCH = 2000


class Options(TypedDict, total=False):
    """How a snapshot is taken, each with a default.

    ``details``: whether to fetch one detail a row; None for as the endpoint needs. ``today`` bounds what is asked for
    day by day. ``catalogue`` holds the endpoints from which another one's keys come.
    """

    progress: Progress
    details: bool | None
    today: date
    catalogue: Mapping[str, Endpoint]


class Extraction:
    """Rows that have all arrived: ``rows`` reads them from disk once, and removes them there when it is through.

    ``rows`` are lists of at most 2000 of Fortnox's own JSON objects, list and detail made one (the detail's value where
    both have a field), keys that begin with ``@`` still in them. Leaving the ``with`` removes what was not read.
    """

    def __init__(self, counts: Counts, spool: Spool | None = None) -> None:
        self.counts = counts
        self._spool = spool
        self.rows: Iterator[list[Row]] = self._read()

    @property
    def listed(self) -> int:
        """List rows received, those of other partitions among them."""
        return self.counts.listed

    @property
    def total_resources(self) -> int | None:
        """Fortnox's own number of list rows; None where it sends none."""
        return self.counts.total_resources

    @property
    def kept(self) -> int:
        """Rows of this partition: as many as ``rows`` brings."""
        return self.counts.kept

    @property
    def details(self) -> int:
        """Details fetched."""
        return self.counts.details

    @property
    def vanished(self) -> int:
        """Documents that were deleted between list and detail, and are left out."""
        return self.counts.vanished

    @property
    def outside_window(self) -> int:
        """List rows whose date belongs to other partitions."""
        return self.counts.outside_window

    def close(self) -> None:
        """Removes the rows from disk; again does nothing more."""
        if self._spool is not None:
            self._spool.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _read(self) -> Iterator[list[Row]]:
        if self._spool is not None:
            yield from in_batches(self._spool.merged(), ROWS_IN_A_BATCH)
            self.close()


def snapshot(
    client: Client, endpoint: Endpoint, part: Slice, spool_directory: Path, **options: Unpack[Options]
) -> Extraction:
    """All rows of ``endpoint`` that belong to ``part``; they wait on disk in ``spool_directory`` until they are read.

    Everything is asked for before this answers, so whatever Fortnox refuses is raised here and the numbers are final.
    Raises: FortnoxUnavailable when the company cannot have the endpoint, other FortnoxErrors for the rest;
    ExtractionError for an answer that cannot be right; SpoolError when the disk refuses.
    """
    with_details = details_wanted(endpoint, asked=options.get("details"))
    progress = options.get("progress") or Silent()
    if part.is_empty:
        progress.done(endpoint.name, 0)
        return Extraction(Counts())
    reading = Reading(
        client=client,
        endpoint=endpoint,
        part=part,
        today=options.get("today") or datetime.now(STOCKHOLM).date(),
        progress=progress,
    )
    with ExitStack() as undo:
        spool = Spool(spool_directory / part.company / str(part.label or "company"), endpoint.name)
        undo.callback(spool.close)
        counts = _read(reading, options.get("catalogue", ENDPOINTS), spool)
        if with_details:
            counts += fetch_details(reading, spool)
        counts = replace(counts, kept=spool.count() - counts.vanished)
        undo.pop_all()
    progress.done(endpoint.name, counts.kept)
    return Extraction(counts, spool)


def _read(reading: Reading, catalogue: Mapping[str, Endpoint], spool: Spool) -> Counts:
    match reading.endpoint.listing:
        case Listing.PAGES | Listing.ARRAY:
            return read_listing(reading, spool)
        case Listing.SINGLETON:
            return _read_singleton(reading, spool)
        case Listing.PER_KEY:
            return read_per_key(reading, catalogue, spool)
        case Listing.NONE:
            raise ValueError(f"{reading.endpoint.name} cannot be copied: {reading.endpoint.not_copied}")


def _read_singleton(reading: Reading, spool: Spool) -> Counts:
    """The one object the endpoint is; no row where the company does not have it, or it says nothing."""
    endpoint = reading.endpoint
    try:
        answer = reading.client.get(endpoint.path, endpoint.parameters)
    except FortnoxNotFound:
        return Counts(unanswered=1)
    row = answer.get(endpoint.wrapper) if endpoint.wrapper and isinstance(answer, dict) else answer
    if not isinstance(row, dict):
        raise ExtractionError(f"{endpoint.name}: Fortnox answered without the object {endpoint.wrapper or ''}".rstrip())
    if endpoint.key and all(row.get(name) in (None, "") for name in endpoint.key):
        return Counts(unanswered=1)
    spool.add(0, [((), row)])
    reading.progress.listed(endpoint.name, 1, 1)
    return Counts(listed=1)
