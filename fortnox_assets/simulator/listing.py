"""Answers a list call: which rows the parameters choose, in which order, and which page of them.

Paging after https://www.fortnox.se/developer/guides-and-good-to-know/parameters and recorded answers: a page after the
last one is refused, an offset after the last row gives an empty list whose totals are 0.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from fortnox_assets.catalogue.endpoint import Listing, Paging, Slicing
from fortnox_assets.simulator.choosing import ListCall, view
from fortnox_assets.simulator.errors import bad_parameter, page_not_found
from fortnox_assets.simulator.index import Row
from fortnox_assets.simulator.serialisation import json_text, plain_text
from fortnox_assets.simulator.years import day_text

DEFAULT_LIMIT = 100
HIGHEST_LIMIT = 500


def list_answer(call: ListCall) -> str:
    """The JSON of the list.

    Raises: Refusal for a parameter the endpoint does not take, a value it cannot read, or a page after the last.
    """
    if call.endpoint.listing is not Listing.PAGES:
        return _array(call)
    chosen = view(call)
    page = _Page.read(call.query)
    rows = page.of(chosen)
    total = 0 if page.beyond(chosen) else len(chosen)
    meta = {"@TotalResources": total, "@TotalPages": -(-total // page.limit), "@CurrentPage": page.number}
    texts = ",".join([row.text for row in rows])
    return f'{{"MetaInformation":{json_text(meta)},{json_text(call.endpoint.wrapper or "")}:[{texts}]}}'


@dataclass(frozen=True)
class _Page:
    limit: int
    number: int
    offset: int
    by_offset: bool

    @classmethod
    def read(cls, query: Mapping[str, str], *, highest: int = HIGHEST_LIMIT) -> "_Page":
        limit = _whole(query, "limit", DEFAULT_LIMIT, 1)
        if limit > highest:
            raise bad_parameter()
        if "offset" in query:
            offset = _whole(query, "offset", 0, 0)
            return cls(limit, 1, offset, by_offset=True)
        number = _whole(query, "page", 1, 1)
        return cls(limit, number, (number - 1) * limit, by_offset=False)

    def beyond(self, rows: Sequence[Row]) -> bool:
        return bool(self.offset) and self.offset >= len(rows)

    def of(self, rows: Sequence[Row]) -> Sequence[Row]:
        if self.beyond(rows) and not self.by_offset:
            raise page_not_found()
        return rows[self.offset : self.offset + self.limit]


def _whole(query: Mapping[str, str], name: str, default: int, least: int) -> int:
    text = query.get(name)
    if text is None:
        return default
    if not (text.isascii() and text.isdecimal()) or int(text) < least:
        raise bad_parameter()
    return int(text)


def _array(call: ListCall) -> str:
    """A bare array, as the newer modules answer: parameters they do not know are ignored, no totals are told."""
    rows: Sequence[Row] = call.rows.rows
    if call.endpoint.slicing is Slicing.DATE_PARAMETERS:
        first, last = (day_text(call.query.get(name)) for name in call.endpoint.date_parameters)
        dated = call.endpoint.date_field or ""
        rows = [row for row in rows if first <= str(row.body.get(dated))[:10] and (not last or _upto(row, dated, last))]
    if call.endpoint.listing is Listing.PER_KEY:
        rows = [row for row in rows if _matches_keys(row, call)]
    elif call.endpoint.paging is not Paging.WHOLE:
        page = _Page.read(call.query, highest=10**9)
        rows = rows[page.offset : page.offset + page.limit]
    return f"[{','.join([row.text for row in rows])}]"


def _upto(row: Row, name: str, last: str) -> bool:
    return str(row.body.get(name))[:10] <= last


def _matches_keys(row: Row, call: ListCall) -> bool:
    fields = {each.name.lower(): each.name for each in call.endpoint.fields}
    return all(plain_text(row.body.get(fields[name])) == value for name, value in call.query.items() if name in fields)
