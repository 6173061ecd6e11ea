"""Fetches files into the document store, a few at a time, and writes each one down as soon as it is stored.

A process that is killed loses the files under way and no other: those written down are in a journal beside the spool,
and the next run takes them from there. Contents are named by their hash, so a file fetched twice is stored once.
"""

import json
import shutil
import sqlite3
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.message import Message
from pathlib import Path
from typing import Any, Protocol
from uuid import uuid4

from fortnox_assets.documents.content import kind_of
from fortnox_assets.documents.links import Link
from fortnox_assets.documents.plan import EMPTY, MISSING, OVER_QUOTA, REFUSED, STORED, TOO_LARGE, Rules
from fortnox_assets.extract.errors import SpoolError
from fortnox_assets.fortnox.errors import (
    FileTooLarge,
    ForbiddenPath,
    FortnoxBadRequest,
    FortnoxError,
    FortnoxNotFound,
    FortnoxTransient,
)
from fortnox_assets.fortnox.paths import fill
from fortnox_assets.fortnox.sender import Saved
from fortnox_assets.storage import Store

Row = dict[str, Any]
FAILURES_BEFORE_GIVING_UP = 3


class FileSource(Protocol):
    """What fetching asks of a client."""

    def save(self, path: str, target: Path, parameters: Mapping[str, str | int] = ..., *, longest: int) -> Saved:
        """The bytes of a file on disk."""


class Journal:
    """What has been fetched for one partition and is not in the warehouse yet: a row of ``documents`` for each file.

    Raises: SpoolError when the disk refuses. Used from several threads.
    """

    def __init__(self, directory: Path) -> None:
        self.directory = directory
        self.parts = directory / "parts"
        self._lock = threading.Lock()
        with self._disk():
            shutil.rmtree(self.parts, ignore_errors=True)
            self.parts.mkdir(parents=True, exist_ok=True)
            self._connection = sqlite3.connect(directory / "journal.sqlite", check_same_thread=False)
            self._connection.execute("pragma journal_mode = wal")
            # Only a power cut can lose the last of it, and what is not written down is fetched again.
            self._connection.execute("pragma synchronous = normal")
            self._connection.execute("create table if not exists fetched (file_id text primary key, row text)")

    def rows(self) -> dict[str, Row]:
        """The rows by file id."""
        with self._disk():
            found = self._connection.execute("select file_id, row from fetched").fetchall()
        return {file_id: json.loads(text) for file_id, text in found}

    def add(self, row: Row) -> None:
        """Writes one row down; it survives the process."""
        with self._disk(), self._connection:
            self._connection.execute("insert or replace into fetched values (?, ?)", (row["FileId"], json.dumps(row)))

    def close(self) -> None:
        """Leaves it for the next run."""
        with self._disk():
            self._connection.close()

    def remove(self) -> None:
        """Takes it away, when its rows are in the warehouse."""
        self.close()
        shutil.rmtree(self.directory, ignore_errors=True)

    @contextmanager
    def _disk(self) -> Iterator[None]:
        try:
            with self._lock:
                yield
        except (OSError, sqlite3.OperationalError) as error:
            raise SpoolError(
                f"{self.directory}: cannot keep fetched files here: {error}; free the disk or make it writable, "
                "or point FORTNOX_STATE_DIR elsewhere, and run again"
            ) from error


