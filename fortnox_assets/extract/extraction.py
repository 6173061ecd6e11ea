"""What an extraction is told, and what it brings: rows that wait on disk until they are stored."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from types import TracebackType
from typing import Self, TypedDict

from fortnox_assets.catalogue import ENDPOINTS
from fortnox_assets.catalogue.endpoint import Endpoint
from fortnox_assets.extract.client import Client, Row
from fortnox_assets.extract.listing import STOCKHOLM, Counts, Reading, Unasked
from fortnox_assets.extract.progress import Progress, Silent
from fortnox_assets.extract.row_filter import RowFilter
from fortnox_assets.extract.slices import Slice
from fortnox_assets.extract.spool import Spool, in_batches
from fortnox_assets.extract.watermark import Clock

ROWS_IN_A_BATCH = 2000


class Options(TypedDict, total=False):
    """How a snapshot is taken, each with a default.

    ``details``: whether to fetch one detail a row; None for as the endpoint needs. ``today`` bounds what is asked for
    day by day. ``catalogue`` holds the endpoints from which another one's keys come. ``resumable``: details that were
    fetched stay on disk until :meth:`Extraction.forget`, so that a run that takes over does not ask for them again.
    ``rows``: what of them may be kept.
    """

    progress: Progress
    details: bool | None
    today: date
    catalogue: Mapping[str, Endpoint]
    resumable: bool
    clock: Clock
    rows: RowFilter


def reading_of(client: Client, endpoint: Endpoint, part: Slice, options: Options) -> Reading:
    """What is to be read, as the options say."""
    return Reading(
        client=client,
        endpoint=endpoint,
        part=part,
        today=options.get("today") or datetime.now(STOCKHOLM).date(),
        progress=options.get("progress") or Silent(),
        rows=options.get("rows") or RowFilter(),
    )


def catalogue_of(options: Options) -> Mapping[str, Endpoint]:
    """Where keys of other endpoints are looked up."""
    return options.get("catalogue", ENDPOINTS)


def spool_of(directory: Path, endpoint: Endpoint, part: Slice, options: Options) -> Spool:
    """The place on disk for the endpoint's rows of the partition. Raises: SpoolError."""
    place = directory / part.company / str(part.label or "company")
    version = (options.get("rows") or RowFilter()).version
    return Spool(place, endpoint.name, resumable=options.get("resumable", False), version=version)


@dataclass(frozen=True, kw_only=True)
class Differences:
    """How what was extracted differs from what was stored. ``deleted`` are the keys that are gone."""

    new: int = 0
    changed: int = 0
    reappeared: int = 0
    deleted: tuple[str, ...] = ()


class Extraction:
    """Rows that have all arrived: ``rows`` reads them from disk once, and removes them there when it is through.

    ``rows`` are lists of at most 2000 of Fortnox's own JSON objects, list and detail made one (the detail's value where
    both have a field), keys that begin with ``@`` still in them. Leaving the ``with`` removes what was not read, but
    not the details of a resumable extraction: :meth:`forget` them when the rows are stored.

    ``watermark``: by Fortnox's clock, every change before it is among the rows. ``differences`` and ``compared``
    (whether every key was listed) tell about changes to what is stored.
    """

    def __init__(
        self,
        counts: Counts,
        spool: Spool | None,
        watermark: datetime,
        *,
        differences: Differences | None = None,
        compared: bool = True,
    ) -> None:
        self.counts = counts
        self.watermark = watermark
        self.differences = differences or Differences()
        self.compared = compared
        self._spool = spool
        self._open = spool is not None
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

    @property
    def unasked(self) -> tuple[Unasked, ...]:
        """The sources of keys that the company cannot have: what hangs on them is not among the rows."""
        return self.counts.unasked

    def close(self) -> None:
        """Removes the rows from disk, except details that can be taken over; again does nothing more."""
        if self._spool is not None and self._open:
            self._open = False
            self._spool.leave()

    def forget(self) -> None:
        """Removes everything from disk, because it is stored."""
        if self._spool is not None:
            self._open = False
            self._spool.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _read(self) -> Iterator[list[Row]]:
        if self._spool is not None:
            rows: Iterator[Row] = self._spool.merged()
            yield from in_batches(rows, ROWS_IN_A_BATCH)
            self.close()
