"""Rows of one extraction on local disk: memory stays flat however large the company is.

A list row and its detail arrive in different calls, thousands of rows apart. Both are kept here by key until they can
be handed on together. ``list_hash`` says which version of the list row a detail was fetched for, so that a later run
can see which details are still good: a resumable spool outlives a killed run, and keeps the details it had fetched.
"""

import sqlite3
from collections.abc import Callable, Iterable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import datetime
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
create table if not exists detail (key text primary key, list_hash blob not null, body text) without rowid;
create table if not exists good_at (moment text not null);
create table if not exists kept (version text not null);
create table touched (key text primary key) without rowid;
create table elsewhere (key text primary key) without rowid;
create table stored (key text primary key, list_hash text, deleted integer not null) without rowid;
"""
_OF_ONE_RUN = ("listing", "touched", "elsewhere", "stored")
# Changes when what is kept from one run to the next changes its meaning.
_FORMAT = 2


@dataclass(frozen=True, kw_only=True)
class Comparison:
    """How many listed rows are new, were marked as deleted, or differ; ``stored`` is how many there were before."""

    new: int = 0
    reappeared: int = 0
    changed: int = 0
    stored: int = 0


@dataclass(frozen=True, kw_only=True)
class Listed:
    """A list row in its place in the listing."""

    position: int
    key: str
    list_hash: bytes
    row: Row


class SpooledRow(dict[str, Any]):
    """A row as Fortnox sent it, with what it is told apart and compared by when it is stored."""

    __slots__ = ("list_hash", "row_key")

    def __init__(self, row: Row, row_key: str, list_hash: bytes) -> None:
        super().__init__(row)
        self.row_key = row_key
        self.list_hash = list_hash.hex()

    def reduced_to(self, fields: Row) -> "SpooledRow":
        """The row with these fields alone."""
        return SpooledRow(fields, self.row_key, bytes.fromhex(self.list_hash))


class Spool:
    """One extraction's rows in a file that goes away when it is closed. Raises SpoolError when the disk refuses.

    A ``resumable`` one begins with the details that an earlier run left behind, and :meth:`leave` keeps them; those of
    another ``version`` (other fields were kept then) are removed.
    """

    def __init__(self, directory: Path, name: str, *, resumable: bool = False, version: str = "") -> None:
        self.path = directory / f"{name}.sqlite"
        self._resumable = resumable
        # What was not asked about is not gone because it was not answered.
        self.asked_about: Callable[[str], bool] = lambda _key: True
        with self._disk():
            self.path.parent.mkdir(parents=True, exist_ok=True)
            if not (resumable and _usable(self.path, version)):
                self._remove()
            # The rows may be read by another thread than the one that fetched them, never at the same time.
            self._connection = sqlite3.connect(self.path, check_same_thread=False)
            self._connection.execute("pragma journal_mode = wal")
            self._connection.execute("pragma synchronous = normal")
            for table in _OF_ONE_RUN:
                self._connection.execute(f"drop table if exists {table}")
            self._connection.executescript(_TABLES)
            with self._connection:
                self._connection.execute("delete from kept")
                self._connection.execute("insert into kept values (?)", (version,))
            self._connection.execute(f"pragma user_version = {_FORMAT}")

    @property
    def good_at(self) -> datetime | None:
        """The moment, by Fortnox's clock, up to which the details left by earlier runs are known to be good."""
        with self._disk():
            found = self._connection.execute("select moment from good_at where exists (select 1 from detail)")
            row = found.fetchone()
        return datetime.fromisoformat(row[0]) if row else None

    def renew(self, moment: datetime, changed: Iterable[str]) -> None:
        """Keeps of the earlier details those that are not ``changed`` and whose list row is as it was then.

        From now on they are good at ``moment``; the list must have been read.
        """
        with self._disk(), self._connection:
            self._connection.executemany("delete from detail where key = ?", ((key,) for key in changed))
            self._connection.execute(
                "delete from detail where body is null or not exists (select 1 from listing "
                "where listing.key = detail.key and listing.list_hash = detail.list_hash)"
            )
            self._connection.execute("delete from good_at")
            self._connection.execute("insert into good_at values (?)", (moment.isoformat(),))

    def drop_details(self) -> None:
        """Drops the details left by earlier runs."""
        with self._disk(), self._connection:
            self._connection.execute("delete from detail")

    def touch_listed(self) -> None:
        """Notes that every row listed so far counts as changed, whatever its list row says."""
        with self._disk(), self._connection:
            self._connection.execute("insert or ignore into touched select key from listing")

    def forget_listed(self) -> None:
        """Drops the list rows, because they will be listed again."""
        with self._disk(), self._connection:
            self._connection.execute("delete from listing")

    def remember_stored(self, keys: Iterable[tuple[str, str | None, bool]]) -> None:
        """Notes what is stored already: key, hash of the list row, whether it is marked as deleted.

        A key can be stored more than once, for rows that were deleted before it was used again; what is there counts.
        """
        note = (
            "insert into stored values (?, ?, ?) on conflict (key) do update "
            "set list_hash = excluded.list_hash, deleted = excluded.deleted where not excluded.deleted"
        )
        with self._disk(), self._connection:
            self._connection.executemany(note, keys)

    def compared(self) -> Comparison:
        """How the listed rows differ from the stored ones."""
        query = """
            select
                count(*) filter (where stored.key is null),
                count(*) filter (where deleted),
                count(*) filter (where not deleted and (stored.list_hash is not lower(hex(listing.list_hash))
                    or touched.key is not null)),
                (select count(*) from stored where not deleted)
            from listing left join stored using (key) left join touched using (key)
        """
        with self._disk():
            new, reappeared, changed, there = self._connection.execute(query).fetchone()
        return Comparison(new=new, reappeared=reappeared, changed=changed, stored=there)

    def keep_changed(self) -> None:
        """Drops the list rows that are stored already as they are."""
        with self._disk(), self._connection:
            self._connection.execute(
                "delete from listing where key in (select key from listing join stored using (key) "
                "where not deleted and stored.list_hash = lower(hex(listing.list_hash))) "
                "and key not in (select key from touched)"
            )

    def not_listed(self) -> tuple[str, ...]:
        """Keys that are stored, not marked as deleted, were asked about, and were not listed."""
        with self._disk():
            found = self._connection.execute(
                "select key from stored where not deleted and key not in (select key from listing) order by key"
            ).fetchall()
        return tuple(key for (key,) in found if self.asked_about(key))

    def note_elsewhere(self, keys: Iterable[tuple[str, ...]]) -> None:
        """Notes rows that have changed and belong to another partition."""
        with self._disk(), self._connection:
            noted = ((to_text(key),) for key in keys)
            self._connection.executemany("insert or ignore into elsewhere values (?)", noted)

    def moved_away(self) -> tuple[str, ...]:
        """Keys that are stored here, and were found to belong to another partition now."""
        with self._disk():
            found = self._connection.execute(
                "select key from stored join elsewhere using (key) where not deleted order by key"
            ).fetchall()
        return tuple(key for (key,) in found)

    def stored_without_document(self) -> tuple[str, ...]:
        """Keys that are stored, and whose document is gone since the list was read."""
        with self._disk():
            found = self._connection.execute(
                "select key from detail join stored using (key) where body is null and not deleted order by key"
            ).fetchall()
        return tuple(key for (key,) in found)

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

    def without_detail(self) -> Iterator[Listed]:
        """The list rows whose detail is still to be fetched, as :meth:`listed`."""
        query = """
            select position, key, list_hash, row from listing
            where position > ? and not exists (select 1 from detail where detail.key = listing.key)
            order by position limit ?
        """
        for position, key, list_hash, text in self._chunks(query):
            yield Listed(position=position, key=key, list_hash=list_hash, row=from_text(text))

    def put_details(self, details: Iterable[tuple[Listed, Row | None]]) -> None:
        """Keeps the details of list rows; None says that the document is gone from Fortnox."""
        rows = [(row.key, row.list_hash, None if body is None else to_text(body)) for row, body in details]
        with self._disk(), self._connection:
            self._connection.executemany("insert or replace into detail values (?, ?, ?)", rows)

    def merged(self) -> Iterator[SpooledRow]:
        """Each row with its detail over it, in listing order; a row whose document is gone is left out."""
        query = """
            select position, listing.key, listing.list_hash, row, detail.key is not null, body
            from listing left join detail using (key) where position > ? order by position limit ?
        """
        for _position, key, list_hash, text, has_detail, body in self._chunks(query):
            if not has_detail:
                yield SpooledRow(from_text(text), key, list_hash)
            elif body is not None:
                yield SpooledRow(from_text(text) | from_text(body), key, list_hash)

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

    def count_details(self) -> int:
        """How many details there are."""
        with self._disk():
            return int(self._connection.execute("select count(*) from detail").fetchone()[0])

    def leave(self) -> None:
        """Closes the file; one that is resumable and has details stays for the next run."""
        if self._resumable and self.count_details():
            self._connection.close()
        else:
            self.close()

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


def _usable(path: Path, wanted: str) -> bool:
    """Whether the file is a whole spool of the ``wanted`` version, so that its details can be trusted."""
    if not path.exists():
        return False
    try:
        with closing(sqlite3.connect(path)) as connection:
            (version,) = connection.execute("pragma user_version").fetchone()
            (state,) = connection.execute("pragma quick_check").fetchone()
            kept = connection.execute("select version from kept").fetchall() if version == _FORMAT else []
    except sqlite3.DatabaseError:
        return False
    return bool(version == _FORMAT and state == "ok" and kept == [(wanted,)])


def in_batches(rows: Iterable[T], size: int) -> Iterator[list[T]]:
    """The rows in lists of at most ``size``."""
    left = iter(rows)
    while batch := list(islice(left, size)):
        yield batch
