"""Where a financial year's ledger comes from: what is recorded of it, and what the next load would change.

The rule is the setting ``ledger`` (``ledger_by_year``) of the company: a year's ledger has one source, which replaces
the year as a whole. A change is told before it happens and leaves a row in ``ledger_sources``.
"""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from fortnox_assets.catalogue.own_tables import LEDGER_SOURCES
from fortnox_assets.catalogue.sie_tables import SIE_FILES
from fortnox_assets.connections import Connections, NoLedgerFileError
from fortnox_assets.extract.client import Row
from fortnox_assets.extract.ledger import LedgerFile, books_of
from fortnox_assets.extract.spool import SpooledRow
from fortnox_assets.warehouse.sync_state import Cell, StoredTables

UPLOADED = "sie_file"
_RECORDED = ("FinancialYearId", "Number", "LedgerSource", "FileName", "ContentHash")
_IN_USE = ("FinancialYearId", "LedgerSource", "FileName", "ContentHash", "Vouchers", "Transactions", "AbsoluteSum")


@dataclass(frozen=True, kw_only=True)
class Source:
    """Where the rows of one year come from. Name and hash are those of an uploaded file, else empty."""

    ledger_source: str
    file_name: str = ""
    content_hash: str = ""

    @classmethod
    def of(cls, file: LedgerFile) -> "Source":
        """The source that ``file`` stands for. Raises: SieError."""
        if file.source != UPLOADED:
            return cls(ledger_source=file.source)
        return cls(ledger_source=file.source, file_name=file.name, content_hash=books_of(file))

    def __str__(self) -> str:
        if self.ledger_source == UPLOADED:
            return f"the uploaded file {self.file_name}"
        return f"Fortnox ({self.ledger_source})"


@dataclass(frozen=True, kw_only=True)
class InUse:
    """The ledger of a year that is stored now: its source and what it adds up to."""

    source: Source
    vouchers: int
    transactions: int
    absolute_sum: object


def in_use(stored: StoredTables, cell: Cell) -> dict[int, InUse]:
    """The stored ledgers of a company and label, by financial year id; none before the first load."""
    return {
        year: InUse(
            # Of a year that Fortnox serves, the hash tells versions of the books apart and not sources.
            source=Source(ledger_source=kind, file_name=name or "", content_hash=books if kind == UPLOADED else ""),
            vouchers=vouchers or 0,
            transactions=rows or 0,
            absolute_sum=total or 0,
        )
        for year, kind, name, books, vouchers, rows, total in stored.rows(SIE_FILES.name, cell, _IN_USE)
    }


def coming_changes(connections: Connections, stored: StoredTables, company: str, label: int) -> Iterator[str]:
    """A line for each year of the label whose stored ledger the next load takes from somewhere else.

    Nothing is fetched. Raises: one of COMPANY_TROUBLE for a file that cannot be used.
    """
    now = in_use(stored, {"company": company, "financial_year": label})
    if not now:
        return
    try:
        wanted = connections.ledger_plan(company, label)
    except NoLedgerFileError:
        return  # nothing is replaced; the load says so itself
    for year, file in wanted.items():
        before = now.get(year)
        after = Source.of(file) if isinstance(file, LedgerFile) else Source(ledger_source=file)
        if before is not None and before.source != after:
            yield f"ledger  {company} {label}: comes from {after} from now on; until now from {before.source}"


def new_records(files: Sequence[LedgerFile], stored: StoredTables, cell: Cell, at: datetime) -> list[Row]:
    """The rows to add to ``ledger_sources``: one for each year whose last recorded source is another than now."""
    last: dict[int, tuple[int, Source]] = {}
    for year, number, kind, name, books in stored.rows(LEDGER_SOURCES.name, cell, _RECORDED):
        if year not in last or number > last[year][0]:
            last[year] = number, Source(ledger_source=kind, file_name=name or "", content_hash=books or "")
    found = []
    for file in files:
        year, now = file.financial_year.id, Source.of(file)
        number, before = last.get(year, (0, None))
        if now != before:
            found.append(_record(year, number + 1, now, before, at))
    return found


def _record(year: int, number: int, now: Source, before: Source | None, at: datetime) -> Row:
    row = {
        "FinancialYearId": year,
        "Number": number,
        "LedgerSource": now.ledger_source,
        "FileName": now.file_name,
        "ContentHash": now.content_hash,
        "PreviousLedgerSource": before.ledger_source if before else None,
        "PreviousFileName": before.file_name if before else None,
        "ChangedAt": at,
    }
    return SpooledRow(row, json.dumps([str(year), str(number)]), b"")
