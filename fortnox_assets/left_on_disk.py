"""What killed runs have left in the state directory: fetched rows waiting for a run that takes them over."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from fortnox_assets.cell_lock import BusyError, CellLock
from fortnox_assets.warehouse.results import SUFFIX


@dataclass(frozen=True, kw_only=True)
class LeftOver:
    """A file with rows of one table and partition."""

    path: Path
    table: str
    company: str
    label: int | None


def remove_left_over(state_dir: Path, wanted: Callable[[LeftOver], bool]) -> list[Path]:
    """Removes the ``wanted`` ones, except those a run has in use just now, and answers which these are."""
    busy = []
    for each in list(_left_over(state_dir / "spool")):
        if not wanted(each):
            continue
        lock = CellLock(state_dir / "locks", each.table, each.company, each.label)
        try:
            lock.acquire(longest_wait=0)
        except BusyError:
            busy.append(each.path)
            continue
        try:
            each.path.unlink(missing_ok=True)
        finally:
            lock.release()
    return busy


def _left_over(spool: Path) -> Iterator[LeftOver]:
    for path in spool.glob("*/*/*.sqlite*"):
        company, label = path.parts[-3:-1]
        table = path.name.partition(".")[0]
        yield LeftOver(path=path, table=table, company=company, label=int(label) if label.isdecimal() else None)
    for path in spool.glob(f"*{SUFFIX}"):
        table, company, *rest = path.name.removesuffix(SUFFIX).split(".")
        yield LeftOver(path=path, table=table, company=company, label=int(rest[0]) if len(rest) > 1 else None)
