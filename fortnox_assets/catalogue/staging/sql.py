"""The SQL of a staging view: ``source`` -> ``renamed`` -> ``select *``."""

from collections.abc import Iterator
from itertools import groupby

from fortnox_assets.catalogue.staging.columns import Column, Model, Part, row_noun

SOURCE = "fortnox_raw"
_LONGEST = 110
_HEADINGS = {
    Part.IDS: "ids",
    Part.TEXT: "text",
    Part.NUMBERS: "numbers",
    Part.FLAGS: "flags",
    Part.DATES: "dates",
}


def sql(model: Model) -> str:
    """The file of ``model``."""
    relation = f"source('{SOURCE}', '{model.table.name}')"
    lines = [
        "-- Written from the endpoint catalogue by `make staging`; change it there.",
        "with source as (",
        "    select *{{ columns_left_out(" + relation + ") }}",
        "    from {{ " + relation + " }}",
        "    where _deleted_at is null",
        "),",
        "",
        "renamed as (",
        *_select(model.columns),
        "    from source",
    ]
    if model.rows is not None:
        lines.append(
            "    {{ unnest_records('source', '" + model.rows.name + "', '" + row_noun(model.table, model.rows) + "') }}"
        )
    lines += [")", "", "select * from renamed", ""]
    return "\n".join(lines)


def _select(columns: tuple[Column, ...]) -> Iterator[str]:
    if len(columns) == 1:
        yield f"    select {_selected(columns[0])}"
        return
    yield "    select"
    for part, members in groupby(columns, key=lambda each: each.part):
        yield f"        -- {_HEADINGS[part]}"
        for each in members:
            comma = "" if each is columns[-1] else ","
            yield f"        {_selected(each)}{comma}"


def _selected(column: Column) -> str:
    if column.expression == f"source.{column.name}":
        return column.expression
    line = f"{column.expression} as {column.name}"
    return line if len(line) <= _LONGEST else f"{column.expression}\n            as {column.name}"
