"""A financial year's ledger out of the warehouse as the records of a SIE 4 file, whatever source it was loaded from.

What came from a SIE file, Fortnox's or an uploaded one, goes out as it came in, wrong balances too. Where Fortnox's
vouchers are the source, opening balances are Fortnox's, and closing and result balances what the rows add up to.
The vouchers of one year are in memory at a time: the warehouse hands rows out in no particular order.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from importlib.metadata import version
from typing import Any

from fortnox_assets.sie.records import (
    Account,
    Balance,
    BalanceKind,
    Dimension,
    Identity,
    ObjectRef,
    PeriodBalance,
    PeriodKind,
    Record,
    SieObject,
    Transaction,
    TransactionKind,
    Voucher,
)
from fortnox_assets.warehouse.sync_state import Cell, StoredTables

PROGRAM = "fortnox-assets"
BY_VOUCHERS = "vouchers"
_CONTROL = re.compile(r"[\x00-\x1f\x7f]+")
_IDENTITY = {
    "internal_id": "FortnoxNumber",
    "organisation_number": "OrganisationNumber",
    "company_name": "CompanyName",
    "chart": "ChartOfAccounts",
    "currency": "Currency",
}
_FILE = (
    "FinancialYearId",
    "LedgerSource",
    "FromDate",
    "ToDate",
    "PreviousFromDate",
    "PreviousToDate",
    "BalancesUpTo",
)
_COST_CENTER, _PROJECT = 1, 6
_BALANCE_SHEET_CLASSES = ("1", "2")

Row = Mapping[str, Any]


class NothingStoredError(LookupError):
    """There is no ledger to export; the message says of what company and year, and what to do."""


@dataclass(frozen=True, kw_only=True)
class StoredYear:
    """One financial year as it is stored; ``source`` says which tables its ledger is in."""

    stored: StoredTables
    cell: Cell
    financial_year_id: int
    source: str
    identity: Identity

    def records(self) -> Iterator[Record]:
        """Everything the file has after its identification, in the order a file has it."""
        yield from self._accounts()
        yield from self._dimensions()
        yield from self._objects()
        if self.source == BY_VOUCHERS:
            vouchers = self._fortnox_vouchers()
            yield from self._summed_balances(vouchers)
            yield from self._periods(PeriodKind.PBUDGET)
            yield from vouchers
            return
        yield from self._balances()
        yield from self._periods(*PeriodKind)
        yield from self._file_vouchers()

    def _rows(self, table: str, *columns: str, year: str = "FinancialYearId") -> list[Row]:
        names = (year, "_deleted_at", *columns)
        found = (dict(zip(names, values, strict=True)) for values in self.stored.rows(table, self.cell, names))
        return [row for row in found if row[year] == self.financial_year_id and row["_deleted_at"] is None]

    def _accounts(self) -> Iterator[Record]:
        columns = ("Account", "Name", "AccountType", "Unit", "SruCodes")
        for row in sorted(self._rows("sie_accounts", *columns), key=lambda row: int(row["Account"])):
            yield Account(
                number=row["Account"],
                name=text(row["Name"]),
                account_type=row["AccountType"] or "",
                unit=text(row["Unit"]),
                sru_codes=tuple(text(each["Code"]) for each in row["SruCodes"] or ()),
            )

    def _dimensions(self) -> Iterator[Record]:
        rows = self._rows("sie_dimensions", "Dimension", "Name", "Parent")
        for row in sorted(rows, key=lambda row: int(row["Dimension"])):
            yield Dimension(number=row["Dimension"], name=text(row["Name"]), parent=row["Parent"])

    def _objects(self) -> Iterator[Record]:
        rows = self._rows("sie_objects", "Dimension", "Object", "Name")
        for row in sorted(rows, key=lambda row: (row["Dimension"], row["Object"])):
            yield SieObject(dimension=row["Dimension"], object=text(row["Object"]), name=text(row["Name"]))

    def _balances(self) -> Iterator[Record]:
        columns = ("Line", "Kind", "YearNumber", "Account", "Objects", "Amount", "Quantity")
        for row in sorted(self._rows("sie_balances", *columns), key=_line):
            yield Balance(
                kind=BalanceKind(row["Kind"]),
                year_number=row["YearNumber"],
                account=row["Account"],
                amount=row["Amount"],
                objects=_references(row["Objects"]),
                quantity=row["Quantity"],
            )

    def _periods(self, *kinds: PeriodKind) -> Iterator[Record]:
        columns = ("Line", "Kind", "YearNumber", "Period", "Account", "Objects", "Amount", "Quantity")
        for row in sorted(self._rows("sie_period_balances", *columns), key=_line):
            if row["Kind"] in kinds:
                yield PeriodBalance(
                    kind=PeriodKind(row["Kind"]),
                    year_number=row["YearNumber"],
                    period=row["Period"],
                    account=row["Account"],
                    amount=row["Amount"],
                    objects=_references(row["Objects"]),
                    quantity=row["Quantity"],
                )

    def _file_vouchers(self) -> Iterator[Record]:
        columns = ("VoucherSeries", "VoucherNumber", "TransactionDate", "Text", "RegistrationDate", "Signature")
        for row in sorted(self._rows("sie_vouchers", "Line", "Transactions", *columns), key=_line):
            rows = sorted(row["Transactions"] or (), key=lambda each: int(each["RowNumber"]))
            yield Voucher(
                series=text(row["VoucherSeries"]),
                number=row["VoucherNumber"],
                date=row["TransactionDate"],
                text=text(row["Text"]),
                registration_date=row["RegistrationDate"],
                signature=text(row["Signature"]),
                transactions=tuple(_transaction(each) for each in rows),
            )

    def _fortnox_vouchers(self) -> list[Voucher]:
        columns = ("VoucherSeries", "VoucherNumber", "TransactionDate", "Description", "VoucherRows")
        rows = self._rows("vouchers", *columns, year="Year")
        return [
            Voucher(
                series=text(row["VoucherSeries"]),
                number=row["VoucherNumber"],
                date=row["TransactionDate"],
                text=text(row["Description"]),
                transactions=tuple(_voucher_row(each) for each in row["VoucherRows"] or ()),
            )
            for row in sorted(rows, key=lambda row: (row["VoucherSeries"], row["VoucherNumber"]))
        ]

    def _summed_balances(self, vouchers: Iterable[Voucher]) -> Iterator[Record]:
        opening: dict[int, Decimal] = {}
        for row in self._rows("accounts", "Number", "BalanceBroughtForward", year="Year"):
            if row["BalanceBroughtForward"] and _is_balance_sheet(row["Number"]):
                opening[row["Number"]] = row["BalanceBroughtForward"]
        booked: defaultdict[int, Decimal] = defaultdict(Decimal)
        for voucher in vouchers:
            for each in voucher.booked():
                booked[each.account] += each.amount
        carried = sorted({*opening, *filter(_is_balance_sheet, booked)})
        sums = {account: opening.get(account, Decimal(0)) + booked.get(account, Decimal(0)) for account in carried}
        earned = {account: booked[account] for account in sorted(booked) if not _is_balance_sheet(account)}
        amounts = {BalanceKind.IB: dict(sorted(opening.items())), BalanceKind.UB: sums, BalanceKind.RES: earned}
        for kind, by_account in amounts.items():
            for account, amount in by_account.items():
                yield Balance(kind=kind, year_number=0, account=account, amount=amount)


def stored_years(stored: StoredTables, company: str, label: int, today: date) -> tuple[StoredYear, ...]:
    """The financial years of a label whose ledger is stored, earliest first; ``today`` is the files' date.

    Raises: NothingStoredError, WarehouseError.
    """
    cell: Cell = {"company": company, "financial_year": label}
    columns = (*_FILE, *_IDENTITY.values(), "_deleted_at")
    rows = [dict(zip(columns, values, strict=True)) for values in stored.rows("sie_files", cell, columns)]
    found = sorted((row for row in rows if row["_deleted_at"] is None), key=lambda row: row["FromDate"])
    if not found:
        raise NothingStoredError(
            f"{company}: there is no stored ledger of the financial year {label}; run fortnox-assets sync first"
        )
    return tuple(
        StoredYear(
            stored=stored,
            cell=cell,
            financial_year_id=row["FinancialYearId"],
            source=row["LedgerSource"],
            identity=_identity(row, today),
        )
        for row in found
    )


def text(value: str | None) -> str:
    """A text as SIE can hold it: control characters, such as line ends, become one space."""
    return _CONTROL.sub(" ", value or "")


def _identity(row: Row, today: date) -> Identity:
    years = {0: (row["FromDate"], row["ToDate"])}
    if row["PreviousFromDate"] is not None:
        years[-1] = (row["PreviousFromDate"], row["PreviousToDate"])
    facts: dict[str, Any] = {name: text(row[column]) for name, column in _IDENTITY.items()}
    facts["balances_up_to"] = row["BalancesUpTo"]
    return Identity(program=PROGRAM, program_version=version(PROGRAM), generated=today, years=years, **facts)


def _transaction(row: Row) -> Transaction:
    return Transaction(
        kind=TransactionKind(row["Kind"]),
        account=row["Account"],
        amount=row["Amount"],
        objects=_references(row["Objects"]),
        transaction_date=row["TransactionDate"],
        text=text(row["Text"]),
        quantity=row["Quantity"],
        signature=text(row["Signature"]),
    )


def _voucher_row(row: Row) -> Transaction:
    """A row that is struck in Fortnox is one that SIE calls removed; nobody knows by whom."""
    marks = ((_COST_CENTER, row["CostCenter"]), (_PROJECT, row["Project"]))
    return Transaction(
        kind=TransactionKind.BTRANS if row["Removed"] else TransactionKind.TRANS,
        account=row["Account"],
        amount=(row["Debit"] or Decimal(0)) - (row["Credit"] or Decimal(0)),
        objects=tuple(ObjectRef(dimension, text(code)) for dimension, code in marks if code),
        text=text(row["TransactionInformation"]),
        quantity=row["Quantity"],
    )


def _references(objects: Iterable[Row] | None) -> tuple[ObjectRef, ...]:
    return tuple(ObjectRef(each["Dimension"], text(each["Object"])) for each in objects or ())


def _is_balance_sheet(account: int) -> bool:
    return str(account).startswith(_BALANCE_SHEET_CLASSES)


def _line(row: Row) -> int:
    return int(row["Line"])