@dataclass(kw_only=True)
class Fetcher:
    """Fetches one link after another, from several threads. ``stored_bytes`` is what the company has stored so far."""

    client: FileSource
    store: Store
    company: str
    journal: Journal
    rules: Rules
    stored_bytes: int = 0
    _lock: threading.Lock = field(default_factory=threading.Lock, repr=False)
    # Where Fortnox had the latest file: most of a company's files are found in the same way.
    _first: str = field(default="archive", repr=False)
    _failures: int = field(default=0, repr=False)

    def job(self, link: Link) -> Callable[[], Row]:
        """Fetching ``link``, to be called in a thread; answers its row, which is written down by then."""

        def run() -> Row:
            row = self._fetched(link)
            self.journal.add(row)
            return row

        return run

    def _fetched(self, link: Link) -> Row:
        if left := self._left(link):
            return left
        part = self.journal.parts / uuid4().hex
        try:
            return self._saved(link, part)
        except FileTooLarge as error:
            return self._without(link, TOO_LARGE, str(error), error.size)
        except FortnoxNotFound as error:
            return self._without(link, MISSING, str(error))
        except FortnoxBadRequest as error:
            return self._without(link, REFUSED, str(error))
        except FortnoxTransient as error:
            return self._given_up(link, error)
        except OSError as error:
            reason = f"cannot keep a fetched file: {error.strerror or error}; free the disk and run again"
            raise SpoolError(f"{self.journal.parts}: {reason}") from error
        finally:
            part.unlink(missing_ok=True)

    def _left(self, link: Link) -> Row | None:
        """The row of a file that is not asked for; None where it is."""
        if link.size is not None and link.size > self.rules.largest:
            reason = f"{link.size} bytes, at most {self.rules.largest} are fetched"
            return self._without(link, TOO_LARGE, reason, link.size)
        if self._is_full(link.size or 1):
            return self._without(link, OVER_QUOTA, f"the quota of {self.rules.quota} bytes is used up", link.size)
        return None

    def _saved(self, link: Link, part: Path) -> Row:
        way, saved = self._asked(link, part)
        if not saved.size:
            return self._without(link, EMPTY, "Fortnox sends no bytes")
        kind = kind_of(saved.first)
        path = f"{self.company}/{saved.sha256[:2]}/{saved.sha256}{kind.ending}"
        if self.store.size(path) != saved.size:
            if not self._reserved(saved.size):
                return self._without(link, OVER_QUOTA, f"the quota of {self.rules.quota} bytes is used up", saved.size)
            self.store.put(part, path, kind.media_type)
        return self._row(
            link,
            Name=readable(link.name or _name_in(saved.disposition)),
            Status=STORED,
            Folder="inbox" if way == "inbox" else "archive",
            MediaType=kind.media_type,
            Size=saved.size,
            Sha256=saved.sha256,
            Path=path,
            Location=self.store.address(path),
            FetchedAt=datetime.now(UTC).isoformat(),
        )

    def _asked(self, link: Link, part: Path) -> tuple[str, Saved]:
        """The file by either of its ids, from the archive or the inbox. Raises: FortnoxNotFound when none has it."""
        ids = [each for each in (link.file_id, link.other_id) if each]
        ways = sorted(("archive", "fileid", "inbox"), key=lambda way: way != self._first)
        missing: FortnoxError | None = None
        for file_id in ids:
            for way in ways:
                query: dict[str, str | int] = {"fileid": file_id} if way == "fileid" else {}
                try:
                    path = "/3/archive" if way == "fileid" else fill(f"/3/{way}/{{Id}}", {"Id": file_id})
                    saved = self.client.save(path, part, query, longest=self.rules.largest)
                except (FortnoxNotFound, ForbiddenPath) as error:  # an id may look like a path that is never sent
                    missing = missing or error
                else:
                    self._first = way
                    return way, saved
        raise FortnoxNotFound(str(missing or f"{self.company}: a link without a file id"))

    def _is_full(self, more: int) -> bool:
        return self.rules.quota is not None and self.stored_bytes + more > self.rules.quota

    def _reserved(self, size: int) -> bool:
        """Counts a file's bytes against the quota; False when they do not fit."""
        with self._lock:
            if self._is_full(size):
                return False
            self.stored_bytes += size
        return True

    def _given_up(self, link: Link, error: FortnoxTransient) -> Row:
        """A file that fails again and again is left for later; when several do, it is Fortnox and not the file."""
        with self._lock:
            self._failures += 1
            if self._failures > FAILURES_BEFORE_GIVING_UP:
                raise error
        return self._without(link, REFUSED, str(error))

    def _without(self, link: Link, status: str, reason: str, size: int | None = None) -> Row:
        missing = {"MissingSince": self.rules.now.isoformat()} if status == MISSING else {}
        return self._row(link, Name=readable(link.name), Status=status, Reason=reason, Size=size, **missing)

    def _row(self, link: Link, **values: object) -> Row:
        about = {
            "FileId": link.file_id,
            "Module": link.module,
            "ObjectNumber": link.object_number,
            "DocumentDate": link.document_date.isoformat() if link.document_date else None,
            "TriedAt": self.rules.now.isoformat(),
        }
        return {**about, **values}


def readable(name: str) -> str:
    """A file's name as one line of text that any warehouse holds: control characters and half letters replaced."""
    whole = name.encode("utf-8", "replace").decode("utf-8")
    return "".join(letter if letter.isprintable() else "\ufffd" for letter in whole)


def _name_in(disposition: str) -> str:
    """The file name of a Content-Disposition header; empty when it has none."""
    header = Message()
    header["Content-Disposition"] = disposition.encode("ascii", "replace").decode()
    return header.get_filename("") or ""
