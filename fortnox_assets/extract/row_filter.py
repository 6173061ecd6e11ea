"""What of Fortnox's rows may be kept at all, even on local disk for the time of a sync."""

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass

from fortnox_assets.extract.client import Row
from fortnox_assets.extract.spool import SpooledRow


def _whole(row: Row) -> Row | None:
    return row


@dataclass(frozen=True, kw_only=True)
class RowFilter:
    """``keep`` answers a row, or a document that came for one, without what must not be kept; None for all of it.

    ``version`` changes with what is kept: what an earlier run left on disk under another version is removed unread.
    """

    keep: Callable[[Row], Row | None] = _whole
    version: str = ""

    def spooled(self, rows: Iterable[Row]) -> list[Row]:
        """What is kept of rows made of a list row and its detail, each still with what it is told apart by."""
        found = ((row, self.keep(row)) for row in rows)
        return [
            row.reduced_to(kept) if isinstance(row, SpooledRow) else kept for row, kept in found if kept is not None
        ]


def only(names: Collection[str]) -> RowFilter:
    """Keeps the fields called ``names``."""
    return RowFilter(keep=lambda row: {name: value for name, value in row.items() if name in names})
