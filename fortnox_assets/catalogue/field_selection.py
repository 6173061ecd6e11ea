"""Which fields of a table are copied, by name or by dotted path into records (``InvoiceRows.Description``)."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Any

from fortnox_assets.catalogue.endpoint import Endpoint, Field, Table

Row = dict[str, Any]
Paths = frozenset[tuple[str, ...]]


class FieldSelectionError(ValueError):
    """A selection that cannot be kept to; the message names the field and says why."""


@dataclass(frozen=True, kw_only=True)
class ChosenFields:
    """What a table keeps. ``fields`` become columns; of these, ``emptied`` are paths inside records that stay empty.

    A field inside a record is left out by never having a value: neither warehouse's reports need to know then which
    of a record's fields there are.
    """

    fields: tuple[Field, ...]
    left_out: frozenset[str]
    emptied: Paths

    @property
    def everything(self) -> bool:
        """Whether nothing is left out."""
        return not (self.left_out or self.emptied)

    def keep(self, row: Mapping[str, Any]) -> Row:
        """The row without what is left out, at any depth; fields the catalogue does not know stay."""
        kept = {name: value for name, value in row.items() if name not in self.left_out}
        return without(kept, self.emptied) if self.emptied else kept

    def names(self) -> Iterator[str]:
        """Dotted paths of everything that is left out."""
        yield from sorted(self.left_out)
        yield from sorted(".".join(path) for path in self.emptied)


def choose(table: Table, include: Sequence[str] | None, exclude: Sequence[str]) -> ChosenFields:
    """What ``table`` keeps: the fields named in ``include`` (None: all), less those in ``exclude``.

    A record that is named brings everything inside it. Raises: FieldSelectionError for a path the table has not, and
    for a field it cannot do without.
    """
    named, gone = _paths(table, include or ()), _paths(table, exclude)
    every = set(_leaves(table.fields))
    kept = every if include is None else {path for path in every if _is_below(path, named)}
    kept = {path for path in kept if not _is_below(path, gone)}
    tops = {path[0] for path in kept}
    if needed := [name for name in _needed(table) if name not in tops]:
        raise FieldSelectionError(f"{needed[0]} cannot be left out; {_why(table, needed[0])}")
    return ChosenFields(
        fields=tuple(each for each in table.fields if each.name in tops),
        left_out=frozenset(each.name for each in table.fields) - tops,
        emptied=frozenset(path for path in every - kept if path[0] in tops),
    )


def without(value: Any, paths: Paths) -> Any:
    """``value`` (a record, or a list of them) without the fields at ``paths``."""
    if isinstance(value, list):
        return [without(each, paths) for each in value]
    if not isinstance(value, dict):
        return value
    kept = {}
    for name, inside in value.items():
        below = frozenset(path[1:] for path in paths if path[0] == name)
        if () not in below:
            kept[name] = without(inside, below) if below else inside
    return kept


def _paths(table: Table, names: Sequence[str]) -> Paths:
    return frozenset(_path(table, name) for name in names)


def _path(table: Table, name: str) -> tuple[str, ...]:
    fields = table.fields
    steps = tuple(name.split("."))
    for depth, step in enumerate(steps):
        found = {each.name: each for each in fields}
        if step not in found:
            place = ".".join(steps[:depth])
            where = f"{name!r} (in {place})" if place else f"{name!r}"
            close = get_close_matches(step, found, n=3, cutoff=0.5)
            hint = f"did you mean {' or '.join(close)}?" if close else f"known: {', '.join(found) or 'none'}"
            raise FieldSelectionError(f"there is no field {where}; {hint}")
        fields = found[step].fields
    return steps


def _leaves(fields: Sequence[Field], above: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    for each in fields:
        if each.fields:
            yield from _leaves(each.fields, (*above, each.name))
        else:
            yield (*above, each.name)


def _is_below(path: tuple[str, ...], named: Paths) -> bool:
    return any(path[: len(each)] == each for each in named)


def _needed(table: Table) -> Iterator[str]:
    yield from table.key
    if isinstance(table, Endpoint):
        if table.date_field:
            yield table.date_field
        yield from re.findall(r"\{(\w+)\}", table.detail_path or "")
        yield from table.detail_parameters.values()


def _why(table: Table, name: str) -> str:
    if name in table.key:
        return "rows are told apart by it"
    if isinstance(table, Endpoint) and name == table.date_field:
        return "rows are put into their financial year by it"
    return "rows are fetched one by one with it"
