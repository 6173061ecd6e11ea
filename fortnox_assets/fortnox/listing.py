"""All pages of a list, and whether they are all there.

Fortnox pages by offset over living data, with no snapshot and no cursor: what is created or removed while we read moves
the rows that follow, so one is missed or comes twice. A listing therefore counts only when the rows received, each
once, are as many as Fortnox says there are, on as many pages as it says, and it said the same on every page.
"""

import itertools
from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from fortnox_assets.fortnox.errors import IncompleteListing, PagePastEnd, UnexpectedAnswer

LARGEST_PAGE = 500
ATTEMPTS = 3

Row = dict[str, Any]
Parameters = Mapping[str, str | int]
# Answers to several sets of parameters, in order, a few in flight at once.
FetchMany = Callable[[Iterable[Parameters]], Iterator[Any]]


@dataclass(frozen=True, kw_only=True)
class Page:
    """The rows of one page that no earlier page had. Totals are None where Fortnox sends none."""

    rows: list[Row]
    total_resources: int | None
    total_pages: int | None
    number: int


@dataclass(frozen=True, kw_only=True)
class Listing:
    """A list to read: see :meth:`fortnox_assets.fortnox.client.FortnoxClient.listing`."""

    name: str
    parameters: Parameters
    wrapper: str | None
    key: Callable[[Row], Hashable] | None
    paging: str = "meta"

    @property
    def limit(self) -> int:
        """Rows asked for a page."""
        return int(self.parameters.get("limit", LARGEST_PAGE))

    def on_page(self, number: int) -> Parameters:
        """The query of page ``number``."""
        return {**self.parameters, "limit": self.limit, "page": number}


@dataclass(kw_only=True)
class _Received:
    """What one attempt has seen: rows in all, and the keys among them."""

    listing: Listing
    rows: int = 0
    keys: set[Hashable] = field(default_factory=set)

    @property
    def distinct(self) -> int:
        return self.rows if self.listing.key is None else len(self.keys)

    def fresh(self, rows: list[Row]) -> list[Row]:
        """``rows`` without those whose key was seen before."""
        self.rows += len(rows)
        if self.listing.key is None:
            return rows
        fresh = []
        for row in rows:
            key = self.listing.key(row)
            if key not in self.keys:
                self.keys.add(key)
                fresh.append(row)
        return fresh


def complete(
    listing: Listing, fetch_many: FetchMany, on_restart: Callable[[], object] | None, attempts: int = ATTEMPTS
) -> Iterator[Page]:
    """Pages as they arrive; ``on_restart()`` means: forget them, the listing begins again with page 1.

    Without ``on_restart`` pages are held back until they are known to be complete.
    Raises: IncompleteListing when no attempt was complete.
    """
    for attempt in itertools.count(1):  # pragma: no branch - it ends by return or raise
        pages = one_attempt(listing, fetch_many)
        try:
            yield from pages if on_restart is not None else list(pages)
        except IncompleteListing as error:
            if attempt == attempts:
                raise IncompleteListing(
                    f"{error}; the same happened {attempts} times, so nothing of it is kept. Run again when nobody "
                    "works in this list",
                    received=error.received,
                    total_resources=error.total_resources,
                ) from error
            if on_restart is not None:
                on_restart()
        else:
            return


def one_attempt(listing: Listing, fetch_many: FetchMany) -> Iterator[Page]:
    """The pages of one reading of the list. Raises: IncompleteListing, at the latest after the last page."""
    if listing.paging == "meta":
        return _by_totals(listing, fetch_many)
    if listing.paging == "whole":
        return _whole(listing, fetch_many)
    return _until_empty(listing, fetch_many, _Received(listing=listing))


def unwrap(body: Any, wrapper: str | None, name: str) -> Any:
    """What lies under ``wrapper`` in ``body``; the body itself for None. Raises: UnexpectedAnswer without one."""
    if wrapper is None:
        return body
    if not isinstance(body, dict) or wrapper not in body:
        found = ", ".join(map(str, body)) if isinstance(body, dict) else type(body).__name__
        raise UnexpectedAnswer(f"{name}: the answer has no {wrapper!r} but: {found}")
    return body[wrapper]


