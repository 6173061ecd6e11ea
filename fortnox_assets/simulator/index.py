"""Finds a company's rows fast: by key, by financial year, and as the JSON of the list.

Built at the first question and again when the company's ``revision`` has grown, so that one row among 100 000 is found
without looking at the others.
"""

import threading
from collections.abc import Hashable, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from fortnox_assets.catalogue.endpoint import Endpoint, Slicing
from fortnox_assets.simulator.addresses import key_fields, row_url
from fortnox_assets.simulator.company import Document, SimulatedCompany
from fortnox_assets.simulator.serialisation import Body, field_value, json_text, list_row, plain_text, without_right

REMEMBERED_VIEWS = 64
_NEWEST_FIRST = {"financial_years": "FromDate"}
_SMALLEST_FIRST = {"accounts": "Number", "articles": "ArticleNumber"}


class Row:
    """A document of an endpoint; the JSON of its list row is made once."""

    __slots__ = ("_hidden", "_text", "document", "endpoint")

    def __init__(self, endpoint: Endpoint, document: Document, hidden: frozenset[str]) -> None:
        self.endpoint = endpoint
        self.document = document
        self._hidden = hidden
        self._text: str | None = None

    @property
    def body(self) -> Body:
        """The document's JSON, in the form of the detail call."""
        return self.document.body

    @property
    def text(self) -> str:
        """The list row as JSON."""
        if self._text is None:
            row = list_row(self.endpoint, self.body, row_url(self.endpoint, self.body))
            self._text = json_text(without_right(row, self._hidden))
        return self._text


@dataclass(kw_only=True)
class EndpointRows:
    """The rows of one endpoint in one company, in Fortnox's default order, and the views asked for lately."""

    state: tuple[int, int]
    rows: list[Row]
    by_year: dict[str, list[Row]] = field(default_factory=dict)
    by_key: dict[tuple[str, ...], Row] = field(default_factory=dict)
    views: dict[Hashable, Sequence[Row]] = field(default_factory=dict)


class Index:
    """The rows of every company and endpoint."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._entries: dict[tuple[int, str], EndpointRows] = {}

    def rows(self, company: SimulatedCompany, endpoint: Endpoint, hidden: frozenset[str]) -> EndpointRows:
        """The rows as they are now; ``hidden`` are the fields the user has no right to see."""
        with self._lock:
            documents = company.of(endpoint.name)
            state = (company.revision, len(documents))
            entry = self._entries.get((company.tenant_id, endpoint.name))
            if entry is None or entry.state != state:
                entry = _entry(endpoint, documents, hidden, state)
                self._entries[company.tenant_id, endpoint.name] = entry
            return entry

    def forget(self) -> None:
        """Build everything anew: what users may see has changed."""
        with self._lock:
            self._entries.clear()


def year_field(endpoint: Endpoint) -> str | None:
    """The field that says which financial year a row belongs to, where lists are asked for by year."""
    if endpoint.slicing is not Slicing.FINANCIAL_YEAR:
        return None
    return "VoucherYear" if endpoint.name == "voucher_file_connections" else "Year"


def natural_order(value: Any) -> tuple[int, Any]:
    """Numbers by size, also where they are sent as text, before other texts."""
    if isinstance(value, (int, Decimal)):
        return 0, value
    text = plain_text(value)
    return (0, int(text)) if text.isdecimal() else (1, text.casefold())


def _entry(
    endpoint: Endpoint, documents: list[Document], hidden: frozenset[str], state: tuple[int, int]
) -> EndpointRows:
    rows = [Row(endpoint, document, hidden) for document in documents]
    if newest := _NEWEST_FIRST.get(endpoint.name):
        rows.sort(key=lambda row: str(row.body.get(newest)), reverse=True)
    if smallest := _SMALLEST_FIRST.get(endpoint.name):
        rows.sort(key=lambda row: natural_order(row.body.get(smallest)))
    entry = EndpointRows(state=state, rows=rows)
    names, year = _key_of(endpoint), year_field(endpoint)
    for row in rows:
        if names:
            entry.by_key[tuple(plain_text(field_value(endpoint, row.body, name)) for name in names)] = row
        if year is not None:
            entry.by_year.setdefault(plain_text(row.body.get(year)), []).append(row)
    return entry


def _key_of(endpoint: Endpoint) -> list[str]:
    pattern = endpoint.path if endpoint.detail_path is None else endpoint.detail_path
    return key_fields(endpoint, pattern) + list(endpoint.detail_parameters.values())
