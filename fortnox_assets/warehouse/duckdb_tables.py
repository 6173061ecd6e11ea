"""Raw tables in DuckDB: made from the catalogue's columns, widened when those grow, replaced slice by slice."""

from collections.abc import Iterator
from contextlib import contextmanager, suppress

import duckdb
import pyarrow as pa

from fortnox_assets.warehouse.errors import WarehouseError
from fortnox_assets.warehouse.evolution import evolution
from fortnox_assets.warehouse.results import Cell, Snapshot
from fortnox_assets.warehouse.shapes import metadata_of

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


def ensure_table(connection: duckdb.DuckDBPyConnection, schema: str, name: str, wanted: pa.Schema) -> None:
    """Makes the table, or adds what it lacks of ``wanted``, and keeps its comments up to date.

    Raises: WarehouseError when a column has changed its type.
    """
    table = f"{quoted(schema)}.{quoted(name)}"
    connection.execute(f"CREATE SCHEMA IF NOT EXISTS {quoted(schema)}")
    columns = ", ".join(f"{quoted(each.name)} {sql_type(each.type)}" for each in wanted)
    connection.execute(f"CREATE TABLE IF NOT EXISTS {table} ({columns})")
    change = evolution(f"{schema}.{name}", stored_schema(connection, schema, name), wanted)
    for column, kind in change.new.items():
        connection.execute(f"ALTER TABLE {table} ADD COLUMN {quoted(column)} {sql_type(kind)}")
    for column, kind in change.widened.items():
        # The engine casts records by field name: what is there stays, what is new is NULL.
        connection.execute(f"ALTER TABLE {table} ALTER COLUMN {quoted(column)} SET DATA TYPE {sql_type(kind)}")
    _comment(connection, schema, name, wanted)


def stored_schema(connection: duckdb.DuckDBPyConnection, schema: str, name: str) -> pa.Schema:
    """The columns the stored table has."""
    return connection.sql(f"SELECT * FROM {quoted(schema)}.{quoted(name)} LIMIT 0").to_arrow_table().schema


def replace_slice(connection: duckdb.DuckDBPyConnection, schema: str, snapshot: Snapshot) -> int:
    """Puts the snapshot's rows where those of its cell were; answers how many there were. Inside a transaction.

    Raises: WarehouseError when the file does not give as many rows as were put into it.
    """
    table = f"{quoted(schema)}.{quoted(snapshot.table.name)}"
    where, values = _where(snapshot.cell)
    deleted = _number(connection.execute(f"DELETE FROM {table} WHERE {where}", values))
    with snapshot.reader() as incoming:
        connection.register("incoming_rows", incoming)
        inserted = _number(connection.execute(f"INSERT INTO {table} BY NAME SELECT * FROM incoming_rows"))
        connection.unregister("incoming_rows")
    if inserted != snapshot.rows:
        raise WarehouseError(
            f"{snapshot.file}: gave {inserted} rows of the {snapshot.rows} that were fetched; "
            "something else changed the file: run again; the stored rows are unchanged"
        )
    return deleted


def count_rows(connection: duckdb.DuckDBPyConnection, schema: str, name: str, cell: Cell) -> int:
    """How many rows are stored for ``cell``."""
    where, values = _where(cell)
    return _number(connection.execute(f"SELECT count(*) FROM {quoted(schema)}.{quoted(name)} WHERE {where}", values))


def _number(result: duckdb.DuckDBPyConnection) -> int:
    row = result.fetchone()
    return int(row[0]) if row else 0


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
