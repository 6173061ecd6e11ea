"""How Dagster's own SQLite files are written: without waiting for the disk at every event.

A run stores a dozen events an asset, each in a transaction of its own, and SQLite waits for the disk at each of them
unless told otherwise: about 8 ms an event, more than all else a small table costs.
"""

import sqlite3
from typing import Any

from sqlalchemy import event
from sqlalchemy.engine import Engine


def store_events_without_waiting() -> None:
    """From now on SQLAlchemy's SQLite connections of this process leave it to the system when commits reach the disk.

    Only for files with a write-ahead log, which Dagster's are: they stay whole whatever happens, and a process that is
    killed loses nothing. A power cut may lose what Dagster heard in its last seconds; tables and their state are not in
    these files. Source: https://sqlite.org/pragma.html#pragma_synchronous
    """
    if not event.contains(Engine, "connect", _without_waiting):
        event.listen(Engine, "connect", _without_waiting)


def _without_waiting(connection: Any, _record: object) -> None:
    if not isinstance(connection, sqlite3.Connection):
        return
    (mode,) = connection.execute("pragma journal_mode").fetchone()
    if mode == "wal":
        connection.execute("pragma synchronous = normal")
