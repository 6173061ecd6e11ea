"""Upkeep of the tables of one DuckDB file."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

import duckdb
import pyarrow as pa

from fortnox_assets.warehouse.dotted_paths import Steps, below, is_stored, stored_paths
from fortnox_assets.warehouse.duckdb_file import first_line, locked, opened
from fortnox_assets.warehouse.duckdb_tables import (
    ensure_table,
    literal,
    quoted,
    sql_type,
    stored_schema,
    table_names,
    transaction,
)
from fortnox_assets.warehouse.errors import WarehouseError
from fortnox_assets.warehouse.evolution import kept_tables
from fortnox_assets.warehouse.upkeep import AddRow, DeleteRows, DropColumns, Edit, EmptyFields, Where


class DuckDBUpkeep:
    """:class:`~fortnox_assets.warehouse.upkeep.Upkeep` of the raw tables in ``schema`` of a DuckDB file."""

    def __init__(self, database: Path | str, schema: str) -> None:
        self._database = Path(database)
        self._schema = schema

    def columns(self, table: str) -> tuple[str, ...]:
        """The names of the stored columns."""
        if not self._database.exists():
            return ()
        with self._connected(read_only=True) as connection:
            return tuple(_Tables(connection, self._schema).of(table).names)

    def kept(self) -> Mapping[str, tuple[str, ...]]:
        """The tables that others have taken the place of."""
        if not self._database.exists():
            return {}
        with self._connected(read_only=True) as connection:
            return kept_tables(table_names(connection, self._schema))

    def preview(self, edits: Sequence[Edit]) -> list[int]:
        """What each edit would touch."""
        if not self._database.exists():
            return [0] * len(edits)
        with self._connected(read_only=True) as connection:
            tables = _Tables(connection, self._schema)
            return [tables.count(each) for each in edits]

    def apply(self, edits: Sequence[Edit]) -> None:
        """Does them in one transaction."""
        with self._connected(read_only=False) as connection, transaction(connection):
            tables = _Tables(connection, self._schema)
            for each in edits:
                tables.do(each)

    def compact(self) -> None:
        """Writes the file anew from what is stored and puts it in the old one's place.

        DuckDB marks the blocks of removed values as free and leaves their bytes. A crash leaves the old file or the new
        one.
        """
        fresh = self._database.with_name(f"{self._database.name}.compacted")
        with locked(self._database):
            for left in (fresh, _log_of(fresh)):
                left.unlink(missing_ok=True)
            with self._translated(), opened(self._database) as connection:
                connection.execute(f"ATTACH {literal(str(fresh))} AS compacted")
                name = connection.execute("SELECT current_database()").fetchall()[0][0]
                connection.execute(f"COPY FROM DATABASE {quoted(name)} TO compacted")
                connection.execute("DETACH compacted")
                connection.execute("CHECKPOINT")
            # A log that outlives its file would be applied to the next one of that name.
            if _log_of(fresh).exists() or _log_of(self._database).exists():
                raise WarehouseError(
                    f"{self._database}: could not be written anew; its rows are as they were: run again"
                )
            fresh.replace(self._database)

    @contextmanager
    def _connected(self, *, read_only: bool) -> Iterator[duckdb.DuckDBPyConnection]:
        with locked(self._database), self._translated(), opened(self._database, read_only=read_only) as connection:
            yield connection

    @contextmanager
    def _translated(self) -> Iterator[None]:
        try:
            yield
        except duckdb.Error as error:
            raise WarehouseError(f"{self._database}: {first_line(error)}; the stored rows are unchanged") from error


def _log_of(database: Path) -> Path:
    """DuckDB's write-ahead log of a file."""
    return database.with_name(f"{database.name}.wal")


