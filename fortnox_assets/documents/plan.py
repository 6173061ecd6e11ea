"""What fetching a year's files takes: which are there already, which are asked for, which are left and why."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from fortnox_assets.catalogue.own_tables import DOCUMENTS
from fortnox_assets.documents.links import Link
from fortnox_assets.warehouse.sync_state import Cell, StoredTables

STORED, MISSING, TOO_LARGE, OVER_QUOTA, EMPTY = "stored", "missing", "too_large", "over_quota", "empty"
REFUSED = "refused"
COLUMNS = tuple(each.name for each in DOCUMENTS.fields)

Row = Mapping[str, Any]


@dataclass(frozen=True, kw_only=True)
class Rules:
    """What may be fetched. Sizes in bytes; ``address`` is what the location of a usable file begins with."""

    largest: int
    quota: int | None
    try_again: timedelta
    address: str
    now: datetime


@dataclass(frozen=True, kw_only=True)
class Kept:
    """The table of files as it is stored: one company's, ``here`` those of the partition at hand, by file id."""

    here: Mapping[str, Row]
    elsewhere: Mapping[str, Row]

    @classmethod
    def of(cls, stored: StoredTables, company: str, label: int | None) -> "Kept":
        """Reads the table. Raises: WarehouseError."""
        names = (*COLUMNS, "financial_year", "_deleted_at")
        cell: Cell = {"company": company}
        here: dict[str, Row] = {}
        elsewhere: dict[str, Row] = {}
        for values in stored.rows(DOCUMENTS.name, cell, names):
            row = dict(zip(names, values, strict=True))
            (here if row["financial_year"] == label else elsewhere)[row["FileId"]] = row
        return cls(here=here, elsewhere=elsewhere)

    @property
    def bytes_stored(self) -> int:
        """What the company's stored files take, contents that several have counted once."""
        rows = (*self.here.values(), *self.elsewhere.values())
        return sum({row["Sha256"]: row["Size"] for row in rows if row["Status"] == STORED}.values())


@dataclass(frozen=True, kw_only=True)
class Plan:
    """``fetch`` are asked for, ``there`` are left as they are, ``copied`` have their bytes already from another year.

    ``gone`` are the ids of files that nothing links to any more. ``elsewhere`` are in another year's partition.
    """

    fetch: tuple[Link, ...]
    there: tuple[Link, ...]
    copied: tuple[tuple[Link, Row], ...]
    elsewhere: tuple[Link, ...]
    gone: tuple[str, ...]

    @property
    def expected_requests(self) -> int:
        """One for each file, when Fortnox has it where it is asked for first."""
        return len(self.fetch)


def plan(links: Iterable[Link], kept: Kept, rules: Rules, is_there: Callable[[str], bool] | None = None) -> Plan:
    """What to do about each link. ``is_there`` looks whether the store has a path; without it the table is believed."""
    fetch, there, copied, elsewhere, seen = [], [], [], [], set()
    for link in links:
        seen.add(link.file_id)
        mine, other = kept.here.get(link.file_id), kept.elsewhere.get(link.file_id)
        lives = mine is not None and mine["_deleted_at"] is None
        if mine is not None and lives and not _asked_again(mine, rules, kept, is_there):
            there.append(link)
        elif other is not None and other["_deleted_at"] is None and not lives:
            elsewhere.append(link)
        elif source := next((row for row in (mine, other) if row is not None and _usable(row, rules, is_there)), None):
            copied.append((link, source))
        else:
            fetch.append(link)
    lost = tuple(_gone(kept.here, seen))
    return Plan(fetch=tuple(fetch), there=tuple(there), copied=tuple(copied), elsewhere=tuple(elsewhere), gone=lost)


def _asked_again(row: Row, rules: Rules, kept: Kept, is_there: Callable[[str], bool] | None) -> bool:
    if row["Status"] == STORED:
        return not _usable(row, rules, is_there)
    if row["Status"] == TOO_LARGE:
        return bool(row["Size"] is not None and row["Size"] <= rules.largest)
    if row["Status"] == OVER_QUOTA:
        return rules.quota is None or kept.bytes_stored + (row["Size"] or 1) <= rules.quota
    return bool(row["TriedAt"] is None or rules.now - row["TriedAt"] >= rules.try_again)


def _usable(row: Row, rules: Rules, is_there: Callable[[str], bool] | None) -> bool:
    if row["Status"] != STORED or not str(row["Location"]).startswith(rules.address):
        return False
    return is_there is None or is_there(row["Path"])


def _gone(here: Mapping[str, Row], seen: set[str]) -> Iterator[str]:
    for file_id, row in here.items():
        if file_id not in seen and row["_deleted_at"] is None:
            yield file_id
