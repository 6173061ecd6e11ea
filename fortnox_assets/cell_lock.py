"""One run at a time for each raw table of a company and year: from what is stored, over Fortnox, to what is stored."""

import logging
from pathlib import Path

from filelock import FileLock, Timeout

from fortnox_assets.extract.errors import ExtractionError

LONGEST_WAIT_SECONDS = 6 * 3600.0

_log = logging.getLogger(__name__)


class BusyError(ExtractionError):
    """Another run has had the partition for hours; the message names it."""


class CellLock:
    """The lock of one table and partition. The operating system frees it when the process that has it ends."""

    def __init__(self, directory: Path, table: str, company: str, label: int | None) -> None:
        self._path = directory / company / f"{label or 'company'}.{table}.lock"
        # The thread that stores the rows may be another one than that which fetched them.
        self._lock = FileLock(self._path, thread_local=False)

    def acquire(self, *, longest_wait: float = LONGEST_WAIT_SECONDS) -> None:
        """Waits for its turn. Raises: BusyError after ``longest_wait`` seconds, or when there can be no lock file."""
        try:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            try:
                self._lock.acquire(timeout=0)
            except Timeout:
                _log.info("%s: another run has this partition; waiting for it", self._path)
                self._lock.acquire(timeout=longest_wait)
        except Timeout:
            raise BusyError(
                f"{self._path}: another run still has this partition after {longest_wait:g} seconds; "
                "see what it does, then run again"
            ) from None
        except OSError as error:
            raise BusyError(
                f"{self._path}: cannot be locked: {error.strerror or error}; make the state directory writable"
            ) from error

    def release(self) -> None:
        """Lets others in; again does nothing more."""
        self._lock.release(force=True)
