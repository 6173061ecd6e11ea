"""Reads SIE files of type 1 to 4 record by record: strict where a figure depends on it, tolerant and loud elsewhere.

The rules are those of SIE file format 4B (https://sie.se/format/). A file is read twice: once for encoding, hash and
identification, once for its records; in memory are one voucher and the chart at a time.
"""

import io
import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import BinaryIO

from fortnox_assets.sie.chart import CHART_LABELS, Chart
from fortnox_assets.sie.checksum import Checksum
from fortnox_assets.sie.errors import DefectError, SieError, ToleranceLog
from fortnox_assets.sie.identity import read_identity, refuse_partial_year
from fortnox_assets.sie.lexer import Lexer
from fortnox_assets.sie.lines import TextLines
from fortnox_assets.sie.parse import BALANCE_LABELS, PERIOD_LABELS, TRANSACTION_LABELS, Parser
from fortnox_assets.sie.records import (
    Account,
    Balance,
    Dimension,
    Identity,
    PeriodBalance,
    Record,
    SieDocument,
    SieObject,
    Tolerance,
    Transaction,
    Voucher,
)
from fortnox_assets.sie.survey import IDENTITY_LABELS, Survey, survey

_RECORD = re.compile(r"#([^ \t]++)[ \t]*+(.*)", re.DOTALL)
_KNOWN = CHART_LABELS | IDENTITY_LABELS | {*BALANCE_LABELS, *PERIOD_LABELS, *TRANSACTION_LABELS, "VER"}
_Lines = Iterator[tuple[int, str]]


