"""One DuckDB file, one program at a time: the lock every process of ours waits for, and opening with clear errors.

DuckDB lets one process open a file for writing and refuses the others at once. Our own processes (Dagster runs, dbt,
reports) therefore queue on a lock file beside the database; against programs that do not know the lock we try again for
a few seconds and then say who has the file.
"""

import logging
import re
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import duckdb
from filelock import FileLock, Timeout

from fortnox_assets.warehouse.errors import WarehouseError

LONGEST_WAIT_SECONDS = 600.0
TRIES_AGAINST_OTHERS = 20
SECONDS_BETWEEN_TRIES = 0.5

Tell = Callable[[str], None]

_log = logging.getLogger(__name__)


@contextmanager
def locked(
    database: Path | str, *, longest_wait: float = LONGEST_WAIT_SECONDS, tell: Tell = _log.info
) -> Iterator[None]:
    """Holds the lock beside ``database``: no other process of ours has it open meanwhile. Can be nested in a thread.

    ``tell`` hears one line when there is somebody to wait for.
    Raises: WarehouseError after ``longest_wait`` seconds, or when the directory cannot be written.
    """
    path = Path(database)
    lock = FileLock(f"{path}.lock", is_singleton=True)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        try:
            lock.acquire(timeout=0)
        except Timeout:
            tell(f"{path}: another run is writing; waiting for it")
            lock.acquire(timeout=longest_wait)
    except Timeout:
        raise WarehouseError(
            f"{path}: another run still has it after {longest_wait:g} seconds; see what it does, then run again"
        ) from None
    except OSError as error:
        raise _unusable(path, error.strerror or str(error)) from error
    try:
        yield
    finally:
        lock.release()


@contextmanager
def opened(
    database: Path | str,
    *,
    read_only: bool = False,
    config: Mapping[str, Any] | None = None,
    sleep: Callable[[float], None] = time.sleep,
) -> Iterator[duckdb.DuckDBPyConnection]:
    """A connection in UTC, closed at the end, whatever happens; an open transaction is then rolled back.

    Raises: WarehouseError when the file is held by a program that does not use our lock, cannot be written, or is no
    DuckDB database.
    """
    path = Path(database)
    settings = {"custom_user_agent": "fortnox-assets", **(config or {})}
    tries = 0
    while True:
        try:
            connection = duckdb.connect(str(path), read_only=read_only, config=settings)
            break
        except duckdb.Error as error:
            tries += 1
            if "lock on file" not in str(error) or tries == TRIES_AGAINST_OTHERS:
                raise _not_opened(path, error) from error
            sleep(SECONDS_BETWEEN_TRIES)
    try:
        connection.execute("SET TimeZone = 'UTC'; SET enable_progress_bar = false")
        yield connection
    finally:
        connection.close()


@contextmanager
def read_only(database: Path | str, *, tell: Tell = _log.info) -> Iterator[duckdb.DuckDBPyConnection]:
    """A connection for reading, under the lock. Raises: WarehouseError, also when there is no such file yet."""
    if not Path(database).exists():
        raise WarehouseError(f"{database}: there is no such database yet; run fortnox-assets sync first")
    with locked(database, tell=tell), opened(database, read_only=True) as connection:
        yield connection


def query(database: Path | str, sql: str, params: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
    """The rows ``sql`` gives, with ``params`` for its question marks. Raises: WarehouseError."""
    with read_only(database) as connection:
        try:
            return connection.execute(sql, list(params)).fetchall()
        except duckdb.Error as error:
            raise WarehouseError(f"{database}: could not be read: {first_line(error)}") from error


def first_line(error: Exception) -> str:
    """What the engine says, without its picture of the statement."""
    return str(error).strip().partition("\n")[0]


def _not_opened(path: Path, error: duckdb.Error) -> WarehouseError:
    said = first_line(error)
    if "lock on file" in said:
        holder = re.search(r"PID (\d+)", said)
        who = f"another program (process {holder[1]})" if holder else "another program"
        return WarehouseError(f"{path}: is open in {who}; close it there and run again; nothing was changed")
    if "different configuration" in said:
        return WarehouseError(f"{path}: is already open in this process in another way; close that connection first")
    if "valid DuckDB database" in said:
        return WarehouseError(f"{path}: is not a DuckDB database; move it away or set DUCKDB_PATH to another file")
    return _unusable(path, said)


def _unusable(path: Path, reason: str) -> WarehouseError:
    return WarehouseError(f"{path}: cannot be opened for writing: {reason}; check DUCKDB_PATH and the rights to it")
