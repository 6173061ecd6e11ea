"""What upkeep picks and empties, as GoogleSQL: conditions and new values of columns, at any depth of records.

Columns are those of a table called ``stored``. Records are rebuilt field by field, in the order they are stored in.
"""

from collections.abc import Iterable, Sequence
from typing import Any

import pyarrow as pa
from google.cloud import bigquery

from fortnox_assets.warehouse.bigquery_schema import sql_type
from fortnox_assets.warehouse.dotted_paths import Steps, below, is_stored
from fortnox_assets.warehouse.upkeep import Where


class Values:
    """Parameters with names of their own, for statements that go into one script."""

    def __init__(self) -> None:
        self.parameters: list[bigquery.ScalarQueryParameter | bigquery.ArrayQueryParameter] = []

    def one(self, kind: pa.DataType, value: Any) -> str:
        """A value as a statement names it."""
        self.parameters.append(bigquery.ScalarQueryParameter(self._next(), sql_type(kind), value))
        return f"@{self.parameters[-1].name}"

    def texts(self, values: Sequence[str]) -> str:
        """Texts as a statement names them."""
        self.parameters.append(bigquery.ArrayQueryParameter(self._next(), "STRING", list(values)))
        return f"@{self.parameters[-1].name}"

    def _next(self) -> str:
        return f"value_{len(self.parameters)}"


class Picked:
    """The rows, or the records inside them, that a ``Where`` picks."""

    def __init__(self, columns: pa.Schema, where: Where, values: Values) -> None:
        self._columns = columns
        self._where = where
        self._values = values
        path: Steps = tuple(where.field.split(".")) if where.field else ()
        there = bool(columns.names) and (not path or is_stored(columns, path))
        self.possible = there and set(where.columns) <= set(columns.names)
        self.in_records = bool(there and path and pa.types.is_list(columns.field(path[0]).type))
        self._path = path
        self._texts = values.texts(where.values) if self.possible and path else ""

    def condition(self) -> str:
        """Whether a row is touched."""
        parts = ["TRUE"]
        if self._where.company is not None:
            parts.append(f"stored.company = {self._values.one(pa.string(), self._where.company)}")
        parts += [
            f"CAST(stored.`{name}` AS STRING) = {self._values.one(pa.string(), text)}"
            for name, text in self._where.also
        ]
        if self.in_records:
            parts.append(f"{self.count_of_records()} > 0")
        elif self._path:
            parts.append(f"CAST({_dotted('stored', self._path)} AS STRING) IN UNNEST({self._texts})")
        return " AND ".join(parts)

    def count_of_records(self) -> str:
        """How many records of a row are picked."""
        return f"(SELECT COUNT(*) FROM UNNEST(stored.`{self._path[0]}`) AS r WHERE {self._is_picked()})"

    def any_filled(self, paths: Iterable[Steps]) -> str:
        """Whether any picked record of a row has a value at one of ``paths``."""
        kind = self._columns.field(self._path[0]).type.value_type
        filled = " OR ".join(_filled("r", kind, path[1:]) for path in paths if path[0] == self._path[0])
        records = f"UNNEST(stored.`{self._path[0]}`) AS r"
        return f"EXISTS(SELECT 1 FROM {records} WHERE {self._is_picked()} AND ({filled or 'FALSE'}))"

    def changes(self, paths: Sequence[Steps], *, delete: bool) -> dict[str, str]:
        """The columns that change, with their new values."""
        name = self._path[0] if self.in_records else None
        tops = dict.fromkeys(path[0] for path in paths if path[0] != name)
        changed = {
            each: _emptied(f"stored.`{each}`", self._columns.field(each).type, below(paths, each)) for each in tops
        }
        if name is None:
            return changed
        records = f"FROM UNNEST(stored.`{name}`) AS r WITH OFFSET AS place"
        if delete:
            return {**changed, name: f"ARRAY(SELECT r {records} WHERE NOT {self._is_picked()} ORDER BY place)"}
        emptied = _emptied("r", self._columns.field(name).type.value_type, below(paths, name))
        return {**changed, name: f"ARRAY(SELECT IF({self._is_picked()}, {emptied}, r) {records} ORDER BY place)"}

    def _is_picked(self) -> str:
        return f"COALESCE(CAST({_dotted('r', self._path[1:])} AS STRING) IN UNNEST({self._texts}), FALSE)"


def any_filled(columns: pa.Schema, paths: Iterable[Steps]) -> str:
    """Whether a row has a value at one of ``paths``."""
    return " OR ".join(_filled(f"stored.`{path[0]}`", columns.field(path[0]).type, path[1:]) for path in paths)


def _filled(expression: str, kind: pa.DataType, path: Steps, depth: int = 0) -> str:
    if pa.types.is_list(kind):
        if not path:
            return f"ARRAY_LENGTH({expression}) > 0"
        inside = _filled(f"x{depth}", kind.value_type, path, depth + 1)
        return f"EXISTS(SELECT 1 FROM UNNEST({expression}) AS x{depth} WHERE {inside})"
    if not path:
        return f"{expression} IS NOT NULL"
    return _filled(f"{expression}.`{path[0]}`", kind.field(path[0]).type, path[1:], depth)


def _emptied(expression: str, kind: pa.DataType, paths: frozenset[Steps], depth: int = 0) -> str:
    """The value without what is at ``paths``; everything else as it was."""
    if not paths:
        return expression
    if () in paths:
        return f"{sql_type(kind)}[]" if pa.types.is_list(kind) else f"CAST(NULL AS {sql_type(kind)})"
    if pa.types.is_list(kind):
        inside = _emptied(f"y{depth}", kind.value_type, paths, depth + 1)
        records = f"UNNEST({expression}) AS y{depth} WITH OFFSET AS place{depth}"
        return f"ARRAY(SELECT {inside} FROM {records} ORDER BY place{depth})"
    fields = ", ".join(
        f"{_emptied(f'{expression}.`{each.name}`', each.type, below(paths, each.name), depth)} AS `{each.name}`"
        for each in kind
    )
    return f"IF({expression} IS NULL, NULL, STRUCT({fields}))"


def _dotted(of: str, path: Steps) -> str:
    return ".".join([of, *(f"`{each}`" for each in path)])