class _Tables:
    """The statements behind each edit, on an open connection."""

    def __init__(self, connection: duckdb.DuckDBPyConnection, schema: str) -> None:
        self._connection = connection
        self._schema = schema

    def of(self, table: str) -> pa.Schema:
        """The stored columns; none without such a table."""
        there = table in table_names(self._connection, self._schema)
        return stored_schema(self._connection, self._schema, table) if there else pa.schema([])

    def count(self, edit: Edit) -> int:
        """How much the edit would touch."""
        if isinstance(edit, AddRow):
            return 0
        columns = self.of(edit.table)
        if isinstance(edit, DropColumns):
            there = [(name,) for name in edit.columns if name in columns.names]
            return self._number(edit.table, f"({_any_filled(columns, there)})", []) if there else 0
        picked = _Picked(columns, edit.where)
        if not picked.possible:
            return 0
        condition, values = picked.condition()
        if isinstance(edit, DeleteRows):
            counted = picked.count_of_records() if picked.in_records else "1"
            return self._number(edit.table, condition, values, f"coalesce(sum({counted}), 0)")
        paths = stored_paths(columns, edit.paths)
        if not paths:
            return 0
        filled = picked.any_filled(paths) if picked.in_records else _any_filled(columns, paths)
        return self._number(edit.table, f"{condition} AND ({filled})", values)

    def do(self, edit: Edit) -> None:
        """Executes the edit, inside a transaction."""
        if isinstance(edit, AddRow):
            ensure_table(self._connection, self._schema, edit.table, edit.schema)
            names, marks = ", ".join(map(quoted, edit.values)), ", ".join("?" for _ in edit.values)
            self._run(f"INSERT INTO {self._name(edit.table)} ({names}) VALUES ({marks})", list(edit.values.values()))
            return
        columns = self.of(edit.table)
        if isinstance(edit, DropColumns):
            for name in edit.columns:
                if name in columns.names:
                    self._run(f"ALTER TABLE {self._name(edit.table)} DROP COLUMN {quoted(name)}", [])
            return
        picked = _Picked(columns, edit.where)
        paths = stored_paths(columns, edit.paths) if isinstance(edit, EmptyFields) else []
        if not picked.possible or (isinstance(edit, EmptyFields) and not paths):
            return
        condition, values = picked.condition()
        if picked.in_records or isinstance(edit, EmptyFields):
            changes = picked.changes(paths, delete=isinstance(edit, DeleteRows))
            changed = ", ".join(f"{quoted(name)} = {value}" for name, value in changes.items())
            self._run(f"UPDATE {self._name(edit.table)} SET {changed} WHERE {condition}", values)
        else:
            self._run(f"DELETE FROM {self._name(edit.table)} WHERE {condition}", values)

    def _name(self, table: str) -> str:
        return f"{quoted(self._schema)}.{quoted(table)}"

    def _run(self, sql: str, values: list[object]) -> list[tuple[int, ...]]:
        return self._connection.execute(sql, values).fetchall()

    def _number(self, table: str, condition: str, values: list[object], counted: str = "count(*)") -> int:
        return int(self._run(f"SELECT {counted} FROM {self._name(table)} WHERE {condition}", values)[0][0])


