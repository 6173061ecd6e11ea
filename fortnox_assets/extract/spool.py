"""Rows of one extraction on local disk: memory stays flat however large the company is.

A list row and its detail arrive in different calls, thousands of rows apart. Both are kept here by key until they can
be handed on together. ``list_hash`` says which version of the list row a detail was fetched for, so that a later run
can see which details are still good.
"""

import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from hashlib import blake2b
from itertools import islice
from pathlib import Path
from typing import Any, TypeVar

from fortnox_assets.extract.client import Row
from fortnox_assets.extract.errors import ExtractionError, SpoolError
from fortnox_assets.extract.json_text import from_text, to_text

T = TypeVar("T")
_ROWS_AT_A_TIME = 500
_TABLES = """
create table listing (
    position integer primary key, part integer not null, key text not null unique,
    list_hash blob not null, row text not null
);
create table detail (key text primary key, list_hash blob not null, body text) without rowid;
"""


@dataclass(frozen=True, kw_only=True)
class Listed:
    """A list row in its place in the listing."""

    position: int
    key: str
    list_hash: bytes
    row: Row


class Spool:
    """One extraction's rows in a file that goes away when it is closed. Raises SpoolError when the disk refuses."""

    def __init__(self, directory: Path, name: str) -> None:
        self.path = directory / f"{name}.sqlite"
        with self._disk():
            self.path.parent.mkdir(parents=True, exist_ok=True)
            self._remove()
            # The rows may be read by another thread than the one that fetched them, never at the same time.
            self._connection = sqlite3.connect(self.path, check_same_thread=False)
            self._connection.execute("pragma journal_mode = wal")
            self._connection.execute("pragma synchronous = off")
            self._connection.executescript(_TABLES)

    def add(self, part: int, rows: Iterable[tuple[tuple[str, ...], Row]]) -> int:
        """Keeps rows in the order they come; answers how many were there already, word for word.

        Raises: ExtractionError when two different rows have the same key.
        """
        repeated = 0
        with self._disk(), self._connection:
            for key, row in rows:
                repeated += not self._insert(part, to_text(key), to_text(row))
        return repeated

    def forget(self, part: int) -> None:
        """Drops what one listing has brought, because the listing starts over."""
        with self._disk(), self._connection:
            self._connection.execute("delete from listing where part = ?", (part,))

    def listed(self) -> Iterator[Listed]:
        """The list rows in their order, a few hundred in memory at a time; details may be added meanwhile."""
        query = "select position, key, list_hash, row from listing where position > ? order by position limit ?"
        for position, key, list_hash, text in self._chunks(query):
            yield Listed(position=position, key=key, list_hash=list_hash, row=from_text(text))

    def put_details(self, details: Iterable[tuple[Listed, Row | None]]) -> None:
        """Keeps the details of list rows; None says that the document is gone from Fortnox."""
        rows = [(row.key, row.list_hash, None if body is None else to_text(body)) for row, body in details]
        with self._disk(), self._connection:
            self._connection.executemany("insert or replace into detail values (?, ?, ?)", rows)

    def merged(self) -> Iterator[Row]:
        """Each row with its detail over it, in listing order; a row whose document is gone is left out."""
        query = """
            select position, row, detail.key is not null, body from listing left join detail using (key)
            where position > ? order by position limit ?
        """
        for _position, text, has_detail, body in self._chunks(query):
            if not has_detail:
                yield from_text(text)
            elif body is not None:
                yield from_text(text) | from_text(body)

    def without_document(self) -> Iterator[str]:
        """Keys of the rows whose document is gone from Fortnox."""
        with self._disk():
            found = self._connection.execute("select key from detail where body is null order by key").fetchall()
        yield from (key for (key,) in found)

    def __contains__(self, key: str) -> bool:
        """Whether a row with this key was listed."""
        with self._disk():
            return bool(self._connection.execute("select 1 from listing where key = ?", (key,)).fetchone())

    def count(self) -> int:
        """How many list rows there are."""
        with self._disk():
            return int(self._connection.execute("select count(*) from listing").fetchone()[0])

    def close(self) -> None:
        """Removes the file. Closing twice does nothing more."""
        with self._disk():
            self._connection.close()
            self._remove()

    def _chunks(self, query: str) -> Iterator[tuple[Any, ...]]:
        position = 0
        while True:
            with self._disk():
                found = self._connection.execute(query, (position, _ROWS_AT_A_TIME)).fetchall()
            yield from found
            if len(found) < _ROWS_AT_A_TIME:
                return
            position = found[-1][0]

    def _insert(self, part: int, key: str, text: str) -> bool:
        list_hash = blake2b(text.encode(), digest_size=16).digest()
        new = self._connection.execute(
            "insert into listing (part, key, list_hash, row) values (?, ?, ?, ?) on conflict (key) do nothing",
            (part, key, list_hash, text),
        )
        if new.rowcount:
            return True
        (before,) = self._connection.execute("select list_hash from listing where key = ?", (key,)).fetchone()
        if before != list_hash:
            raise ExtractionError(f"{self.path.stem}: two different rows have the key {key}")
        return False

    def _remove(self) -> None:
        for ending in ("", "-wal", "-shm"):
            self.path.with_name(self.path.name + ending).unlink(missing_ok=True)

    @contextmanager
    def _disk(self) -> Iterator[None]:
        try:
            yield
        except (OSError, sqlite3.OperationalError) as error:
            raise SpoolError(
                f"{self.path}: cannot keep rows here: {error}; free the disk or make it writable, "
                "or point FORTNOX_STATE_DIR elsewhere, and run again"
            ) from error


def in_batches(rows: Iterable[T], size: int) -> Iterator[list[T]]:
    """The rows in lists of at most ``size``."""
    left = iter(rows)
    while batch := list(islice(left, size)):
        yield batch
