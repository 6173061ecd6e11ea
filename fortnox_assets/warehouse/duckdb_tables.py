"""Raw tables in DuckDB: made from the catalogue's columns, widened when those grow, replaced slice by slice."""

import datetime as dt
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from typing import Any

import duckdb
import pyarrow as pa

from fortnox_assets.warehouse.errors import WarehouseError
from fortnox_assets.warehouse.evolution import ChangedTableError, evolution, kept_as
from fortnox_assets.warehouse.results import Cell, Changes, Snapshot
from fortnox_assets.warehouse.shapes import metadata_of
from fortnox_assets.warehouse.sync_state import STATE_COLUMNS, STATE_SCHEMA, SYNC_STATE, SyncState, state_of

_ROWS_AT_A_TIME = 5000
_SCALARS = {
    pa.string(): "VARCHAR",
    pa.int64(): "BIGINT",
    pa.bool_(): "BOOLEAN",
    pa.date32(): "DATE",
    pa.timestamp("us", tz="UTC"): "TIMESTAMP WITH TIME ZONE",
}


def quoted(name: str) -> str:
    """A name as an SQL identifier."""
    return '"' + name.replace('"', '""') + '"'


def literal(text: str) -> str:
    """A text as an SQL literal, for the statements that take no parameters."""
    return "'" + text.replace("'", "''") + "'"


def sql_type(kind: pa.DataType) -> str:
    """DuckDB's name of an Arrow type."""
    if pa.types.is_list(kind):
        return f"{sql_type(kind.value_type)}[]"
    if pa.types.is_struct(kind):
        return f"STRUCT({', '.join(f'{quoted(each.name)} {sql_type(each.type)}' for each in kind)})"
    if pa.types.is_decimal(kind):
        return f"DECIMAL({kind.precision},{kind.scale})"
    return _SCALARS[kind]


@contextmanager
def transaction(connection: duckdb.DuckDBPyConnection) -> Iterator[None]:
    """All or nothing: committed at the end, rolled back when anything is raised."""
    connection.begin()
    try:
        yield
        connection.commit()
    except BaseException:
        # After a full disk the engine may refuse even this; closing the connection then rolls back.
        with suppress(duckdb.Error):
            connection.rollback()
        raise


def ensure_table(
    connection: duckdb.DuckDBPyConnection, schema: str, name: str, wanted: pa.Schema, *, anew: bool = False
) -> None:
    """Makes the table, or adds what it lacks of ``wanted``, and keeps its comments up to date.

    When a column has changed its type, a new table is begun if ``anew``, and the stored one kept under another name.
    Raises: WarehouseError when a column has changed its type otherwise.
    """
    table = f"{quoted(schema)}.{quoted(name)}"
    connection.execute(f"CREATE SCHEMA IF NOT EXISTS {quoted(schema)}")
    columns = ", ".join(f"{quoted(each.name)} {sql_type(each.type)}" for each in wanted)
    connection.execute(f"CREATE TABLE IF NOT EXISTS {table} ({columns})")
    try:
        change = evolution(f"{schema}.{name}", stored_schema(connection, schema, name), wanted)
    except ChangedTableError:
        if not anew:
            raise
        connection.execute(f"ALTER TABLE {table} RENAME TO {quoted(kept_as(name))}")
        ensure_table(connection, schema, name, wanted)
        return
    for column, kind in change.new.items():
        connection.execute(f"ALTER TABLE {table} ADD COLUMN {quoted(column)} {sql_type(kind)}")
    for column, kind in change.widened.items():
        # The engine casts records by field name: what is there stays, what is new is NULL.
        connection.execute(f"ALTER TABLE {table} ALTER COLUMN {quoted(column)} SET DATA TYPE {sql_type(kind)}")
    _comment(connection, schema, name, wanted)


def table_names(connection: duckdb.DuckDBPyConnection, schema: str) -> list[str]:
    """The tables of a schema; none without the schema."""
    sql = "SELECT table_name FROM duckdb_tables() WHERE database_name = current_database() AND schema_name = ?"
    return [name for (name,) in connection.execute(sql, [schema]).fetchall()]


def stored_schema(connection: duckdb.DuckDBPyConnection, schema: str, name: str) -> pa.Schema:
    """The columns the stored table has."""
    return connection.sql(f"SELECT * FROM {quoted(schema)}.{quoted(name)} LIMIT 0").to_arrow_table().schema


