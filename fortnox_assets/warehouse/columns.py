"""What a raw table looks like, and how Fortnox's JSON rows are cast to it without losing a value silently."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

import pyarrow as pa

from fortnox_assets.catalogue.endpoint import PersonalData, Table
from fortnox_assets.catalogue.field_selection import ChosenFields, FieldSelectionError, choose, without
from fortnox_assets.warehouse.errors import WarehouseError
from fortnox_assets.warehouse.json_text import json_text
from fortnox_assets.warehouse.shapes import Findings, Place, Rows, Shape, field_metadata

_MOMENT = pa.timestamp("us", tz="UTC")


@dataclass(frozen=True, kw_only=True)
class FieldSelection:
    """Which fields of a table are copied: those in ``include`` (None: all) that are not in ``exclude``.

    Both may have dotted paths into records. A field left out never reaches the warehouse.
    """

    include: tuple[str, ...] | None = None
    exclude: tuple[str, ...] = ()

    def chosen(self, table: Table) -> ChosenFields:
        """What of ``table`` is kept.

        Raises: WarehouseError for a name the table has not, and for one it cannot do without (its key, its date).
        """
        try:
            return choose(table, self.include, self.exclude)
        except FieldSelectionError as error:
            raise WarehouseError(f"fields.{table.name}: {error}") from None


@dataclass(frozen=True, kw_only=True)
class CastReport:
    """What was out of the ordinary in the rows of one snapshot: how many times, by dotted path.

    ``unknown_shapes`` has what the values of an unknown field look like, never a value: see ``shape_of``.
    """

    rows: int
    unknown_fields: Mapping[str, int]
    unknown_shapes: Mapping[str, str]
    unparsed: Mapping[str, int]
    no_right: Mapping[str, int]


def raw_schema(table: Table, selection: FieldSelection | None = None) -> pa.Schema:
    """The columns of a raw table: partition columns, the selected fields in catalogue order, bookkeeping columns.

    Field metadata has ``description`` and, for personal data, ``personal_data``; the schema's own has ``title``,
    ``description``, ``group`` and ``key`` (names with commas between) of the table.
    Raises: WarehouseError when the selection is impossible.
    """
    return _schema(table, Shape((selection or FieldSelection()).chosen(table).fields))


@dataclass
class Caster:
    """Casts batches of Fortnox's JSON rows of one company (and financial year label) to the table's columns.

    A value that does not fit its type becomes NULL and is kept in ``_unparsed``. ``new_fields="copy"`` makes a text
    column of each field that is not in the catalogue, so that ``schema`` can grow from batch to batch.
    """

    table: Table
    selection: FieldSelection | None
    company: str
    label: int | None
    loaded_at: dt.datetime
    run_id: str
    new_fields: Literal["report", "copy"] = "report"
    chosen: ChosenFields = field(init=False, repr=False)
    _shape: Shape = field(init=False, repr=False)
    _findings: Findings = field(init=False, repr=False, default_factory=Findings)
    _rows: int = field(init=False, repr=False, default=0)

    def __post_init__(self) -> None:
        if self.table.by_financial_year != (self.label is not None):
            needs = "needs" if self.table.by_financial_year else "does not have"
            raise WarehouseError(f"{self.table.name}: {needs} a financial year, got {self.label!r}")
        self.chosen = (self.selection or FieldSelection()).chosen(self.table)
        # Who names what is copied does not want what nobody has seen yet.
        copy_new = self.new_fields == "copy" and (self.selection is None or self.selection.include is None)
        self._shape = Shape(self.chosen.fields, left_out=self.chosen.left_out, copy_new=copy_new)

    @property
    def schema(self) -> pa.Schema:
        """The columns of the batches so far."""
        return _schema(self.table, self._shape)

    @property
    def report(self) -> CastReport:
        """What was out of the ordinary so far."""
        found = self._findings
        return CastReport(
            rows=self._rows,
            unknown_fields=dict(found.unknown_fields),
            unknown_shapes=dict(found.unknown_shapes),
            unparsed=dict(found.unparsed),
            no_right=dict(found.no_right),
        )

    def batch(self, rows: Rows) -> pa.RecordBatch:
        """``rows`` as columns. A row that has attributes ``row_key`` and ``list_hash`` brings these along."""
        kept = [without(row, self.chosen.emptied) for row in rows] if self.chosen.emptied else rows
        columns = self._shape.columns(kept, Place(findings=self._findings))
        raw = self._findings.take_raw()
        count = len(rows)
        self._rows += count
        partition: list[Any] = [self.company] if self.label is None else [self.company, self.label]
        unparsed = [json_text(raw[row]) if row in raw else None for row in range(count)] if raw else [None] * count
        arrays = [
            *(pa.repeat(value, count) for value in partition),
            *columns,
            pa.repeat(pa.scalar(self.loaded_at, _MOMENT), count),
            pa.repeat(self.run_id, count),
            pa.nulls(count, _MOMENT),
            pa.array(unparsed, pa.string()),
            *(pa.array([getattr(row, name, None) for row in rows], pa.string()) for name in ("row_key", "list_hash")),
        ]
        return pa.RecordBatch.from_arrays(arrays, schema=self.schema)


def _schema(table: Table, shape: Shape) -> pa.Schema:
    partition = [_own("company", pa.string(), "Company key from fortnox.yaml.")]
    if table.by_financial_year:
        label = "Calendar year in which the financial year starts."
        partition.append(_own("financial_year", pa.int64(), label))
    personal = PersonalData.FREE_TEXT if any(table.personal_fields()) else None
    bookkeeping = [
        _own("_loaded_at", _MOMENT, "When the copy this row came with began."),
        _own("_run_id", pa.string(), "The Dagster run that stored the row."),
        _own("_deleted_at", _MOMENT, "When the row was found to be gone in Fortnox; empty while it is there."),
        _own("_unparsed", pa.string(), "JSON object of the values that did not fit their type, by path.", personal),
        _own("_row_key", pa.string(), "Natural key as a JSON array of texts; empty for rows of a file."),
        _own("_list_hash", pa.string(), "Hash of the row in Fortnox's list, to see whether it has changed."),
    ]
    about = {"title": table.title, "description": table.description, "group": table.group, "key": ",".join(table.key)}
    return pa.schema([*partition, *shape.arrow_fields(), *bookkeeping], metadata=about)


def _own(name: str, kind: pa.DataType, description: str, personal: str | None = None) -> pa.Field:
    return pa.field(name, kind, metadata=field_metadata(description, personal))