class _Picked:
    """The rows, or the records inside them, that a ``Where`` picks, as SQL."""

    def __init__(self, columns: pa.Schema, where: Where) -> None:
        self._columns = columns
        self._where = where
        path: Steps = tuple(where.field.split(".")) if where.field else ()
        self.possible = bool(columns.names) and (not path or is_stored(columns, path))
        self._lists = path[:1] if self.possible and path and pa.types.is_list(columns.field(path[0]).type) else ()
        self._path = path
        self.possible = self.possible and set(where.columns) <= set(columns.names)

    @property
    def in_records(self) -> bool:
        """Whether records inside rows are meant."""
        return bool(self._lists)

    def condition(self) -> tuple[str, list[object]]:
        """The rows that are touched, and the parameters of the condition."""
        parts, values = ["true"], list[object]()
        if self._where.company is not None:
            parts.append("company = ?")
            values.append(self._where.company)
        for name, text in self._where.also:
            parts.append(f"CAST({quoted(name)} AS VARCHAR) = ?")
            values.append(text)
        if self.in_records:
            parts.append(f"{self.count_of_records()} > 0")
        elif self._path:
            parts.append(f"CAST({_dotted(self._path)} AS VARCHAR) IN (SELECT unnest(CAST(? AS VARCHAR[])))")
            values.append(list(self._where.values))
        return " AND ".join(parts), values

    def count_of_records(self) -> str:
        """How many records of a row are picked."""
        return f"coalesce(len(list_filter({quoted(self._path[0])}, lambda each: {self._is_picked('each')})), 0)"

    def any_filled(self, paths: Iterable[Steps]) -> str:
        """Whether any picked record of a row has a value at one of ``paths``."""
        kind = self._columns.field(self._path[0]).type.value_type
        filled = " OR ".join(_filled("each", kind, path[1:]) for path in paths if path[0] == self._path[0])
        chosen = f"lambda each: {self._is_picked('each')} AND ({filled or 'false'})"
        return f"len(list_filter({quoted(self._path[0])}, {chosen})) > 0"

    def changes(self, paths: Sequence[Steps], *, delete: bool) -> dict[str, str]:
        """The columns that change, with their new values."""
        name = self._path[0] if self.in_records else None
        tops = dict.fromkeys(path[0] for path in paths if path[0] != name)
        outside = {each: _emptied(quoted(each), self._columns.field(each).type, below(paths, each)) for each in tops}
        return outside if name is None else {**outside, name: self._records(name, paths, delete=delete)}

    def _records(self, name: str, paths: Sequence[Steps], *, delete: bool) -> str:
        """The column of the records that are picked, without them or without what is at ``paths``."""
        if delete:
            return f"list_filter({quoted(name)}, lambda each: NOT ({self._is_picked('each')}))"
        kind = self._columns.field(name).type.value_type
        emptied = _emptied("each", kind, below(paths, name))
        chosen = f"CASE WHEN {self._is_picked('each')} THEN {emptied} ELSE each END"
        return f"list_transform({quoted(name)}, lambda each: {chosen})"

    def _is_picked(self, record: str) -> str:
        values = ", ".join(map(literal, self._where.values))
        field = f"{record}.{_dotted(self._path[1:])}"
        return f"coalesce(CAST({field} AS VARCHAR) IN ({values}), false)" if values else "false"


def _any_filled(columns: pa.Schema, paths: Iterable[Steps]) -> str:
    return " OR ".join(_filled(quoted(path[0]), columns.field(path[0]).type, path[1:]) for path in paths)


def _filled(expression: str, kind: pa.DataType, path: Steps, depth: int = 0) -> str:
    """Whether there is a value at ``path``."""
    if not path:
        return f"{expression} IS NOT NULL"
    if pa.types.is_list(kind):
        inside = _filled(f"x{depth}", kind.value_type, path, depth + 1)
        return f"coalesce(len(list_filter({expression}, lambda x{depth}: {inside})) > 0, false)"
    below = kind.field(path[0]).type
    return _filled(f"{expression}.{quoted(path[0])}", below, path[1:], depth)


def _emptied(expression: str, kind: pa.DataType, paths: frozenset[Steps], depth: int = 0) -> str:
    """The value without what is at ``paths``; everything else as it was."""
    if not paths:
        return expression
    if () in paths:
        return f"CAST(NULL AS {sql_type(kind)})"
    if pa.types.is_list(kind):
        inside = _emptied(f"y{depth}", kind.value_type, paths, depth + 1)
        return f"list_transform({expression}, lambda y{depth}: {inside})"
    fields = []
    for each in kind:
        inside = _emptied(f"{expression}.{quoted(each.name)}", each.type, below(paths, each.name), depth)
        fields.append(f"{quoted(each.name)} := {inside}")
    return f"CASE WHEN {expression} IS NULL THEN NULL ELSE struct_pack({', '.join(fields)}) END"


def _dotted(path: Steps) -> str:
    return ".".join(map(quoted, path))