def replace_slice(connection: duckdb.DuckDBPyConnection, schema: str, snapshot: Snapshot) -> int:
    """Puts the snapshot's rows where those of its cell were; answers how many there were. Inside a transaction.

    Rows whose key is not among the snapshot's stay and are marked as deleted, once; so do those whose key now
    belongs to another row.
    Raises: WarehouseError when the file does not give as many rows as were put into it.
    """
    table = _named(schema, snapshot.table.name)
    where, values = _where(snapshot.cell)
    before = _number(connection.execute(f"SELECT count(*) FROM {table} WHERE {where}", values))
    if before:
        noticed = snapshot.state.watermark if snapshot.state else dt.datetime.now(dt.UTC)
        keys = _make_way(connection, schema, snapshot, noticed)
        _number(connection.execute(f"DELETE FROM {table} WHERE {where} AND _row_key IS NULL", values))
        gone = f"_deleted_at IS NULL AND _row_key NOT IN (SELECT key FROM {keys})"
        marked = f"UPDATE {table} SET _deleted_at = ? WHERE {where} AND {gone}"
        _number(connection.execute(marked, [noticed, *values]))
    _insert(connection, table, snapshot)
    return before


def merge_changes(connection: duckdb.DuckDBPyConnection, schema: str, changes: Changes) -> int:
    """Puts new and changed rows in place by key and marks those that are gone; answers how many were there before.

    Inside a transaction. Raises: WarehouseError when the file does not give as many rows as were put into it.
    """
    table = _named(schema, changes.table.name)
    where, values = _where(changes.cell)
    replaced = 0
    if changes.rows:
        before = _number(connection.execute(f"SELECT count(*) FROM {table} WHERE {where}", values))
        _make_way(connection, schema, changes, changes.state.watermark)
        replaced = before - _number(connection.execute(f"SELECT count(*) FROM {table} WHERE {where}", values))
        _insert(connection, table, changes)
    if changes.deleted:
        connection.register("deleted_keys", pa.table({"key": pa.array(changes.deleted, pa.string())}))
        marked = f"UPDATE {table} SET _deleted_at = ? WHERE {where} AND _row_key IN (SELECT key FROM deleted_keys)"
        _number(connection.execute(f"{marked} AND _deleted_at IS NULL", [changes.state.watermark, *values]))
        connection.unregister("deleted_keys")
    return replaced


def write_state(connection: duckdb.DuckDBPyConnection, schema: str, stored: Snapshot) -> None:
    """Writes the state of the partition just stored, in the same transaction; none where the result brings none."""
    ensure_table(connection, schema, SYNC_STATE, STATE_SCHEMA)
    table = _named(schema, SYNC_STATE)
    cell, name = stored.cell, stored.table.name
    same = "company = ? AND financial_year IS NOT DISTINCT FROM ? AND endpoint = ?"
    connection.execute(f"DELETE FROM {table} WHERE {same}", [cell["company"], cell.get("financial_year"), name])
    if stored.state is not None:
        row = stored.state.row(name, cell, count_rows(connection, schema, name, cell))
        columns = ", ".join(map(quoted, row))
        marks = ", ".join("?" for _ in row)
        connection.execute(f"INSERT INTO {table} ({columns}) VALUES ({marks})", list(row.values()))


def read_state(connection: duckdb.DuckDBPyConnection, schema: str, name: str, cell: Cell) -> SyncState | None:
    """The state stored for the partition; None when there is none."""
    if not has_columns(connection, schema, SYNC_STATE, STATE_COLUMNS):
        return None
    chosen = ", ".join(map(quoted, STATE_COLUMNS))
    rows = connection.execute(
        f"SELECT {chosen} FROM {_named(schema, SYNC_STATE)} "
        "WHERE company = ? AND financial_year IS NOT DISTINCT FROM ? AND endpoint = ?",
        [cell["company"], cell.get("financial_year"), name],
    ).fetchall()
    return state_of(rows[0]) if rows else None


def read_rows(
    connection: duckdb.DuckDBPyConnection, schema: str, name: str, cell: Cell, columns: Sequence[str]
) -> Iterator[tuple[Any, ...]]:
    """These columns of the partition's rows, a few thousand in memory at a time; none without such a table."""
    if not has_columns(connection, schema, name, [*columns, *cell]):
        return
    where, values = _where(cell)
    chosen = ", ".join(map(quoted, columns))
    found = connection.execute(f"SELECT {chosen} FROM {_named(schema, name)} WHERE {where}", values)
    while rows := found.fetchmany(_ROWS_AT_A_TIME):
        yield from rows


def has_columns(connection: duckdb.DuckDBPyConnection, schema: str, name: str, columns: Sequence[str]) -> bool:
    """Whether there is such a table, with these columns."""
    found = connection.execute(
        "SELECT column_name FROM duckdb_columns() "
        "WHERE database_name = current_database() AND schema_name = ? AND table_name = ?",
        [schema, name],
    ).fetchall()
    return {each.lower() for each in columns} <= {column.lower() for (column,) in found} if found else False


