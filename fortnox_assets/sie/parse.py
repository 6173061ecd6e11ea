"""Turns the fields of balance and voucher records into values; every departure from the standard is logged."""

from datetime import date
from decimal import Decimal

from fortnox_assets.sie import values
from fortnox_assets.sie.errors import DefectError, ToleranceLog
from fortnox_assets.sie.lexer import Field, Lexer, Objects
from fortnox_assets.sie.records import (
    Balance,
    BalanceKind,
    PeriodBalance,
    PeriodKind,
    Transaction,
    TransactionKind,
    Voucher,
)

TRANSACTION_LABELS = {str(kind): kind for kind in TransactionKind}
BALANCE_LABELS = {str(kind): kind for kind in BalanceKind}
PERIOD_LABELS = {str(kind): kind for kind in PeriodKind}
_OBJECT_BALANCES = (BalanceKind.OIB, BalanceKind.OUB)
_PSALDO_OBJECTS_AT = 3


def text_at(fields: list[Field], position: int) -> str:
    """The field at ``position``, empty when the line ends before it. Raises: DefectError on an object list there."""
    if position >= len(fields):
        return ""
    found = fields[position]
    if not isinstance(found, str):
        raise DefectError("an object list stands where a value is expected")
    return found


class Parser:
    """Parses the records of one file."""

    def __init__(self, lexer: Lexer, log: ToleranceLog) -> None:
        self._lexer = lexer
        self._log = log

    def transaction(self, kind: TransactionKind, rest: str, line: int) -> Transaction:
        """A voucher row: account {objects} amount date text quantity signature. Raises: DefectError."""
        fields = self._lexer.fields(rest, objects=True)
        objects = _objects_at(fields, 1)
        row_date = text_at(fields, 3)
        quantity = text_at(fields, 5)
        return Transaction(
            kind=kind,
            account=values.account_number(text_at(fields, 0)),
            objects=objects,
            amount=self.amount(text_at(fields, 2), line),
            transaction_date=self.day(row_date, "date of a row", line) if row_date else None,
            text=text_at(fields, 4),
            quantity=self.quantity(quantity, line) if quantity else None,
            signature=text_at(fields, 6),
            line=line,
        )

    def voucher(self, rest: str, line: int) -> Voucher:
        """A voucher's own record, without rows: series number date text registration-date signature.

        Raises: DefectError; a registration date that cannot be read decides no figure and is only logged.
        """
        fields = self._lexer.fields(rest)
        series, number, day, text, registered, signature = (text_at(fields, position) for position in range(6))
        return Voucher(
            series=series,
            number=values.whole_number(number, "voucher number") if number else None,
            date=self.day(day, "voucher date", line),
            text=text,
            registration_date=self._registered(registered, line),
            signature=signature,
            line=line,
        )

    def _registered(self, text: str, line: int) -> date | None:
        if not text:
            return None
        try:
            return self.day(text, "registration date", line)
        except DefectError as defect:
            self._log.add(line, "registration date left empty", str(defect))
            return None

    def balance(self, kind: BalanceKind, rest: str, line: int) -> Balance:
        """A balance: year account [{objects}] amount quantity. Raises: DefectError."""
        with_objects = kind in _OBJECT_BALANCES
        fields = self._lexer.fields(rest, objects=with_objects)
        objects: Objects = ()
        if with_objects:
            objects = _objects_at(fields, 2)
            del fields[2]
        return Balance(
            kind=kind,
            year_number=values.whole_number(text_at(fields, 0), "year number"),
            account=values.account_number(text_at(fields, 1)),
            objects=objects,
            amount=self.amount(text_at(fields, 2), line),
            quantity=self.quantity(text_at(fields, 3), line),
            line=line,
        )

    def period_balance(self, kind: PeriodKind, rest: str, line: int) -> PeriodBalance:
        """A month: year period account {objects} amount quantity. Raises: DefectError."""
        fields = self._lexer.fields(rest, objects=True)
        if len(fields) > _PSALDO_OBJECTS_AT and isinstance(fields[_PSALDO_OBJECTS_AT], str):
            self._log.add(line, f"#{kind} without an object list, read as the account's total")
            fields.insert(_PSALDO_OBJECTS_AT, ())
        return PeriodBalance(
            kind=kind,
            year_number=values.whole_number(text_at(fields, 0), "year number"),
            period=values.period(text_at(fields, 1)),
            account=values.account_number(text_at(fields, 2)),
            objects=_objects_at(fields, _PSALDO_OBJECTS_AT),
            amount=self.amount(text_at(fields, 4), line),
            quantity=self.quantity(text_at(fields, 5), line),
            line=line,
        )

    def amount(self, text: str, line: int) -> Decimal:
        """An amount; unusual forms are logged. Raises: DefectError."""
        if not text:
            raise DefectError("the amount is missing")
        found, remark = values.amount(text)
        if remark:
            self._log.add(line, remark, text)
        return found

    def quantity(self, text: str, line: int) -> Decimal | None:
        """A quantity or None; unusual forms are logged. Raises: DefectError."""
        found, remark = values.quantity(text)
        if remark:
            self._log.add(line, remark, text)
        return found

    def day(self, text: str, what: str, line: int) -> date:
        """A date; unusual forms are logged. Raises: DefectError."""
        found, remark = values.day(text, what)
        if remark:
            self._log.add(line, remark, text)
        return found


def _objects_at(fields: list[Field], position: int) -> Objects:
    found = fields[position] if position < len(fields) else ""
    if isinstance(found, str):
        raise DefectError("the object list is missing; an empty one is written {}")
    return found
