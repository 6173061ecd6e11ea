"""The records of a SIE file as rows of the catalogue's SIE tables."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from fortnox_assets.catalogue.sie_tables import (
    SIE_ACCOUNTS,
    SIE_BALANCES,
    SIE_DIMENSIONS,
    SIE_OBJECTS,
    SIE_PERIOD_BALANCES,
    SIE_VOUCHERS,
)
from fortnox_assets.extract.client import Row
from fortnox_assets.sie.reader import SieReader
from fortnox_assets.sie.records import (
    Account,
    Balance,
    Dimension,
    ObjectRef,
    PeriodBalance,
    Record,
    SieObject,
    Transaction,
    Voucher,
)

COST_CENTER_DIMENSION = 1
PROJECT_DIMENSION = 6
DEFAULT_CURRENCY = "SEK"


@dataclass
class Totals:
    """What the vouchers of one file add up to, to compare with what was stored."""

    vouchers: int = 0
    transactions: int = 0
    absolute_sum: Decimal = Decimal(0)

    def add(self, voucher: Voucher) -> None:
        """Counts one voucher and its booked rows."""
        self.vouchers += 1
        for row in voucher.booked():
            self.transactions += 1
            self.absolute_sum += abs(row.amount)


def file_row(reader: SieReader, totals: Totals, source: str, file_name: str) -> Row:
    """The row of ``sie_files``; ``reader`` has been read to the end."""
    identity = reader.identity
    first, last = identity.years[0]
    previous = identity.years.get(-1, (None, None))
    return {
        "LedgerSource": source,
        "FileName": file_name,
        "SieType": identity.sie_type,
        "Program": identity.program,
        "ProgramVersion": identity.program_version,
        "Generated": identity.generated,
        "FortnoxNumber": identity.internal_id,
        "OrganisationNumber": identity.organisation_number,
        "CompanyName": identity.company_name,
        "FromDate": first,
        "ToDate": last,
        "PreviousFromDate": previous[0],
        "PreviousToDate": previous[1],
        "BalancesUpTo": identity.balances_up_to,
        "ChartOfAccounts": identity.chart,
        "Currency": identity.currency or DEFAULT_CURRENCY,
        "Encoding": reader.encoding,
        "ContentHash": reader.content_hash,
        "Bytes": reader.size,
        "Vouchers": totals.vouchers,
        "Transactions": totals.transactions,
        "AbsoluteSum": totals.absolute_sum,
        "ChecksumVerified": reader.checksum_verified,
        "Tolerances": [{"Line": each.line, "Message": each.message} for each in reader.tolerances],
    }


def _account(record: Account) -> Row:
    return {
        "Account": record.number,
        "Name": record.name,
        "AccountType": record.account_type or None,
        "Unit": record.unit,
        "SruCodes": [{"Code": code} for code in record.sru_codes],
    }


def _dimension(record: Dimension) -> Row:
    return {"Dimension": record.number, "Name": record.name, "Parent": record.parent}


def _object(record: SieObject) -> Row:
    return {"Dimension": record.dimension, "Object": record.object, "Name": record.name}


def _balance(record: Balance) -> Row:
    return {
        "Line": record.line,
        "Kind": str(record.kind),
        "YearNumber": record.year_number,
        "Account": record.account,
        "Objects": _objects(record.objects),
        "Amount": record.amount,
        "Quantity": record.quantity,
    }


def _period_balance(record: PeriodBalance) -> Row:
    return {
        "Line": record.line,
        "Kind": str(record.kind),
        "YearNumber": record.year_number,
        "Period": record.period,
        "Account": record.account,
        "Objects": _objects(record.objects),
        "Amount": record.amount,
        "Quantity": record.quantity,
    }


def _voucher(record: Voucher) -> Row:
    return {
        "Line": record.line,
        "VoucherSeries": record.series,
        "VoucherNumber": record.number,
        "TransactionDate": record.date,
        "Text": record.text,
        "RegistrationDate": record.registration_date,
        "Signature": record.signature,
        "Transactions": [_transaction(place, row) for place, row in enumerate(record.transactions, start=1)],
    }


def _transaction(place: int, row: Transaction) -> Row:
    return {
        "RowNumber": place,
        "Kind": str(row.kind),
        "Account": row.account,
        "Amount": row.amount,
        "TransactionDate": row.transaction_date,
        "Text": row.text,
        "Quantity": row.quantity,
        "Signature": row.signature,
        "CostCenter": _object_of(row, COST_CENTER_DIMENSION),
        "Project": _object_of(row, PROJECT_DIMENSION),
        "Objects": _objects(row.objects),
    }


def _object_of(row: Transaction, dimension: int) -> str | None:
    return next((each.object for each in row.objects if each.dimension == dimension), None)


def _objects(objects: tuple[ObjectRef, ...]) -> list[Row]:
    return [{"Dimension": each.dimension, "Object": each.object} for each in objects]


@dataclass(frozen=True)
class TableRows:
    """Which records become rows of a table, and how."""

    record: type[Record]
    row: Callable[[Any], Row]


TABLE_ROWS: Mapping[str, TableRows] = {
    SIE_ACCOUNTS.name: TableRows(Account, _account),
    SIE_DIMENSIONS.name: TableRows(Dimension, _dimension),
    SIE_OBJECTS.name: TableRows(SieObject, _object),
    SIE_BALANCES.name: TableRows(Balance, _balance),
    SIE_PERIOD_BALANCES.name: TableRows(PeriodBalance, _period_balance),
    SIE_VOUCHERS.name: TableRows(Voucher, _voucher),
}
