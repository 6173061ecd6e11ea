"""What is still stored of fields that ``fortnox.yaml`` no longer has copied."""

from collections.abc import Iterator
from dataclasses import dataclass

from fortnox_assets.catalogue import RAW_TABLES
from fortnox_assets.catalogue.endpoint import Table
from fortnox_assets.catalogue.field_selection import choose
from fortnox_assets.settings import Settings
from fortnox_assets.warehouse.columns import raw_schema
from fortnox_assets.warehouse.upkeep import DropColumns, Edit, EmptyFields, Upkeep


@dataclass(frozen=True, kw_only=True)
class Narrowing:
    """Fields of ``table`` that are to lose their values in every partition; ``rows`` have one in any of them."""

    table: str
    fields: tuple[str, ...]
    rows: int
    edits: tuple[Edit, ...]

    def __str__(self) -> str:
        return f"{self.table}: {', '.join(self.fields)} ({self.rows} rows)"


def narrowings(settings: Settings, upkeep: Upkeep) -> list[Narrowing]:
    """One for each table that has columns, or values inside records, its selection leaves out. Raises: WarehouseError.

    The raw values of what did not fit its type go too, whatever their field: reading the table again, which the changed
    selection leads to anyway, brings back those that are still wanted.
    """
    selected = settings.config.fields if settings.config else {}
    kept = upkeep.kept() if selected else {}
    found = [
        _narrowing(name, RAW_TABLES[table], settings, upkeep)
        for table in selected
        for name in (table, *kept.get(table, ()))
    ]
    return [each for each in found if each is not None]


def _narrowing(name: str, table: Table, settings: Settings, upkeep: Upkeep) -> Narrowing | None:
    """What goes from the table, or the one kept from before it was begun anew, that is called ``name``."""
    selection = settings.chosen_fields(table.name)
    chosen = choose(table, selection.include, selection.exclude)
    stored = upkeep.columns(name)
    unwanted = chosen.left_out if selection.include is None else set(stored) - _wanted(table, chosen.names())
    edits: list[Edit] = []
    if columns := tuple(column for column in stored if column in unwanted):
        edits.append(DropColumns(table=name, columns=columns))
    inside = tuple(sorted(".".join(path) for path in chosen.emptied))
    filled = [path for path in inside if upkeep.preview([EmptyFields(table=name, paths=(path,))])[0]]
    if filled:
        edits.append(EmptyFields(table=name, paths=tuple(filled)))
    if not edits:
        return None
    rows = max(upkeep.preview(edits))
    edits.append(EmptyFields(table=name, paths=("_unparsed",)))
    return Narrowing(table=name, fields=(*columns, *filled), rows=rows, edits=tuple(edits))


def _wanted(table: Table, left_out: Iterator[str]) -> set[str]:
    """Every column a table with named fields has: those and our own, and nothing that was copied because it was new."""
    return set(raw_schema(table).names) - set(left_out)
