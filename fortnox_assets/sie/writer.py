r"""Writes SIE files laid out as Fortnox 3.57 lays them out, so that a file read and written again says the same.

Lines end in CR LF, groups are parted by a blank line, texts are quoted, amounts lose their trailing zeros. Fortnox
writes a quantity of 0 where there is none: give ``Decimal(0)`` to imitate it, None to leave the field out. Backslashes
are doubled when ``identity.program`` names Fortnox, because Fortnox does so and its files are read accordingly.
"""

import re
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from typing import BinaryIO

from fortnox_assets.sie.checksum import Checksum
from fortnox_assets.sie.lexer import Lexer
from fortnox_assets.sie.records import (
    Account,
    Balance,
    Dimension,
    Identity,
    ObjectRef,
    PeriodBalance,
    Record,
    SieDocument,
    SieObject,
    Transaction,
    Voucher,
)

_FORBIDDEN = re.compile(r"[\x00-\x1f\x7f]")
_NEEDS_QUOTES = re.compile(r'[ "{}\\]')
_AMOUNT_DECIMALS = 2


class UnwritableError(ValueError):
    """A value SIE has no way to write: a control character, a letter outside the encoding, an amount finer than öre."""


class SieWriter:
    """Writes one file record by record; ``close`` ends it (and does not close ``out``).

    ``checksum`` adds #KSUMMA, which only code page 437 has. ``replace`` writes ``?`` for a character the encoding
    lacks; without it such a character raises UnwritableError.
    """

    def __init__(
        self,
        out: BinaryIO,
        identity: Identity,
        *,
        encoding: str = "cp437",
        checksum: bool = False,
        replace: bool = False,
    ) -> None:
        if checksum and encoding != "cp437":
            raise UnwritableError("#KSUMMA is defined for code page 437 only")
        self._out = out
        self._encoding = encoding
        self._errors = "replace" if replace else "strict"
        self._doubled = "fortnox" in identity.program.lower()
        self._group: type | str | None = None
        self._checksum = Checksum(Lexer(doubled=self._doubled)) if checksum else None
        for line in self._identity(identity):
            self._line(line)
            if self._checksum and line.startswith("#FLAGGA"):
                self._out.write(b"#KSUMMA\r\n")
                self._checksum.mark("", 1)

    def write(self, record: Record) -> None:
        """Writes one record; give them in the order chart, balances, period balances, vouchers.

        Raises: UnwritableError.
        """
        self._separate(record)
        match record:
            case Voucher():
                self._voucher(record)
            case Balance() | PeriodBalance():
                self._line(self._balance(record))
            case Account():
                self._account(record)
            case Dimension():
                parent = "" if record.parent is None else f" {record.parent}"
                label = "DIM" if record.parent is None else "UNDERDIM"
                self._line(f"#{label} {record.number} {self._quoted(record.name)}{parent}")
            case SieObject():
                self._line(f"#OBJEKT {record.dimension} {self._quoted(record.object)} {self._quoted(record.name)}")

    def close(self) -> None:
        """Writes what ends the file."""
        if self._checksum:
            self._out.write(f"#KSUMMA {self._checksum.value}\r\n".encode("ascii"))

    def _line(self, text: str) -> None:
        try:
            data = text.encode(self._encoding, self._errors)
        except UnicodeEncodeError as error:
            letter = text[error.start]
            raise UnwritableError(f"{self._encoding} has no '{letter}' (in: {text[:80]})") from None
        if self._checksum:
            self._checksum.count(data.decode(self._encoding))
        self._out.write(data + b"\r\n")

    def _separate(self, record: Record) -> None:
        group = "objects" if isinstance(record, Dimension | SieObject) else type(record)
        if group is not self._group:
            self._out.write(b"\r\n")
            self._group = group

    def _identity(self, identity: Identity) -> Iterator[str]:
        yield f"#FLAGGA {self._bare(identity.read_flag)}"
        yield f"#FORMAT {self._bare(identity.file_format)}"
        yield f"#SIETYP {identity.sie_type}"
        yield f"#PROGRAM {self._quoted(identity.program)} {self._bare(identity.program_version)}"
        signature = f" {self._quoted(identity.generated_by)}" if identity.generated_by else ""
        if identity.generated or signature:
            yield f"#GEN {_day(identity.generated)}{signature}"
        yield from self._texts(PROSA=identity.comment, FTYP=identity.company_type)
        yield from self._texts(FNR=identity.internal_id, BKOD=identity.industry_code)
        yield f"#FNAMN {self._quoted(identity.company_name)}"
        if identity.address:
            yield "#ADRESS " + " ".join(self._quoted(each) for each in identity.address)
        for number, (first, last) in sorted(identity.years.items(), reverse=True):
            yield f"#RAR {number} {_day(first)} {_day(last)}"
        yield from self._texts(ORGNR=identity.organisation_number, TAXAR=identity.tax_year)
        if identity.balances_up_to:
            yield f"#OMFATTN {_day(identity.balances_up_to)}"
        yield from self._texts(KPTYP=identity.chart, VALUTA=identity.currency)

    def _texts(self, **records: str) -> Iterator[str]:
        for label, text in records.items():
            if text:
                yield f"#{label} {self._bare(text)}"

    def _account(self, account: Account) -> None:
        self._line(f"#KONTO {account.number} {self._quoted(account.name)}")
        if account.account_type:
            self._line(f"#KTYP {account.number} {self._bare(account.account_type)}")
        if account.unit:
            self._line(f"#ENHET {account.number} {self._quoted(account.unit)}")
        for code in account.sru_codes:
            self._line(f"#SRU {account.number} {self._bare(code)}")

    def _balance(self, balance: Balance | PeriodBalance) -> str:
        parts = [f"#{balance.kind} {balance.year_number}"]
        if isinstance(balance, PeriodBalance):
            parts.append(balance.period)
        parts.append(str(balance.account))
        if isinstance(balance, PeriodBalance) or balance.kind in ("OIB", "OUB"):
            parts.append(self._objects(balance.objects))
        parts.append(_amount(balance.amount))
        if balance.quantity is not None:
            parts.append(_number(balance.quantity))
        return " ".join(parts)

    def _voucher(self, voucher: Voucher) -> None:
        number = '""' if voucher.number is None else str(voucher.number)
        parts = ["#VER", self._bare(voucher.series), number, _day(voucher.date), self._quoted(voucher.text)]
        if voucher.registration_date or voucher.signature:
            parts.append(_day(voucher.registration_date))
        if voucher.signature:
            parts.append(self._quoted(voucher.signature))
        self._line(" ".join(parts))
        self._line("{")
        for transaction in voucher.transactions:
            self._line(self._transaction(transaction))
        self._line("}")

    def _transaction(self, row: Transaction) -> str:
        parts = [f"#{row.kind} {row.account} {self._objects(row.objects)} {_amount(row.amount)}"]
        parts += [_day(row.transaction_date), self._quoted(row.text)]
        if row.quantity is not None or row.signature:
            parts.append('""' if row.quantity is None else _number(row.quantity))
        if row.signature:
            parts.append(self._quoted(row.signature))
        return " ".join(parts)

    def _objects(self, objects: tuple[ObjectRef, ...]) -> str:
        return "{" + " ".join(f"{each.dimension} {self._quoted(each.object)}" for each in objects) + "}"

    def _bare(self, text: str) -> str:
        return self._quoted(text) if not text or _NEEDS_QUOTES.search(text) else self._checked(text)

    def _quoted(self, text: str) -> str:
        if self._doubled:
            text = text.replace("\\", "\\\\")
        elif text.endswith("\\"):
            raise UnwritableError(f"'{text}' ends in a backslash, which only Fortnox's own files can hold")
        return '"' + self._checked(text).replace('"', '\\"') + '"'

    def _checked(self, text: str) -> str:
        if _FORBIDDEN.search(text):
            raise UnwritableError(f"{text!r} holds a control character, which SIE forbids")
        return text


def write(
    document: SieDocument, out: BinaryIO, encoding: str = "cp437", *, checksum: bool = False, replace: bool = False
) -> None:
    """Writes a whole document, as ``SieWriter`` does. Raises: UnwritableError."""
    writer = SieWriter(out, document.identity, encoding=encoding, checksum=checksum, replace=replace)
    for group in (
        document.accounts,
        document.dimensions,
        document.objects,
        document.balances,
        document.period_balances,
        document.vouchers,
    ):
        for record in group:
            writer.write(record)
    writer.close()


def _day(day: date | None) -> str:
    return day.strftime("%Y%m%d") if day else '""'


def _number(number: Decimal) -> str:
    plain = format(number, "f")
    if "." in plain:
        plain = plain.rstrip("0").rstrip(".")
    return "0" if plain == "-0" else plain


def _amount(amount: Decimal) -> str:
    plain = _number(amount)
    if len(plain.partition(".")[2]) > _AMOUNT_DECIMALS:
        raise UnwritableError(f"{amount} is no amount SIE can hold (at most two decimals)")
    return plain
