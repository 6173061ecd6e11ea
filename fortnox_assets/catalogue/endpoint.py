"""The shape of a catalogue entry: what one Fortnox endpoint, or one table of a SIE file, is made of.

An entry is data. Asset, partitions, warehouse schema, dbt source, staging model, simulator route, documentation
page and checks are all derived from it, so an entry that contradicts itself is refused here, by name, when it is made.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from itertools import chain


class CatalogueError(ValueError):
    """A catalogue entry that cannot be right; the message names the entry and the field."""


class FieldType(StrEnum):
    """How a value is stored. ``DECIMAL`` is exact (38 digits, 9 of them decimals) and never a float."""

    TEXT = "text"
    INTEGER = "integer"
    DECIMAL = "decimal"
    BOOLEAN = "boolean"
    DATE = "date"
    TIMESTAMP = "timestamp"
    RECORD = "record"
    RECORDS = "records"


class PersonalData(StrEnum):
    """Why a field is personal data (GDPR art. 4); decides who may see it."""

    IDENTITY_NUMBER = "identity_number"
    NAME = "name"
    CONTACT = "contact"
    BANK_ACCOUNT = "bank_account"
    EMPLOYMENT = "employment"
    FREE_TEXT = "free_text"


class Presence(StrEnum):
    """Which of Fortnox's two answers carries a field."""

    BOTH = "both"
    LIST = "list"
    DETAIL = "detail"


@dataclass(frozen=True, kw_only=True)
class Field:
    """One field as Fortnox spells it. ``fields`` describes the inside of a record or of repeated records."""

    name: str
    type: FieldType
    description: str
    fields: "tuple[Field, ...]" = ()
    personal: PersonalData | None = None
    presence: Presence = Presence.BOTH
    values: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        nested = self.type in (FieldType.RECORD, FieldType.RECORDS)
        if nested != bool(self.fields):
            raise CatalogueError(f"field {self.name}: {self.type} {'needs' if nested else 'cannot have'} fields inside")
        if not self.description.strip():
            raise CatalogueError(f"field {self.name}: has no description")
        if self.name.startswith(("@", "_")) or not re.fullmatch(r"\w+", self.name):
            raise CatalogueError(f"field {self.name}: is not a usable column name")


class Slicing(StrEnum):
    """How an endpoint's rows fall into partitions.

    ``COMPANY``: one partition a company. The others: company x financial year, where the year is asked for by
    ``?financialyear=<Id>`` (``FINANCIAL_YEAR``), by two date parameters (``DATE_PARAMETERS``), or is read off a date in
    the row after the whole list has been read (``DATE_FIELD``).
    """

    COMPANY = "company"
    FINANCIAL_YEAR = "financial_year"
    DATE_PARAMETERS = "date_parameters"
    DATE_FIELD = "date_field"


class Listing(StrEnum):
    """What the list call answers.

    ``PAGES``: rows under the wrapper with ``MetaInformation`` totals. ``SINGLETON``: one object, which is the one row.
    ``ARRAY``: a bare JSON array (the ``/api/...`` modules). ``PER_KEY``: no list call; one call for each key of another
    endpoint. ``NONE``: nothing to list, the endpoint cannot be copied.
    """

    PAGES = "pages"
    SINGLETON = "singleton"
    ARRAY = "array"
    PER_KEY = "per_key"
    NONE = "none"


class Paging(StrEnum):
    """How a bare-array list is paged: by ``page``/``limit``, by ``offset``/``limit``, or not at all."""

    PAGE = "page"
    OFFSET = "offset"
    WHOLE = "whole"


class DetailNeed(StrEnum):
    """Why one call per row is needed: not at all, for nested rows, or for columns the list leaves out."""

    NONE = "none"
    ROWS = "rows"
    COLUMNS = "columns"


class ChangeFilter(StrEnum):
    """What Fortnox does with ``?lastmodified=``."""

    HONOURED = "honoured"
    REJECTED = "rejected"
    IGNORED = "ignored"
    UNKNOWN = "unknown"


@dataclass(frozen=True, kw_only=True)
class KeySource:
    """Where the keys of an endpoint without a list come from.

    ``parameters`` maps a placeholder of the path, or a query parameter when the path has no such placeholder, to a
    field of ``endpoint``'s rows; ``constants`` are query parameters that are the same in every call. ``only_where``
    keeps the rows whose field has this value. ``each_day_of_open_periods`` adds a ``{Date}`` for every day after the
    locked period up to today; ``each_month`` a ``{Year}`` and ``{Month}`` for every month of the financial years.
    ``also`` are further sources of the same endpoint's keys; ``every()`` is this one and those. ``rows_have`` are the
    values by which a row shows that it came by this source's keys; with several sources each needs some.
    """

    endpoint: str | None = None
    parameters: Mapping[str, str] = field(default_factory=dict)
    constants: Mapping[str, str] = field(default_factory=dict)
    only_where: Mapping[str, bool | str] = field(default_factory=dict)
    each_day_of_open_periods: bool = False
    each_month: bool = False
    rows_have: Mapping[str, str] = field(default_factory=dict)
    also: "tuple[KeySource, ...]" = ()

    def every(self) -> "tuple[KeySource, ...]":
        """Itself and the sources named in ``also``, to be asked one after the other."""
        return (self, *self.also)


