"""Rows of dicts become Arrow columns, records inside records included, and whatever does not fit is noted.

Works a column at a time: a well-formed column costs a few machine instructions a value, and only a value that is out of
the ordinary is looked at by itself.
"""

import re
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

import pyarrow as pa

from fortnox_assets.catalogue.endpoint import Field, FieldType
from fortnox_assets.warehouse.casts import ARROW_TYPES, CASTS, NO_RIGHT, Fit, quick
from fortnox_assets.warehouse.json_text import json_text

Rows = Sequence[Mapping[str, Any]]
EMPTY = "empty"
_FIELDS_SHOWN = 10
_FORMS = {
    "date": r"\d{4}-\d\d-\d\d",
    "moment": r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d.*",
    "whole number": r"[+-]?\d+",
    "number": r"[+-]?\d+[.,]\d+",
    "identifier": r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}",
    "address": r"https?://.*",
    "email": r"[^@\s]+@[^@\s]+",
}


@dataclass(kw_only=True)
class Findings:
    """What was out of the ordinary: counts by dotted path, and the raw values of the batch at hand by row and place."""

    unknown_fields: Counter[str] = field(default_factory=Counter)
    unknown_shapes: dict[str, str] = field(default_factory=dict)
    unparsed: Counter[str] = field(default_factory=Counter)
    no_right: Counter[str] = field(default_factory=Counter)
    raw: dict[int, dict[str, Any]] = field(default_factory=dict)

    def take_raw(self) -> dict[int, dict[str, Any]]:
        """The raw values kept so far by row number; forgets them, for the next batch."""
        taken, self.raw = self.raw, {}
        return taken


@dataclass(frozen=True, kw_only=True)
class Place:
    """Where the rows of a level stand: ``path`` for counting (``InvoiceRows.``), ``locate`` for one of them.

    ``locate(3)`` is the number of the outermost row and the exact path there (``InvoiceRows[3].``).
    """

    findings: Findings
    path: str = ""
    locate: Callable[[int], tuple[int, str]] = lambda position: (position, "")

    def keep_raw(self, position: int, name: str, value: Any, item: str = "") -> None:
        """Notes a value of field ``name`` that does not fit; ``item`` (``[2]``) says which of its items it is."""
        row, prefix = self.locate(position)
        self.findings.raw.setdefault(row, {})[prefix + name + item] = value
        self.findings.unparsed[self.path + name] += 1

    def below(self, name: str, origins: Sequence[tuple[int, int]] | None = None) -> "Place":
        """The place of the records inside field ``name``: one a row, or each with its row and its number there."""

        def locate(position: int) -> tuple[int, str]:
            above, item = origins[position] if origins is not None else (position, None)
            row, prefix = self.locate(above)
            return row, f"{prefix}{name}." if item is None else f"{prefix}{name}[{item}]."

        return Place(findings=self.findings, path=f"{self.path}{name}.", locate=locate)