def _by_totals(listing: Listing, fetch_many: FetchMany) -> Iterator[Page]:
    received = _Received(listing=listing)
    (body,) = fetch_many([listing.on_page(1)])
    totals, rows = _totals(body), _rows(listing, body)
    if totals is None:
        # Without totals it is a single page, unless it is suspiciously full.
        rest = _until_empty(listing, fetch_many, received, first=rows)
        yield from [next(rest)] if len(rows) < listing.limit else rest
        return
    yield Page(rows=received.fresh(rows), total_resources=totals[0], total_pages=totals[1], number=1)
    try:
        numbers = range(2, totals[1] + 1)
        bodies = fetch_many(listing.on_page(number) for number in numbers)
        for number, later in zip(numbers, bodies, strict=True):
            _same_totals(listing, totals, _totals(later), number)
            fresh = received.fresh(_rows(listing, later))
            yield Page(rows=fresh, total_resources=totals[0], total_pages=totals[1], number=number)
    except PagePastEnd as error:
        raise IncompleteListing(f"{listing.name}: the list became shorter while it was read: {error}") from error
    if received.rows != totals[0] or received.distinct != totals[0]:
        raise IncompleteListing(
            f"{listing.name}: received {received.rows} rows, {received.distinct} of them distinct, on {totals[1]} "
            f"pages, but Fortnox says there are {totals[0]}",
            received=received.distinct,
            total_resources=totals[0],
        )


def _whole(listing: Listing, fetch_many: FetchMany) -> Iterator[Page]:
    (body,) = fetch_many([listing.parameters])
    rows = _Received(listing=listing).fresh(_rows(listing, body))
    yield Page(rows=rows, total_resources=None, total_pages=None, number=1)


def _until_empty(
    listing: Listing, fetch_many: FetchMany, received: _Received, first: list[Row] | None = None
) -> Iterator[Page]:
    """Pages without totals, to the first that is empty, brings nothing new, or is shorter than one before it.

    A page shorter than we asked for does not end the list: a server may allow smaller pages than that.
    """
    number, longest, before = 1, 0, None
    rows = first
    while True:
        if rows is None:
            rows = _next_rows(listing, fetch_many, number, received.rows)
        fresh = received.fresh(rows)
        if number > 1 and (not fresh or rows == before):
            return
        yield Page(rows=fresh, total_resources=None, total_pages=None, number=number)
        if len(rows) < max(longest, 1):
            return
        number, longest, before, rows = number + 1, max(longest, len(rows)), rows, None


def _next_rows(listing: Listing, fetch_many: FetchMany, number: int, offset: int) -> list[Row]:
    by_offset = {**listing.parameters, "limit": listing.limit, "offset": offset}
    try:
        (body,) = fetch_many([by_offset if listing.paging == "offset" else listing.on_page(number)])
    except PagePastEnd:
        return []
    return _rows(listing, body)


def _rows(listing: Listing, body: Any) -> list[Row]:
    """The rows of an answer: an array, or the one object a list of one may be; nothing when Fortnox counts none."""
    totals = _totals(body)
    if totals is not None and totals[0] == 0 and listing.wrapper not in body:
        return []
    found = unwrap(body, listing.wrapper, listing.name)
    rows = found if isinstance(found, list) else [] if found is None else [found]
    if not all(isinstance(row, dict) for row in rows):
        raise UnexpectedAnswer(f"{listing.name}: expected rows, the answer has something else")
    return rows


def _totals(body: Any) -> tuple[int, int] | None:
    """``@TotalResources`` and ``@TotalPages``; None where the answer has no MetaInformation."""
    meta = body.get("MetaInformation") if isinstance(body, dict) else None
    if not isinstance(meta, dict) or "@TotalResources" not in meta or "@TotalPages" not in meta:
        return None
    return int(meta["@TotalResources"]), int(meta["@TotalPages"])


def _same_totals(listing: Listing, first: tuple[int, int], now: tuple[int, int] | None, number: int) -> None:
    if now != first:
        counted = f"{now[0]} rows on {now[1]} pages" if now else "no totals"
        raise IncompleteListing(
            f"{listing.name}: page 1 counted {first[0]} rows on {first[1]} pages, page {number} {counted}",
            total_resources=first[0],
        )
