"""What the warehouse remembers of each partition's last sync: one row in ``_sync_state``, written with the data."""

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Protocol
from zoneinfo import ZoneInfo

import pyarrow as pa

SYNC_STATE = "_sync_state"
STOCKHOLM = ZoneInfo("Europe/Stockholm")
Cell = Mapping[str, str | int]

_MOMENT = pa.timestamp("us", tz="UTC")


class SyncKind(StrEnum):
    """How a partition was brought up to date."""

    SNAPSHOT = "snapshot"
    """Everything was read again."""
    LISTING = "changes with key listing"
    """What had changed, after comparing every key with what was stored."""
    CHANGES = "changes"
    """What Fortnox says has changed."""
    UNCHANGED = "unchanged"
    """Nothing had to be written."""
    CONFIRMED = "unchanged, year locked or unlocked"
    """Nothing differs; when that was seen, and that the year is locked, is stored."""
    LOCKED = "locked year"
    """Nothing was asked: the year is locked in Fortnox, as it was when it was last compared, which is not long ago."""

    @property
    def is_stored(self) -> bool:
        """Whether there is anything to store, if only how far the sync came."""
        return self not in (SyncKind.UNCHANGED, SyncKind.LOCKED)


@dataclass(frozen=True, kw_only=True)
class SyncState:
    """How far a partition has come. Moments are UTC, by Fortnox's clock.

    ``watermark``: every change Fortnox had made before it is stored. ``listed_at``: the last sync that compared every
    key; ``full_at``: the last one that read everything. ``shape`` and ``window`` say which fields and which days the
    stored rows have, ``content`` which version of a file they come from. ``locked``: all those days were locked
    in Fortnox when the keys were last compared.
    """

    kind: SyncKind
    watermark: dt.datetime
    listed_at: dt.datetime
    full_at: dt.datetime
    shape: str = ""
    window: str = ""
    content: str = ""
    run_id: str = ""
    locked: bool = False

    def row(self, endpoint: str, cell: Cell, rows: int) -> dict[str, Any]:
        """The state as the row stored for ``endpoint`` and ``cell``, which has ``rows`` rows."""
        return {
            "company": cell["company"],
            "financial_year": cell.get("financial_year"),
            "endpoint": endpoint,
            "kind": str(self.kind),
            "watermark": self.watermark,
            "watermark_stockholm": self.watermark.astimezone(STOCKHOLM).strftime("%Y-%m-%d %H:%M:%S"),
            "listed_at": self.listed_at,
            "full_at": self.full_at,
            "rows": rows,
            "shape": self.shape,
            "window": self.window,
            "content": self.content,
            "run_id": self.run_id,
            "locked": self.locked,
        }


STATE_COLUMNS = ("kind", "watermark", "listed_at", "full_at", "shape", "window", "content", "run_id", "locked")


def state_of(values: Sequence[Any]) -> SyncState:
    """The state from the values of ``STATE_COLUMNS``."""
    found = dict(zip(STATE_COLUMNS, values, strict=True))
    return SyncState(**{**found, "kind": SyncKind(found["kind"])})


STATE_SCHEMA = pa.schema(
    [
        pa.field(name, kind, metadata={"description": description})
        for name, kind, description in (
            ("company", pa.string(), "Company key from fortnox.yaml."),
            ("financial_year", pa.int64(), "Calendar year in which the financial year starts; empty for registers."),
            ("endpoint", pa.string(), "Raw table."),
            ("kind", pa.string(), "How the last sync went: snapshot, changes with key listing, changes, unchanged."),
            ("watermark", _MOMENT, "Changes made in Fortnox before this moment are stored."),
            ("watermark_stockholm", pa.string(), "The same by Fortnox's clock, as ?lastmodified= is asked."),
            ("listed_at", _MOMENT, "The last sync that compared every key in Fortnox with what is stored."),
            ("full_at", _MOMENT, "The last sync that read every row again."),
            ("rows", pa.int64(), "Rows that exist in Fortnox."),
            ("shape", pa.string(), "Fingerprint of the columns the rows were stored with."),
            ("window", pa.string(), "Fingerprint of the days that belong to the partition."),
            ("content", pa.string(), "Hash of the file the rows come from; empty where there is none."),
            ("run_id", pa.string(), "The Dagster run that stored the state."),
            ("locked", pa.bool_(), "Whether Fortnox had locked all its days when keys were last compared."),
        )
    ],
    metadata={"description": "How far the copy of each raw table has come, by company and financial year."},
)


class StoredTables(Protocol):
    """What a sync asks the warehouse before it asks Fortnox."""

    def state(self, table: str, cell: Cell) -> SyncState | None:
        """The state of the partition; None when it was never stored."""

    def rows(self, table: str, cell: Cell, columns: Sequence[str]) -> Iterator[tuple[Any, ...]]:
        """These columns of every stored row of the partition, deleted ones included; none without such a table."""