class Shape:
    """The columns of one level: of a row, or of a record inside it. Grows when new fields are to be copied."""

    def __init__(
        self, fields: Sequence[Field], *, left_out: frozenset[str] = frozenset(), copy_new: bool = False
    ) -> None:
        self._fields = tuple(fields)
        self._known = {each.name for each in fields} | left_out
        self._copy_new = copy_new
        self._copied: list[str] = []
        self._inside = {each.name: Shape(each.fields, copy_new=copy_new) for each in fields if each.fields}

    def arrow_fields(self) -> list[pa.Field]:
        """The columns so far: the catalogue's in its order, then the copied new ones as JSON text."""
        catalogue = [
            pa.field(each.name, self._arrow_type(each), metadata=field_metadata(each.description, each.personal))
            for each in self._fields
        ]
        new = "Not in the catalogue yet: the value as JSON text."
        return catalogue + [pa.field(name, pa.string(), metadata=field_metadata(new)) for name in self._copied]

    def columns(self, rows: Rows, place: Place) -> list[pa.Array]:
        """One array for each of :meth:`arrow_fields`, which may have grown by this call."""
        self._note_new_fields(rows, place)
        known = [self._column(each, [row.get(each.name) for row in rows], place) for each in self._fields]
        return known + [_json_column(name, rows) for name in self._copied]

    def _arrow_type(self, each: Field) -> pa.DataType:
        if each.name not in self._inside:
            return ARROW_TYPES[each.type]
        record = pa.struct(self._inside[each.name].arrow_fields())
        return pa.list_(record) if each.type is FieldType.RECORDS else record

    def _note_new_fields(self, rows: Rows, place: Place) -> None:
        for name in sorted(set().union(*rows) - self._known):
            if name.startswith("@"):
                self._known.add(name)
                continue
            holders = [position for position, row in enumerate(rows) if name in row]
            place.findings.unknown_fields[place.path + name] += len(holders)
            self._note_shape(place.findings, place.path + name, [rows[position][name] for position in holders])
            if not self._copy_new or name in self._copied:
                continue
            if self._can_be_a_column(name, place):
                self._copied.append(name)
                continue
            for position in holders:
                place.keep_raw(position, name, rows[position][name])

    def _note_shape(self, findings: Findings, path: str, values: Sequence[Any]) -> None:
        """Keeps what the first value that is one looks like."""
        if findings.unknown_shapes.get(path, EMPTY) == EMPTY:
            shapes = (shape_of(value) for value in values)
            findings.unknown_shapes[path] = next((each for each in shapes if each != EMPTY), EMPTY)

    def _can_be_a_column(self, name: str, place: Place) -> bool:
        # Warehouses ignore case, and the outermost level has columns of our own.
        own = set() if place.path else {"company", "financial_year"}
        taken = own | {each.lower() for each in (*self._known, *self._copied)}
        return name.lower() not in taken and name.isidentifier() and name.isascii() and not name.startswith("_")

    def _column(self, each: Field, values: list[Any], place: Place) -> pa.Array:
        if each.name in self._inside and all(value is None for value in values):
            return pa.nulls(len(values), self._arrow_type(each))
        if each.type is FieldType.RECORD:
            return self._record(each, values, place)
        if each.type is FieldType.RECORDS:
            return self._records(each, values, place)
        column = quick(each.type, values)
        return _one_by_one(each, values, place) if column is None else column

    def _record(self, each: Field, values: list[Any], place: Place) -> pa.Array:
        rows = [_only(_items(value, each.name, position, place)) for position, value in enumerate(values)]
        for position, row in enumerate(rows):
            if row is Fit.UNFIT:
                place.keep_raw(position, each.name, values[position])
        shape = self._inside[each.name]
        filled = [row if isinstance(row, dict) else {} for row in rows]
        columns = shape.columns(filled, place.below(each.name))
        missing = pa.array([not isinstance(row, dict) for row in rows], pa.bool_())
        return pa.StructArray.from_arrays(columns, fields=shape.arrow_fields(), mask=missing)

    def _records(self, each: Field, values: list[Any], place: Place) -> pa.Array:
        flat: list[Mapping[str, Any]] = []
        origins: list[tuple[int, int]] = []
        ends = [0]
        for position, value in enumerate(values):
            for index, item in enumerate(_items(value, each.name, position, place) or ()):
                if isinstance(item, dict):
                    flat.append(item)
                    origins.append((position, index))
                elif item is not None:
                    place.keep_raw(position, each.name, item, f"[{index}]")
            ends.append(len(flat))
        shape = self._inside[each.name]
        columns = shape.columns(flat, place.below(each.name, origins))
        inside = shape.arrow_fields()
        records = pa.StructArray.from_arrays(columns, fields=inside)
        missing = pa.array([not isinstance(value, list | dict) for value in values], pa.bool_())
        kind = pa.list_(pa.struct(inside))
        return pa.ListArray.from_arrays(pa.array(ends, pa.int32()), records, type=kind, mask=missing)


def shape_of(value: Any) -> str:
    """The type of a JSON value, and for texts and records a little of their form: nothing of the value itself."""
    if value in (None, "", [], {}):
        return EMPTY
    if isinstance(value, str):
        return next((f"text ({form})" for form, pattern in _FORMS.items() if re.fullmatch(pattern, value)), "text")
    if isinstance(value, list):
        return f"list of {shape_of(value[0])}"
    if isinstance(value, dict):
        inside = [f"{name}: {shape_of(each)}" for name, each in value.items()]
        return f"record ({', '.join(inside[:_FIELDS_SHOWN])}{', ...' if len(inside) > _FIELDS_SHOWN else ''})"
    return {bool: "boolean", int: "integer", Decimal: "decimal", float: "decimal"}.get(type(value), "something else")


def field_metadata(description: str, personal: str | None = None) -> dict[str, str]:
    """What a column says about itself: ``description`` and, for personal data, ``personal_data`` with its category."""
    return {"description": description, **({"personal_data": str(personal)} if personal else {})}


def metadata_of(column: pa.Field) -> dict[str, str]:
    """What :func:`field_metadata` put on a column."""
    return {key.decode(): value.decode() for key, value in (column.metadata or {}).items()}


def _one_by_one(each: Field, values: list[Any], place: Place) -> pa.Array:
    cast = CASTS[each.type]
    fitting: list[Any] = []
    for position, value in enumerate(values):
        if value is None:
            fitting.append(None)
        elif value == NO_RIGHT:
            place.findings.no_right[place.path + each.name] += 1
            fitting.append(None)
        else:
            result = cast(value)
            if result is Fit.UNFIT:
                place.keep_raw(position, each.name, value)
                result = None
            fitting.append(result)
    return pa.array(fitting, ARROW_TYPES[each.type])


def _items(value: Any, name: str, position: int, place: Place) -> Sequence[Any]:
    """The records in a value that may be a list, one object (Fortnox sends both), empty, or no record at all."""
    if isinstance(value, list):
        return value
    if isinstance(value, dict):
        return (value,)
    if value == NO_RIGHT:
        place.findings.no_right[place.path + name] += 1
    elif value is not None and value != "":
        place.keep_raw(position, name, value)
    return ()


def _only(items: Sequence[Any]) -> Any:
    """The one record among ``items``, None when there is none; a list of several is not one record."""
    match items:
        case []:
            return None
        case [None | dict() as item]:
            return item
    return Fit.UNFIT


def _json_column(name: str, rows: Rows) -> pa.Array:
    values = (row.get(name) for row in rows)
    return pa.array([None if value is None else json_text(value) for value in values], pa.string())