class SieReader:
    """One SIE file. ``whole_year`` refuses a file that cannot stand for a financial year (type 4I, no #RAR 0).

    ``file`` must be seekable and stay open. ``identity``, ``encoding`` and ``content_hash`` are there at once;
    ``tolerances`` and ``checksum_verified`` (None: no #KSUMMA, or not verifiable) are complete when ``records`` is
    exhausted.

    Raises: SieError, one line with file, line and reason.
    """

    def __init__(self, file: BinaryIO, name: str, *, whole_year: bool = True) -> None:
        self._file = file
        self.name = name
        self._survey: Survey = survey(file, name)
        self._header_log = ToleranceLog()
        self._log = ToleranceLog()
        self._lexer = Lexer(doubled=_by_fortnox(self._survey))
        self._parser, self._chart = Parser(self._lexer, self._log), Chart(self._log)
        self._checksum = Checksum(self._lexer)
        self.identity: Identity = read_identity(self._survey, name, self._lexer, self._header_log)
        if whole_year:
            refuse_partial_year(self.identity, self._survey, name)
        if self.encoding != "cp437":
            self._header_log.add(1, "file is not code page 437, the only legal one", f"read as {self.encoding}")
        if self._survey.marked:
            self._header_log.add(1, "byte order mark left out")

    @property
    def encoding(self) -> str:
        """``cp437``, ``utf-8`` or ``latin-1``, as found in the bytes."""
        return self._survey.encoding

    @property
    def content_hash(self) -> str:
        """SHA-256 of the lines, without those that change at every export though the books are the same."""
        return self._survey.content_hash

    @property
    def size(self) -> int:
        """Size of the file in bytes."""
        return self._survey.size

    @property
    def checksum_verified(self) -> bool | None:
        """True when a #KSUMMA agreed; None when there is none or the file is not code page 437."""
        return self._checksum.verified

    @property
    def tolerances(self) -> tuple[Tolerance, ...]:
        """Departures from the standard that were read all the same, by line."""
        return tuple(sorted(self._header_log.all() + self._log.all(), key=lambda each: each.line))

    def line_of(self, label: str) -> int | None:
        """The first line of an identification record, say ``RAR``; None when the file has none."""
        mark = f"#{label}".encode()
        return next((line for line, raw in self._survey.identity_lines if raw.upper().startswith(mark)), None)

    def records(self, *, vouchers: bool = True) -> Iterator[Record]:
        """Every record in the file's order, the chart last. Can be called again; it then starts over.

        Without ``vouchers`` they are passed over, with only their braces looked at, which is several times faster.

        Raises: SieError at the first defect.
        """
        self._log, self._checksum = ToleranceLog(), Checksum(self._lexer)
        self._parser, self._chart = Parser(self._lexer, self._log), Chart(self._log)
        lines = iter(TextLines(self._file, self.name, self.encoding, self._checksum, self._log))
        unknown = False
        for number, text in lines:
            if text == "{" and unknown:
                self._skip_block(lines, number)
                continue
            if not vouchers and text.startswith("#VER"):
                unknown = True
                continue
            try:
                label, rest = self._split(text, number)
                unknown = label not in _KNOWN
                record = None if unknown else self._one(label, rest, number, lines)
            except DefectError as defect:
                raise SieError(self.name, number, str(defect)) from None
            if record is not None:
                yield record
        yield from self._chart.records()

    def _one(self, label: str, rest: str, number: int, lines: _Lines) -> Record | None:
        if label == "VER":
            return self._voucher(rest, number, lines)
        if label in BALANCE_LABELS:
            return self._parser.balance(BALANCE_LABELS[label], rest, number)
        if label in PERIOD_LABELS:
            return self._parser.period_balance(PERIOD_LABELS[label], rest, number)
        if label in TRANSACTION_LABELS:
            raise DefectError(f"#{label} stands outside a voucher's braces")
        if label in CHART_LABELS:
            self._chart.add(label, self._text_fields(rest, number), number)
        return None

    def _voucher(self, rest: str, line: int, lines: _Lines) -> Voucher:
        head = self._parser.voucher(rest, line)
        found = replace(head, transactions=tuple(self._rows(line, lines)))
        if not found.transactions:
            self._log.add(line, "voucher without rows", f"{found.series} {found.number}")
        first, last = self.identity.years.get(0, (found.date, found.date))
        if not first <= found.date <= last:
            self._log.add(
                line, "voucher dated outside the financial year", f"{found.series} {found.number} {found.date}"
            )
        return found

    def _rows(self, voucher_line: int, lines: _Lines) -> Iterator[Transaction]:
        opening, text = next(lines, (voucher_line, ""))
        if text != "{":
            raise SieError(self.name, opening, "a { alone on its line must follow #VER")
        for number, text in lines:
            if text == "}":
                return
            match = _RECORD.match(text)
            label = match[1].upper() if match else "VER"
            try:
                if match and label in TRANSACTION_LABELS:
                    yield self._parser.transaction(TRANSACTION_LABELS[label], match[2], number)
            except DefectError as defect:
                raise SieError(self.name, number, str(defect)) from None
            if label in _KNOWN and label not in TRANSACTION_LABELS:
                raise SieError(self.name, number, f"'{text[:40]}' stands inside a voucher whose }} is missing")
        raise SieError(self.name, voucher_line, "the file ends inside this voucher: it is cut off; export it again")

    def _split(self, text: str, number: int) -> tuple[str, str]:
        match = _RECORD.match(text)
        if match:
            return match[1].upper(), match[2]
        if text in ("{", "}"):
            raise DefectError(f"a {text} stands outside a voucher")
        self._log.add(number, "line that is no record left out", text[:80])
        return "", ""

    def _skip_block(self, lines: _Lines, opened: int) -> None:
        for _number, text in lines:
            if text == "}":
                return
        raise SieError(self.name, opened, "the file ends inside these braces: it is cut off; export it again")

    def _text_fields(self, rest: str, number: int) -> list[str]:
        try:
            fields = self._lexer.fields(rest)
        except DefectError as defect:
            self._log.add(number, "record read in spite of its quotes", str(defect))
            fields = self._lexer.loose_fields(rest)
        return [each for each in fields if isinstance(each, str)]


def _by_fortnox(found: Survey) -> bool:
    return any(raw.upper().startswith(b"#PROGRAM") and b"FORTNOX" in raw.upper() for _line, raw in found.identity_lines)


def read(source: Path | bytes, *, name: str | None = None, whole_year: bool = True) -> SieDocument:
    """A whole SIE file in memory; for large files use ``SieReader``. Raises: SieError, OSError."""
    if isinstance(source, Path):
        with source.open("rb") as file:
            return _document(SieReader(file, name or source.name, whole_year=whole_year))
    return _document(SieReader(io.BytesIO(source), name or "file.se", whole_year=whole_year))


def _document(reader: SieReader) -> SieDocument:
    records = list(reader.records())
    return SieDocument(
        identity=reader.identity,
        accounts=tuple(each for each in records if isinstance(each, Account)),
        dimensions=tuple(each for each in records if isinstance(each, Dimension)),
        objects=tuple(each for each in records if isinstance(each, SieObject)),
        balances=tuple(each for each in records if isinstance(each, Balance)),
        period_balances=tuple(each for each in records if isinstance(each, PeriodBalance)),
        vouchers=tuple(each for each in records if isinstance(each, Voucher)),
        tolerances=reader.tolerances,
    )
