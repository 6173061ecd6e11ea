"""Changes to what is stored that no sync makes: fields that are no longer wanted, people to be erased, companies to go.

What is to be done is written down as edits first, so that it can be shown before it is done, and done all or nothing.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

import pyarrow as pa


@dataclass(frozen=True, kw_only=True)
class Where:
    """Rows whose ``field`` (compared as text) is one of ``values``, of one ``company``; what is None is any.

    A field inside repeated records (``Employees.EmployeeId``) picks those records: they are what is deleted, and what
    loses the values of fields in them; fields outside them are emptied in the rows that have such a record.
    ``also``: columns that have to have these texts.
    """

    company: str | None = None
    field: str | None = None
    values: tuple[str, ...] = ()
    also: tuple[tuple[str, str], ...] = ()

    @property
    def columns(self) -> tuple[str, ...]:
        """The columns a table has to have for this to pick any of its rows."""
        of_company = ("company",) if self.company is not None else ()
        of_field = (self.field.partition(".")[0],) if self.field else ()
        return (*of_company, *of_field, *(name for name, _ in self.also))


@dataclass(frozen=True, kw_only=True)
class EmptyFields:
    """The fields at these dotted paths lose their values: in the rows, or in the records, that ``where`` picks."""

    table: str
    paths: tuple[str, ...]
    where: Where = field(default_factory=Where)


@dataclass(frozen=True, kw_only=True)
class DeleteRows:
    """The rows, or the records inside rows, that ``where`` picks go."""

    table: str
    where: Where


@dataclass(frozen=True, kw_only=True)
class DropColumns:
    """These columns go, with their values in every partition."""

    table: str
    columns: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class AddRow:
    """One more row in a table of our own, which is made, or gains columns, when it has to."""

    table: str
    schema: pa.Schema
    values: Mapping[str, Any]


Edit = EmptyFields | DeleteRows | DropColumns | AddRow


class Upkeep(Protocol):
    """The warehouse, as these changes need it. Every method raises WarehouseError.

    A table, column or field that is not stored counts as one without values: nothing is touched, and that is no error.
    """

    def columns(self, table: str) -> tuple[str, ...]:
        """The names of the stored columns; none without such a table."""

    def kept(self) -> Mapping[str, tuple[str, ...]]:
        """Tables that others have taken the place of because a type changed, by the name they had; oldest first."""

    def preview(self, edits: Sequence[Edit]) -> list[int]:
        """How many rows (or records inside rows) with something to lose each edit would touch; 0 for AddRow."""

    def apply(self, edits: Sequence[Edit]) -> None:
        """Does them in order, all or nothing: after a crash at any point either none of them is done, or all are."""

    def compact(self) -> None:
        """Makes what was removed unreadable in the warehouse's own files too, as far as that is ours to do."""
