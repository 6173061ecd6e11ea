"""Brings the files of one company and financial year into the store, and says which rows of ``documents`` changed."""

import json
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any, Protocol, TypeVar

from fortnox_assets.documents.fetch import Fetcher, FileSource, Journal
from fortnox_assets.documents.links import Link, LinkTables
from fortnox_assets.documents.modules import Module
from fortnox_assets.documents.plan import COLUMNS, EMPTY, MISSING, REFUSED, STORED, Kept, Plan, Rules, plan
from fortnox_assets.extract.progress import Progress
from fortnox_assets.extract.slices import Slice
from fortnox_assets.extract.spool import SpooledRow
from fortnox_assets.storage import Store
from fortnox_assets.warehouse.sync_state import StoredTables

SHOWN = 50
_FROM_LINK = ("Module", "ObjectNumber", "DocumentDate")
# What an earlier run met and need not ask again; sizes and quota may have been changed since.
_SETTLED = frozenset({STORED, MISSING, EMPTY, REFUSED})

Row = dict[str, Any]
K = TypeVar("K")
V = TypeVar("V")


class Client(FileSource, Protocol):
    """What bringing files asks of a client."""

    def in_turn(self, jobs: Iterable[tuple[K, Callable[[], V]]]) -> Iterable[tuple[K, V]]:
        """The results of jobs, some of them under way at once."""


class Choice(Protocol):
    """Which files are wanted, see ``DocumentsSelection`` of the settings."""

    @property
    def modules(self) -> tuple[Module, ...]:
        """What files are linked to."""

    @property
    def from_date(self) -> date | None:
        """First day of what they are linked to."""

    @property
    def to_date(self) -> date | None:
        """Last day."""

    @property
    def largest_bytes(self) -> int:
        """The most bytes a file may have."""

    @property
    def quota_bytes(self) -> int | None:
        """The most bytes all of a company's files may have."""

    @property
    def try_again_hours(self) -> float:
        """Hours until a missing file is asked for again."""


@dataclass(frozen=True, kw_only=True)
class Desk:
    """One partition's files: where links and rows are read (``stored``), and where bytes go (``store``)."""

    stored: StoredTables
    store: Store
    part: Slice
    choice: Choice
    now: datetime = field(default_factory=lambda: datetime.now(UTC))

    def planned(self, *, look: bool = False) -> tuple[Plan, Kept, Rules]:
        """What to fetch and what is there; ``look``: every stored file is looked for in the store.

        Raises: WarehouseError, StoreError.
        """
        rules = Rules(
            largest=self.choice.largest_bytes,
            quota=self.choice.quota_bytes,
            try_again=timedelta(hours=self.choice.try_again_hours),
            address=f"{self.store.address(self.part.company)}/",
            now=self.now,
        )
        links = LinkTables(stored=self.stored, part=self.part).links(self.choice.modules)
        chosen = [link for link in links.values() if _is_wanted(link, self.choice)]
        kept = Kept.of(self.stored, self.part.company, self.part.label)
        there = (lambda path: self.store.size(path) is not None) if look else None
        return plan(chosen, kept, rules, there), kept, rules


@dataclass(frozen=True, kw_only=True)
class Brought:
    """Rows that are new or other than stored, keys of files nothing links to any more, and what was met.

    ``lacking`` says of the first files that are not there why.
    """

    rows: list[SpooledRow]
    deleted: tuple[str, ...]
    counts: Mapping[str, int]
    lacking: Mapping[str, str]
    journal: Journal


def bring(desk: Desk, client: Client, directory: Path, progress: Progress, *, look: bool) -> Brought:
    """Fetches what is planned; the journal in ``directory`` is to be removed when the rows are stored.

    Raises: FortnoxError, StoreError, SpoolError, WarehouseError; then what was fetched stays in the journal.
    """
    planned, kept, rules = desk.planned(look=look)
    desk.store.tidy()
    journal = Journal(directory)
    try:
        before = {file_id: row for file_id, row in journal.rows().items() if row["Status"] in _SETTLED}
        resumed = [before[link.file_id] for link in planned.fetch if link.file_id in before]
        wanted = [link for link in planned.fetch if link.file_id not in before]
        fetcher = Fetcher(
            client=client,
            store=desk.store,
            company=desk.part.company,
            journal=journal,
            rules=rules,
            stored_bytes=kept.bytes_stored + _bytes(resumed),
        )
        fetched = []
        for _, row in client.in_turn((link, fetcher.job(link)) for link in wanted):
            fetched.append(row)
            progress.detailed("documents", len(fetched), len(wanted))
    except BaseException:
        journal.close()
        raise
    copied = [_row_of(link, source, rules.now) for link, source in planned.copied]
    moved = [_row_of(link, kept.here[link.file_id], None) for link in planned.there if _has_moved(link, kept)]
    rows = [_missing_since_before(row, kept) for row in (*resumed, *fetched)]
    after = {**{link.file_id: kept.here[link.file_id] for link in planned.there}}
    after.update({row["FileId"]: row for row in (*rows, *copied)})
    statuses = Counter(row["Status"] for row in after.values())
    lacking = {
        file_id: f"{row['Status']}: {row['Reason']}" for file_id, row in after.items() if row["Status"] != STORED
    }
    return Brought(
        rows=[SpooledRow(row, _key(row["FileId"]), b"") for row in (*rows, *copied, *moved)],
        deleted=tuple(_key(file_id) for file_id in planned.gone),
        counts={
            "linked": len(planned.fetch) + len(planned.there) + len(planned.copied) + len(planned.elsewhere),
            "expected requests": planned.expected_requests,
            "fetched": sum(row["Status"] == STORED for row in fetched),
            "bytes fetched": _bytes(fetched),
            "kept from an earlier run": len(resumed),
            "bytes stored": _bytes(after.values()),
            "no longer linked": len(planned.gone),
            **{status: statuses[status] for status in (STORED, MISSING, "too_large", "over_quota", EMPTY, REFUSED)},
        },
        lacking=dict(list(lacking.items())[:SHOWN]),
        journal=journal,
    )


def _is_wanted(link: Link, choice: Choice) -> bool:
    day = link.document_date
    if choice.from_date is None and choice.to_date is None:
        return True
    return day is not None and (choice.from_date or day) <= day <= (choice.to_date or day)


def _bytes(rows: Iterable[Mapping[str, Any]]) -> int:
    return sum({row["Sha256"]: row["Size"] for row in rows if row["Status"] == STORED}.values())


def _row_of(link: Link, source: Mapping[str, Any], tried_at: datetime | None) -> Row:
    """The row of a file whose bytes are there, with what it is linked to now."""
    row = {name: source[name] for name in COLUMNS}
    row |= {"Module": link.module, "ObjectNumber": link.object_number, "DocumentDate": link.document_date}
    return row if tried_at is None else {**row, "TriedAt": tried_at}


def _has_moved(link: Link, kept: Kept) -> bool:
    row = kept.here[link.file_id]
    return tuple(row[name] for name in _FROM_LINK) != (link.module, link.object_number, link.document_date)


def _missing_since_before(row: Row, kept: Kept) -> Row:
    before = kept.here.get(row["FileId"])
    if before is None or row["Status"] != MISSING or before["MissingSince"] is None:
        return row
    return {**row, "MissingSince": before["MissingSince"]}


def _key(file_id: str) -> str:
    return json.dumps([file_id])
