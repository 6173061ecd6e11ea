"""Which columns a staging view has: names, expressions, order."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from enum import IntEnum

from fortnox_assets.catalogue.endpoint import CatalogueError, Endpoint, Field, FieldType, Table
from fortnox_assets.catalogue.naming import column_name, is_sql_word, singular, snake_case

# The date a row is known by where the endpoint has no date_field of its own: vouchers, from REST and from SIE.
_DOCUMENT_DATE = "TransactionDate"


class Part(IntEnum):
    """Where in the select list a column stands."""

    IDS = 0
    TEXT = 1
    NUMBERS = 2
    FLAGS = 3
    DATES = 4


_PARTS = {
    FieldType.TEXT: Part.TEXT,
    FieldType.INTEGER: Part.NUMBERS,
    FieldType.DECIMAL: Part.NUMBERS,
    FieldType.BOOLEAN: Part.FLAGS,
    FieldType.DATE: Part.DATES,
    FieldType.TIMESTAMP: Part.DATES,
}


@dataclass(frozen=True, kw_only=True)
class Column:
    """One column of a staging view: ``expression`` in the dialect-free SQL of dbt, and what it means."""

    name: str
    expression: str
    description: str
    part: Part
    personal: str | None = None


@dataclass(frozen=True, kw_only=True)
class Model:
    """One staging view: over a table, or over ``rows``, a list of records in each of the table's rows."""

    name: str
    description: str
    table: Table
    columns: tuple[Column, ...]
    key: tuple[str, ...]
    rows: Field | None = None

    def __post_init__(self) -> None:
        names = [each.name for each in self.columns]
        if twice := sorted({name for name in names if names.count(name) > 1}):
            raise CatalogueError(f"{self.name}: two columns are called {twice[0]}")


def models(table: Table) -> Iterator[Model]:
    """The views over ``table``: itself first, then one for each list of records in it."""
    columns = (*_partition(table), *_flat(table.fields, "source", singular(table.name), keys=table.key))
    key = ("company", *(_name_in_table(table, name) for name in table.key))
    name = f"stg_fortnox__{table.name}"
    yield Model(name=name, description=table.description, table=table, columns=_ordered(columns), key=key)
    for each in table.fields:
        if each.type is FieldType.RECORDS:
            yield _row_model(table, each, name, key)


def row_noun(table: Table, rows: Field) -> str:
    """What one of ``rows`` is called in SQL: ``InvoiceRows`` -> ``invoice_row``.

    ``row`` itself is a word of SQL, and a noun that is also a column of the table could mean either.
    """
    noun = singular(snake_case(rows.name))
    if noun == "row":
        return "document_row"
    return f"{noun}_row" if noun in {each.name.lower() for each in table.fields} else noun


def _row_model(table: Table, rows: Field, name: str, key: tuple[str, ...]) -> Model:
    noun = row_noun(table, rows)
    columns = _flat(rows.fields, noun, noun)
    taken = {each.name for each in columns}
    carried = [*_partition(table), *_carried(table, taken)]
    kept = {each.name for each in carried}
    own = [replace(each, name=f"{noun}_{each.name}") if each.name in kept else each for each in columns]
    position = Column(
        name="row_position",
        expression=f"{noun}_position",
        description="Position of the row in Fortnox's list, from 1.",
        part=Part.IDS,
    )
    return Model(
        name=f"{name}__{snake_case(rows.name)}",
        description=f"{rows.description} One row for each, from {table.name}.{rows.name}.",
        table=table,
        columns=_ordered((*carried, position, *own)),
        key=(*key, "row_position"),
        rows=rows,
    )


def _partition(table: Table) -> Iterator[Column]:
    yield Column(
        name="company", expression="source.company", description="Company key from fortnox.yaml.", part=Part.IDS
    )
    if table.by_financial_year:
        yield Column(
            name="financial_year",
            expression="source.financial_year",
            description="Calendar year in which the financial year starts: the partition the row was copied with.",
            part=Part.IDS,
        )


def _carried(table: Table, taken: set[str]) -> Iterator[Column]:
    """The parent's key and date, for its rows. A key keeps its name; a date gives way to the row's own."""
    noun = singular(table.name)
    date = _date_of(table)
    yield from _flat([table.field(name) for name in table.key], "source", noun, keys=table.key)
    if date is not None and date.name not in table.key:
        (column,) = _flat([date], "source", noun)
        yield replace(column, name=f"{noun}_{column.name}") if column.name in taken else column


def _date_of(table: Table) -> Field | None:
    name = table.date_field if isinstance(table, Endpoint) and table.date_field else _DOCUMENT_DATE
    return next((each for each in table.fields if each.name == name), None)


def _name_in_table(table: Table, field: str) -> str:
    return column_name(field, singular(table.name))


def _flat(
    fields: Iterable[Field], source: str, noun: str, *, keys: tuple[str, ...] = (), prefix: str = ""
) -> tuple[Column, ...]:
    """Columns of ``fields``: objects inside become columns with the object's name before them, lists are left out."""
    columns: list[Column] = []
    for each in fields:
        reference = f"{source}.{_reference(each.name)}"
        if each.type is FieldType.RECORD:
            columns += _flat(each.fields, reference, noun, prefix=f"{prefix}{snake_case(each.name)}_")
        elif each.type is not FieldType.RECORDS:
            name = f"{prefix}{snake_case(each.name)}" if prefix else column_name(each.name, noun)
            columns.append(_column(each, name, reference, is_key=each.name in keys))
    return tuple(columns)


def _column(field: Field, name: str, reference: str, *, is_key: bool) -> Column:
    is_id = is_key or (field.type in (FieldType.TEXT, FieldType.INTEGER) and name.endswith(("_id", "_number")))
    return Column(
        name=name,
        expression=f"nullif({reference}, '')" if field.type is FieldType.TEXT and not is_key else reference,
        description=field.description,
        part=Part.IDS if is_id else _PARTS[field.type],
        personal=field.personal,
    )


def _reference(name: str) -> str:
    return f"{{{{ adapter.quote('{name}') }}}}" if is_sql_word(name) else name


def _ordered(columns: Iterable[Column]) -> tuple[Column, ...]:
    return tuple(sorted(columns, key=lambda each: each.part))