def _make_way(connection: duckdb.DuckDBPyConnection, schema: str, snapshot: Snapshot, noticed: dt.datetime) -> str:
    """Removes the stored rows whose key is in the file, and answers the name of a table with the file's ``key``.

    Where the key has been used again for another row, the one it belonged to stays, marked as deleted.
    """
    table = _named(schema, snapshot.table.name)
    where, values = _where(snapshot.cell)
    told_by = [
        [name for name in group if name in snapshot.schema.names]
        for group in snapshot.table.another_when
        if set(group) <= set(snapshot.schema.names)
    ]
    keys = _incoming_keys(connection, snapshot, sorted({name for group in told_by for name in group}))
    another = "FALSE"
    if told_by:
        differ = [
            " AND ".join(f"i.{quoted(name)} IS DISTINCT FROM t.{quoted(name)}" for name in group) for group in told_by
        ]
        by_fields = " OR ".join(f"({each})" for each in differ)
        another = (
            f"EXISTS (SELECT 1 FROM {keys} AS i WHERE i.key = t._row_key AND "
            f"CASE WHEN t._deleted_at IS NULL THEN {by_fields} ELSE i.hash IS DISTINCT FROM t._list_hash END)"
        )
        marked = f"UPDATE {table} AS t SET _deleted_at = ? WHERE {where} AND _deleted_at IS NULL AND {another}"
        _number(connection.execute(marked, [noticed, *values]))
    same = f"_row_key IN (SELECT key FROM {keys}) AND NOT {another}"
    _number(connection.execute(f"DELETE FROM {table} AS t WHERE {where} AND {same}", values))
    return keys


def _incoming_keys(connection: duckdb.DuckDBPyConnection, snapshot: Snapshot, fields: Sequence[str]) -> str:
    """Reads the keys of the file into a table that lasts as long as the connection, and answers its name."""
    chosen = ", ".join(["_row_key AS key", "_list_hash AS hash", *map(quoted, fields)])
    with snapshot.reader() as incoming:
        connection.register("incoming_rows", incoming)
        connection.execute(
            f"CREATE OR REPLACE TEMP TABLE incoming_keys AS "
            f"SELECT {chosen} FROM incoming_rows WHERE _row_key IS NOT NULL"
        )
        connection.unregister("incoming_rows")
    return "incoming_keys"


def _insert(connection: duckdb.DuckDBPyConnection, table: str, snapshot: Snapshot) -> None:
    with snapshot.reader() as incoming:
        connection.register("incoming_rows", incoming)
        inserted = _number(connection.execute(f"INSERT INTO {table} BY NAME SELECT * FROM incoming_rows"))
        connection.unregister("incoming_rows")
    if inserted != snapshot.rows:
        raise WarehouseError(
            f"{snapshot.file}: gave {inserted} rows of the {snapshot.rows} that were fetched; "
            "something else changed the file: run again; the stored rows are unchanged"
        )


def count_rows(connection: duckdb.DuckDBPyConnection, schema: str, name: str, cell: Cell) -> int:
    """How many rows are stored for ``cell``, without those marked as deleted."""
    where, values = _where(cell)
    there = f"SELECT count(*) FROM {_named(schema, name)} WHERE {where} AND _deleted_at IS NULL"
    return _number(connection.execute(there, values))


def _named(schema: str, name: str) -> str:
    return f"{quoted(schema)}.{quoted(name)}"


def _number(result: duckdb.DuckDBPyConnection) -> int:
    # Read to the end: the engine refuses other work on the connection before that.
    rows = result.fetchall()
    return int(rows[0][0]) if rows else 0


def _where(cell: Cell) -> tuple[str, list[str | int]]:
    return " AND ".join(f"{quoted(column)} = ?" for column in cell), list(cell.values())


def _comment(connection: duckdb.DuckDBPyConnection, schema: str, name: str, wanted: pa.Schema) -> None:
    table = f"{quoted(schema)}.{quoted(name)}"
    this_one = "WHERE database_name = current_database() AND schema_name = ? AND table_name = ?"
    written = connection.execute(
        f"SELECT '', comment FROM duckdb_tables() {this_one} "
        f"UNION ALL SELECT column_name, comment FROM duckdb_columns() {this_one}",
        [schema, name, schema, name],
    ).fetchall()
    have = {column.lower(): comment for column, comment in written}
    about = (wanted.metadata or {}).get(b"description", b"").decode()
    if about and have.get("") != about:
        connection.execute(f"COMMENT ON TABLE {table} IS {literal(about)}")
    for each in wanted:
        about = comment_of(each)
        if about and have.get(each.name.lower()) != about:
            connection.execute(f"COMMENT ON COLUMN {table}.{quoted(each.name)} IS {literal(about)}")


def comment_of(each: pa.Field) -> str:
    """A column's description, with the category when it is personal data."""
    about = metadata_of(each)
    category = about.get("personal_data")
    return about.get("description", "") + (f" (Personal data: {category}.)" if category else "")
