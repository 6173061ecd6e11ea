"""Which list calls bring the rows of a partition, and which of the rows they answer belong to it."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from fortnox_assets.catalogue.endpoint import Endpoint, Slicing
from fortnox_assets.extract.client import Client, Row, paging_of
from fortnox_assets.extract.errors import ExtractionError
from fortnox_assets.extract.financial_years import FinancialYear, financial_years
from fortnox_assets.extract.progress import Progress
from fortnox_assets.extract.row_filter import RowFilter
from fortnox_assets.extract.slices import Slice
from fortnox_assets.extract.spans import date_bounds
from fortnox_assets.extract.spool import Spool
from fortnox_assets.fortnox.errors import Missing

STOCKHOLM = ZoneInfo("Europe/Stockholm")


@dataclass(frozen=True, kw_only=True)
class Unasked:
    """An endpoint whose rows are keys, which the company cannot have: what hangs on them was not asked for.

    ``rows_have``: what such rows are known by. ``reason`` in a word or two, ``why`` as Fortnox said it.
    """

    source: str
    rows_have: Mapping[str, str]
    reason: Missing
    why: str


@dataclass(frozen=True, kw_only=True)
class Counts:
    """What an extraction met. ``total_resources`` is Fortnox's own count, None where it sends none.

    ``kept`` rows belong to the partition. ``outside_window`` came along and belong to others. ``undated`` are those
    kept without a readable date. ``repeated`` came twice, word for word. ``details`` were fetched, ``reused``
    ones had been fetched by an earlier run; ``vanished`` documents were deleted between list and detail.
    ``unanswered`` are keys for which Fortnox has no row; ``unasked`` says whose keys could not be had.
    """

    listed: int = 0
    total_resources: int | None = None
    kept: int = 0
    outside_window: int = 0
    undated: int = 0
    repeated: int = 0
    details: int = 0
    reused: int = 0
    vanished: int = 0
    unanswered: int = 0
    unasked: tuple[Unasked, ...] = ()

    def __add__(self, other: "Counts") -> "Counts":
        totals = [each for each in (self.total_resources, other.total_resources) if each is not None]
        sums = {name: getattr(self, name) + getattr(other, name) for name in _NUMBERS}
        total = sum(totals) if totals else None
        return Counts(**sums, total_resources=total, unasked=self.unasked + other.unasked)


_NUMBERS = ("listed", "kept", "outside_window", "undated", "repeated", "details", "reused", "vanished", "unanswered")


@dataclass(frozen=True, kw_only=True)
class Reading:
    """What is being read: an endpoint's rows for one partition. ``today`` bounds what is asked for day by day.

    ``since`` is the ``lastmodified`` that lists are narrowed down with; None for all of their rows. ``rows`` says what
    of them is kept.
    """

    client: Client
    endpoint: Endpoint
    part: Slice
    today: date
    progress: Progress
    since: str | None = None
    rows: RowFilter = RowFilter()  # noqa: RUF009 - frozen, so sharing it is safe


@dataclass(frozen=True, kw_only=True)
class ListCall:
    """One complete listing: of the whole endpoint, of one financial year, or of one span of days."""

    number: int
    parameters: Mapping[str, str | int]
    year: FinancialYear | None = None


def read_listing(reading: Reading, spool: Spool) -> Counts:
    """Puts every list row that belongs to the partition into the spool, and counts them all.

    A listing that turns out incomplete is repeated by the client; what it had brought is forgotten first.
    """
    total = Counts()
    for call in list_calls(reading):
        total += _read_one(reading, spool, call, total)
    return total


def _read_one(reading: Reading, spool: Spool, call: ListCall, before: Counts) -> Counts:
    endpoint, counts = reading.endpoint, Counts()

    def start_over() -> None:
        nonlocal counts
        counts = Counts()
        spool.forget(call.number)

    pages = reading.client.listing(
        endpoint.path,
        call.parameters,
        wrapper=endpoint.wrapper,
        key=lambda row: key_of(endpoint, row),
        paging=paging_of(endpoint),
        on_restart=start_over,
    )
    for page in pages:
        rows, met = belonging(reading, call, page.rows)
        if reading.since is not None and met.outside_window:
            spool.note_elsewhere({key_of(endpoint, row) for row in page.rows} - {key_of(endpoint, row) for row in rows})
        repeated = spool.add(call.number, keyed(reading, rows))
        counts = replace(counts + met, repeated=counts.repeated + repeated, total_resources=page.total_resources)
        so_far = before + counts
        reading.progress.listed(endpoint.name, so_far.listed, so_far.total_resources)
    return counts


def list_calls(reading: Reading) -> tuple[ListCall, ...]:
    """The listings that together bring every row of the partition.

    An endpoint that is sliced by Fortnox's financial year answers for the current year when none is named, so each year
    is asked for by itself; the whole company means all its years.
    """
    endpoint, part = reading.endpoint, reading.part
    always: dict[str, str | int] = dict(endpoint.parameters)
    if endpoint.sort_by is not None:
        always |= {"sortby": endpoint.sort_by, "sortorder": "ascending"}
    if reading.since is not None:
        always["lastmodified"] = reading.since
    if endpoint.slicing is Slicing.FINANCIAL_YEAR:
        years = financial_years(reading.client) if part.label is None else part.years
        return tuple(
            ListCall(number=number, parameters={**always, "financialyear": year.id}, year=year)
            for number, year in enumerate(years)
        )
    if reading.since is not None and endpoint.longest_span_days is None:
        # What has changed its date too shows only where no date is asked for.
        return (ListCall(number=0, parameters=always),)
    return tuple(
        ListCall(number=number, parameters={**always, **bounds})
        for number, bounds in enumerate(date_bounds(endpoint, part, reading.today))
    )


def keyed(reading: Reading, rows: Iterable[Row]) -> Iterator[tuple[tuple[str, ...], Row]]:
    """Each row with its key, reduced to what is kept; without those of which nothing is."""
    for row in rows:
        if (kept := reading.rows.keep(row)) is not None:
            yield key_of(reading.endpoint, row), kept


def belonging(reading: Reading, call: ListCall, rows: Iterable[Row]) -> tuple[list[Row], Counts]:
    """The rows that belong to the partition, and how many did not.

    A row outside the window is left out and counted, whether Fortnox was asked to filter or not: the partition whose
    window holds its date brings it. Raises ExtractionError for a row that is itself of another year than was asked for.
    """
    endpoint, part = reading.endpoint, reading.part
    kept: list[Row] = []
    listed = undated = 0
    for row in (catalogued(endpoint, each) for each in rows):
        listed += 1
        if not _of_year(endpoint, call.year, row):
            continue
        if endpoint.date_field is not None and part.label is not None:
            day = day_of(row.get(endpoint.date_field))
            if day not in part:
                continue
            undated += day is None
        kept.append(row)
    return kept, Counts(listed=listed, outside_window=listed - len(kept), undated=undated)


def _of_year(endpoint: Endpoint, year: FinancialYear | None, row: Row) -> bool:
    """Whether the row is of the year that was asked for, where it says so.

    ``Year`` is the row's own: another one means that Fortnox did not look at the question, and the partition must not
    be replaced by its answer. ``VoucherYear`` is the year of a voucher the row points at.
    """
    if year is None:
        return True
    if row.get("Year") not in (None, "", year.id, str(year.id)):
        raise ExtractionError(
            f"{endpoint.name}: asked for financial year {year.id}, Fortnox answered a row of year {row['Year']}"
        )
    return row.get("VoucherYear") in (None, "", year.id, str(year.id))


def day_of(value: Any) -> date | None:
    """The day of a date or of a moment (in Sweden); None when there is none, or none that can be read."""
    try:
        moment = datetime.fromisoformat(value)
    except (TypeError, ValueError):
        return None
    return (moment.astimezone(STOCKHOLM) if moment.tzinfo else moment).date()


def catalogued(endpoint: Endpoint, row: Row) -> Row:
    """The row with the catalogue's spelling where Fortnox has two; a field that is there under both keeps its own."""
    for theirs, ours in endpoint.other_spellings.items():
        if theirs in row:
            row = {ours: row[theirs]} | {name: value for name, value in row.items() if name != theirs}
    return row


def key_of(endpoint: Endpoint, row: Row) -> tuple[str, ...]:
    """The row's natural key, as text.

    Raises: ExtractionError when a part of it is empty, naming the rest and nothing else of the row.
    """
    values = tuple("" if row.get(name) is None else str(row[name]) for name in endpoint.key)
    if "" in values:
        named = ", ".join(f"{name}={value!r}" for name, value in zip(endpoint.key, values, strict=True))
        raise ExtractionError(f"{endpoint.name}: Fortnox answered a row without key: {named}")
    return values
