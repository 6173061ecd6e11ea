"""The GoogleSQL that writes and reads raw tables in BigQuery, as text.

Names are given ready for a statement (quoted with backticks); values are always parameters. ``@company`` and
``@financial_year`` are those of the slice, and stand in every clause so that BigQuery reads one partition alone.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import pyarrow as pa
from google.cloud import bigquery

from fortnox_assets.warehouse.bigquery_schema import sql_type
from fortnox_assets.warehouse.results import Cell, Snapshot
from fortnox_assets.warehouse.sync_state import STATE_COLUMNS, STATE_SCHEMA

STORED_AT = "stored_at"
_MARK = "UPDATE SET _deleted_at = @noticed"
MOMENT = pa.timestamp("us", tz="UTC")


@dataclass(frozen=True, kw_only=True)
class Write:
    """One slice to be written: ``target`` and ``staging`` are tables, ``columns`` those that both have.

    Without ``staging`` there are no rows. ``changes`` says that the rows of ``staging`` are changes: those with
    ``_deleted_at`` mark what is gone. ``another_when``: groups of columns of which all differ when a stored row with
    the same key is another one than the row to store.
    """

    target: str
    log: str
    columns: Sequence[str]
    cell: Cell
    staging: str | None = None
    changes: bool = False
    another_when: Sequence[Sequence[str]] = ()


def write_script(write: Write) -> str:
    """Rows, marks of deleted rows and the state, all or nothing; its one row is how many rows were replaced.

    A multi-statement transaction: https://cloud.google.com/bigquery/docs/transactions. When it fails, or is cancelled
    because another transaction changes the same table, BigQuery rolls all of it back.
    """
    checked = ""
    if write.staging:
        lost = "rows on their way are lost; run again"
        checked = f"ASSERT (SELECT COUNT(*) FROM {write.staging}) = @loaded AS '{lost}';\n"
    return (
        "DECLARE replaced INT64;\n"
        "BEGIN TRANSACTION;\n"
        f"{checked}"
        f"SET replaced = ({_replaced(write)});\n"
        f"{merge_statement(write)};\n"
        f"{state_insert(write)};\n"
        "COMMIT TRANSACTION;\n"
        "SELECT replaced"
    )


def merge_statement(write: Write) -> str:
    """Puts the rows of ``staging`` in place by their key, and marks what is gone, once.

    Each row comes twice: to find the stored rows with its key, which go or are marked, and to be inserted. A snapshot
    also removes stored rows without key and marks those whose key it has not.
    """
    here = where(write.cell, "stored.")
    staged = f"SELECT staged.*, _finds FROM {write.staging} AS staged CROSS JOIN UNNEST([TRUE, FALSE]) AS _finds"
    nothing = f"SELECT *, FALSE AS _finds FROM {write.target} WHERE FALSE"
    clauses = [
        f"MERGE {write.target} AS stored",
        f"USING ({staged if write.staging else nothing}) AS incoming",
        f"ON incoming._finds AND stored._row_key = incoming._row_key AND {here}",
        f"WHEN MATCHED AND {here} AND {_takes_its_place(write)} THEN DELETE",
        f"WHEN MATCHED AND {here} AND stored._deleted_at IS NULL THEN {_MARK}",
    ]
    if not write.changes:
        clauses += [
            f"WHEN NOT MATCHED BY SOURCE AND {here} AND stored._row_key IS NULL THEN DELETE",
            f"WHEN NOT MATCHED BY SOURCE AND {here} AND stored._deleted_at IS NULL THEN {_MARK}",
        ]
    named = _names(write.columns)
    inserted = "WHEN NOT MATCHED BY TARGET AND NOT incoming._finds AND incoming._deleted_at IS NULL"
    return "\n".join([*clauses, f"{inserted} THEN INSERT ({named}) VALUES ({named})"])


def state_insert(write: Write) -> str:
    """Notes how far the slice has come. Appending never conflicts with other transactions, so that runs do not wait."""
    values = [f"@state_{each}" for each in STATE_SCHEMA.names]
    values[STATE_SCHEMA.names.index("rows")] = f"({count_statement(write.target, write.cell)})"
    columns = _names([*STATE_SCHEMA.names, STORED_AT])
    return f"INSERT INTO {write.log} ({columns})\nVALUES ({', '.join(values)}, CURRENT_TIMESTAMP())"


def state_view(log: str) -> str:
    """The query of the view that shows the latest state of each slice, in the columns that DuckDB's table has."""
    latest = "ROW_NUMBER() OVER (PARTITION BY company, financial_year, endpoint ORDER BY stored_at DESC) = 1"
    return (
        f"SELECT {_names(STATE_SCHEMA.names)}\n"
        f"FROM (SELECT * FROM {log} WHERE TRUE QUALIFY {latest})\n"
        "WHERE kind IS NOT NULL"
    )