@dataclass(frozen=True, kw_only=True)
class Table:
    """A raw table: name, natural key inside one company, columns, and whether it is partitioned by financial year.

    ``another_when``: Fortnox uses a key again when its row has been deleted. A row is another one than the stored row
    with its key when all fields of one of these groups differ; a table without any never uses a key again.
    """

    name: str
    title: str
    group: str
    description: str
    key: tuple[str, ...]
    fields: tuple[Field, ...]
    another_when: tuple[tuple[str, ...], ...] = ()

    def __post_init__(self) -> None:
        if not re.fullmatch(r"[a-z][a-z0-9]*(_[a-z0-9]+)*", self.name):
            raise CatalogueError(f"{self.name}: is not snake_case")
        names = [each.name for each in self.fields]
        if len({name.lower() for name in names}) != len(names):
            raise CatalogueError(f"{self.name}: a field is listed twice (warehouses ignore case)")
        for what, wanted in (("key", self.key), ("another_when", tuple(chain(*self.another_when)))):
            if missing := [name for name in wanted if name not in names]:
                raise CatalogueError(f"{self.name}: {what} field {missing[0]} is not among its fields")

    @property
    def by_financial_year(self) -> bool:
        """Whether the table has a ``financial_year`` column and one partition a company and year."""
        return True

    def field(self, name: str) -> Field:
        """The field called ``name``; KeyError when there is none."""
        return {each.name: each for each in self.fields}[name]

    def personal_fields(self) -> Iterator[str]:
        """Dotted paths of the fields that are personal data."""
        yield from _personal(self.fields, "")


@dataclass(frozen=True, kw_only=True)
class Endpoint(Table):
    """One Fortnox endpoint that can be read by GET, and how to copy it.

    ``path`` is the list call (or, for ``PER_KEY``, the call made for each key); ``wrapper`` the JSON key that holds its
    rows (None: bare). ``detail_path`` and ``detail_wrapper`` likewise for one row; ``detail_parameters`` maps query
    parameters of the detail call to fields of the list row. ``detail_field`` is set where the detail call answers with
    a bare array: the array becomes that field. ``longest_span_days`` is the most days that ``date_parameters`` may
    span. ``other_spellings`` maps a key of Fortnox's answer to the field it is another spelling of. ``not_copied`` says
    why an endpoint has no asset; ``default`` whether it is copied when fortnox.yaml does not ask for it by name, with
    ``costs`` saying why not.
    """

    path: str
    wrapper: str | None
    scope: str
    licence: str = ""
    listing: Listing = Listing.PAGES
    paging: Paging = Paging.PAGE
    parameters: Mapping[str, str] = field(default_factory=dict)
    sort_by: str | None = None
    slicing: Slicing = Slicing.COMPANY
    date_field: str | None = None
    date_parameters: tuple[str, str] = ("fromdate", "todate")
    longest_span_days: int | None = None
    detail: DetailNeed = DetailNeed.NONE
    detail_path: str | None = None
    detail_wrapper: str | None = None
    detail_parameters: Mapping[str, str] = field(default_factory=dict)
    detail_field: str | None = None
    other_spellings: Mapping[str, str] = field(default_factory=dict)
    keys_from: KeySource | None = None
    change_filter: ChangeFilter = ChangeFilter.UNKNOWN
    default: bool = True
    costs: str = ""
    not_copied: str = ""
    source: str = ""

    def __post_init__(self) -> None:
        super().__post_init__()
        names = {each.name for each in self.fields}
        dated = self.slicing in (Slicing.DATE_FIELD, Slicing.DATE_PARAMETERS)
        wanted = {
            "date_field must be one of its fields": not dated or self.date_field in names,
            "date_field is only for slicing by date": dated or self.date_field is None,
            "a detail call needs detail_path": self.detail is DetailNeed.NONE or self.detail_path is not None,
            "keys_from goes with listing per key, and only with it": (self.listing is Listing.PER_KEY)
            == (self.keys_from is not None),
            "not_copied must say why nothing can be listed": (self.listing is Listing.NONE) == bool(self.not_copied),
            "costs must say why it is off by default": self.default or bool(self.costs or self.not_copied),
            "path must begin with /3/ or /api/": self.path.startswith(("/3/", "/api/")),
            "fields may be empty only when it is not copied": bool(self.fields) or bool(self.not_copied),
            "detail_field must be one of its fields": self.detail_field is None or self.detail_field in names,
            "other_spellings must lead to its fields": set(self.other_spellings.values()) <= names,
        }
        if broken := [rule for rule, kept in wanted.items() if not kept]:
            raise CatalogueError(f"{self.name}: {broken[0]}")

    @property
    def by_financial_year(self) -> bool:
        """Whether rows belong to a financial year; registers belong to the company alone."""
        return self.slicing is not Slicing.COMPANY


def _personal(fields: tuple[Field, ...], prefix: str) -> Iterator[str]:
    for each in fields:
        if each.personal is not None:
            yield prefix + each.name
        yield from _personal(each.fields, f"{prefix}{each.name}.")
