"""A financial year's ledger from its SIE file: fetched from Fortnox in one request, or uploaded by a person."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, Literal, Protocol
from uuid import uuid4

from fortnox_assets.catalogue.sie_tables import SIE_FILES, SIE_VOUCHERS
from fortnox_assets.extract.client import Row
from fortnox_assets.extract.errors import SpoolError
from fortnox_assets.extract.financial_years import FinancialYear
from fortnox_assets.extract.ledger_rows import TABLE_ROWS, Totals, file_row
from fortnox_assets.sie.errors import SieError
from fortnox_assets.sie.reader import SieReader
from fortnox_assets.sie.records import Voucher

PATH = "/3/sie/4"
LedgerSource = Literal["sie", "vouchers", "sie_file"]
ROWS_PER_BATCH = 2000
# Vouchers can have thousands of rows: a batch also ends with the voucher that reaches this many.
TRANSACTIONS_PER_BATCH = 5000
_TYPE_WITH_VOUCHERS = 4


class SieSource(Protocol):
    """What a download asks of a client."""

    def get_bytes(self, path: str, parameters: Mapping[str, str | int] = ...) -> bytes:
        """The body of one answer."""


@dataclass(frozen=True, kw_only=True)
class LedgerFile:
    """A SIE file on local disk and the financial year it stands for.

    ``source`` is where the year's ledger rows come from: with ``vouchers`` they come from Fortnox's vouchers, and the
    file brings balances, budget and something to compare with. ``name`` names the file in messages.
    """

    path: Path
    name: str
    financial_year: FinancialYear
    source: LedgerSource


@contextmanager
def download(client: SieSource, year: FinancialYear, source: LedgerSource, directory: Path) -> Iterator[LedgerFile]:
    """The SIE 4 file Fortnox makes of a year, in ``directory`` until the block ends.

    Raises: SieError when it is no whole year, or another year than the one asked for; SpoolError when the disk does
    not take it; whatever the client raises.
    """
    body = client.get_bytes(PATH, {"financialyear": year.id})
    path = directory / f"sie-{year.id}-{uuid4().hex}.se"
    try:
        _kept(body, path)
        file = LedgerFile(path=path, name=f"Fortnox SIE {year.label}", financial_year=year, source=source)
        with path.open("rb") as content:
            _opened(content, file)
        yield file
    finally:
        with suppress(OSError):
            path.unlink(missing_ok=True)


def content_of(files: tuple[LedgerFile, ...]) -> str:
    """What tells two versions of a label's ledger apart: the books in the files, and what the files stand for.

    The day a file was written is left out, so books that stay the same keep their text. Raises: SieError.
    """
    parts = [f"{file.financial_year.id} {file.source} {file.name} {books_of(file)}" for file in files]
    return "; ".join(parts) or "no file"


def books_of(file: LedgerFile) -> str:
    """SHA-256 of the books in the file, the same at every export of them. Raises: SieError."""
    with file.path.open("rb") as content:
        return _opened(content, file).content_hash


def sie_rows(file: LedgerFile, table: str) -> Iterator[list[Row]]:
    """The rows of the SIE table called ``table``, with the catalogue's field names, 2000 or fewer at a time.

    Numbers are int and Decimal, dates ``date``. The whole file is checked when ``sie_files`` or ``sie_vouchers`` is
    read; the other tables pass over the vouchers, so read ``sie_files`` first.

    Raises: SieError with file, line and reason; KeyError for a table no SIE file has.
    """
    year = {"FinancialYearId": file.financial_year.id}
    with file.path.open("rb") as content:
        reader = _opened(content, file)
        if table == SIE_FILES.name:
            yield [year | _file_row(reader, file)]
            return
        kind = TABLE_ROWS[table]
        records = reader.records(vouchers=table == SIE_VOUCHERS.name)
        yield from _batches(year | kind.row(record) for record in records if isinstance(record, kind.record))


def _file_row(reader: SieReader, file: LedgerFile) -> Row:
    totals = Totals()
    for record in reader.records():
        if isinstance(record, Voucher):
            totals.add(record)
    return file_row(reader, totals, file.source, file.name if file.source == "sie_file" else "")


def _batches(rows: Iterator[Row]) -> Iterator[list[Row]]:
    batch: list[Row] = []
    transactions = 0
    for row in rows:
        batch.append(row)
        transactions += len(row.get("Transactions", ()))
        if len(batch) >= ROWS_PER_BATCH or transactions >= TRANSACTIONS_PER_BATCH:
            yield batch
            batch, transactions = [], 0
    if batch:
        yield batch


def _opened(content: BinaryIO, file: LedgerFile) -> SieReader:
    reader = SieReader(content, file.name)
    refuse_without_vouchers(reader)
    year, found = file.financial_year, reader.identity.years[0]
    if found != (year.from_date, year.to_date):
        reason = f"covers {found[0]} - {found[1]}, not the financial year {year.from_date} - {year.to_date}"
        raise SieError(file.name, reader.line_of("RAR"), reason)
    return reader


def refuse_without_vouchers(reader: SieReader) -> None:
    """Refuses SIE types 1 to 3, which have balances only. Raises: SieError."""
    if reader.identity.sie_type != _TYPE_WITH_VOUCHERS:
        reason = f"is of SIE type {reader.identity.sie_type}, which has no vouchers; export type 4"
        raise SieError(reader.name, reader.line_of("SIETYP"), reason)


def _kept(body: bytes, path: Path) -> None:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(body)
    except OSError as error:
        raise SpoolError(f"{path.parent}: cannot keep a SIE file: {error.strerror}") from error