def state_query(log: str) -> str:
    """The latest state of one slice of one table."""
    return (
        f"SELECT {_names(STATE_COLUMNS)} FROM {log}\n"
        "WHERE company = @company AND endpoint = @endpoint AND financial_year IS NOT DISTINCT FROM @financial_year\n"
        "ORDER BY stored_at DESC LIMIT 1"
    )


def rows_query(target: str, cell: Cell, columns: Iterable[str]) -> str:
    """Columns of the rows of a slice."""
    return f"SELECT {_names(columns)} FROM {target} WHERE {where(cell)}"


def rename_statement(target: str, name: str) -> str:
    """Keeps a table under another name."""
    return f"ALTER TABLE {target} RENAME TO `{name}`"


def count_statement(target: str, cell: Cell) -> str:
    """Counts the rows of a slice that are not marked as deleted."""
    return f"SELECT COUNT(*) AS stored FROM {target} AS stored_rows WHERE {where(cell)} AND _deleted_at IS NULL"


def where(cell: Cell, of: str = "") -> str:
    """The condition that a row of ``of`` is one of the slice."""
    return " AND ".join(f"{of}`{column}` = @{column}" for column in cell)


def cell_parameters(cell: Cell) -> list[bigquery.ScalarQueryParameter]:
    """The values of a slice as parameters named after its columns."""
    return [
        parameter(column, pa.int64() if isinstance(value, int) else pa.string(), value)
        for column, value in cell.items()
    ]


def state_parameters(stored: Snapshot) -> list[bigquery.ScalarQueryParameter]:
    """The values of :func:`state_insert`; without a state, that nothing is known of the slice any more."""
    name, cell = stored.table.name, stored.cell
    nothing: dict[str, Any] = {
        "company": cell["company"],
        "financial_year": cell.get("financial_year"),
        "endpoint": name,
    }
    row = stored.state.row(name, cell, 0) if stored.state else nothing
    return [
        parameter(f"state_{each.name}", each.type, row.get(each.name)) for each in STATE_SCHEMA if each.name != "rows"
    ]


def parameter(name: str, kind: pa.DataType, value: Any) -> bigquery.ScalarQueryParameter:
    """A named value of an Arrow type."""
    return bigquery.ScalarQueryParameter(name, sql_type(kind), value)


def _takes_its_place(write: Write) -> str:
    """Whether ``incoming`` is the row that ``stored`` was, and no other that has got its key.

    Of a row that was deleted before nothing but the whole tells.
    """
    row = "incoming._deleted_at IS NULL"
    if not write.another_when:
        return row
    groups = (
        " AND ".join(f"incoming.`{each}` IS DISTINCT FROM stored.`{each}`" for each in group)
        for group in write.another_when
    )
    differs = " OR ".join(f"({each})" for each in groups)
    hashes = "incoming._list_hash IS DISTINCT FROM stored._list_hash"
    return f"{row} AND NOT IF(stored._deleted_at IS NULL, {differs}, {hashes})"


def _replaced(write: Write) -> str:
    here = where(write.cell, "stored.")
    if not write.changes:
        return f"SELECT COUNT(*) FROM {write.target} AS stored WHERE {here}"
    found = f"{write.target} AS stored JOIN {write.staging} AS incoming ON stored._row_key = incoming._row_key"
    return f"SELECT COUNT(*) FROM {found} WHERE {here} AND {_takes_its_place(write)}"


def _names(columns: Iterable[str]) -> str:
    return ", ".join(f"`{each}`" for each in columns)
