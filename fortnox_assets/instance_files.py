"""How Dagster's own SQLite files are written: without waiting for the disk at every event.

A run stores a dozen events an asset. Dagster opens its file, commits and closes it for each of them, and SQLite waits
for the disk twice: at the commit, and because whoever closes a file last brings its write-ahead log into it.
"""

import atexit
import sqlite3
import threading
from collections import OrderedDict
from typing import Any

from sqlalchemy import event
from sqlalchemy.engine import Engine

# Dagster has three files, and one for each run; a process is busy with a run or two.
MOST_FILES = 8


class _OpenFiles:
    """A connection to each of the files used last, so that Dagster's own is never the last one to be closed."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._connections: OrderedDict[str, sqlite3.Connection] = OrderedDict()

    def keep(self, path: str) -> None:
        with self._lock:
            if path not in self._connections:
                connection = sqlite3.connect(path, check_same_thread=False)
                # Opens the write-ahead log, which connecting does not.
                connection.execute("select count(*) from sqlite_master").fetchone()
                self._connections[path] = connection
            self._connections.move_to_end(path)
            if len(self._connections) > MOST_FILES:
                _, unused_longest = self._connections.popitem(last=False)
                unused_longest.close()

    def close(self) -> None:
        with self._lock:
            while self._connections:
                self._connections.popitem()[1].close()


_files = _OpenFiles()


def store_events_without_waiting() -> None:
    """From now on SQLAlchemy's SQLite connections of this process leave it to the system when commits reach the disk.

    Only for files with a write-ahead log, which Dagster's are: they stay whole whatever happens, and a process that is
    killed loses nothing. A power cut may lose what Dagster heard in its last seconds; tables and their state are not in
    these files. Source: https://sqlite.org/pragma.html#pragma_synchronous, https://sqlite.org/wal.html
    """
    if not event.contains(Engine, "connect", _without_waiting):
        event.listen(Engine, "connect", _without_waiting)
        atexit.register(_files.close)


def _without_waiting(connection: Any, _record: object) -> None:
    if not isinstance(connection, sqlite3.Connection):
        return
    (mode,) = connection.execute("pragma journal_mode").fetchone()
    if mode == "wal":
        connection.execute("pragma synchronous = normal")
        ((_, _, path),) = connection.execute("pragma database_list").fetchall()
        _files.keep(path)
