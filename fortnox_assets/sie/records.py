"""The records of a SIE file as Python values (SIE file format 4B, https://sie.se/format/).

Amounts are exact and debit positive. ``line`` is the line the record stands on; it is 0 in records that were not read
from a file, and two records that differ in nothing else are equal.
"""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum


class TransactionKind(StrEnum):
    """``TRANS`` is booked. ``RTRANS`` was added later and is always repeated by a TRANS; ``BTRANS`` was struck."""

    TRANS = "TRANS"
    RTRANS = "RTRANS"
    BTRANS = "BTRANS"


class BalanceKind(StrEnum):
    """Opening, closing and result balances of accounts (IB, UB, RES) and of objects (OIB, OUB)."""

    IB = "IB"
    UB = "UB"
    RES = "RES"
    OIB = "OIB"
    OUB = "OUB"


class PeriodKind(StrEnum):
    """Change in a month (PSALDO) or budget of a month (PBUDGET)."""

    PSALDO = "PSALDO"
    PBUDGET = "PBUDGET"


@dataclass(frozen=True, slots=True)
class ObjectRef:
    """A cost centre (dimension 1), project (6) or other object an amount is marked with."""

    dimension: int
    object: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Transaction:
    """One row of a voucher. ``transaction_date`` is None when the row follows the voucher's date."""

    account: int
    amount: Decimal
    kind: TransactionKind = TransactionKind.TRANS
    objects: tuple[ObjectRef, ...] = ()
    transaction_date: dt.date | None = None
    text: str = ""
    quantity: Decimal | None = None
    signature: str = ""
    line: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Voucher:
    """One voucher with its rows of every kind, in the file's order."""

    series: str
    number: int | None
    date: dt.date
    text: str = ""
    registration_date: dt.date | None = None
    signature: str = ""
    transactions: tuple[Transaction, ...] = ()
    line: int = field(default=0, compare=False)

    def booked(self) -> tuple[Transaction, ...]:
        """The rows that count: those written as #TRANS."""
        return tuple(each for each in self.transactions if each.kind is TransactionKind.TRANS)


@dataclass(frozen=True, slots=True, kw_only=True)
class Balance:
    """A balance of the year ``year_number`` (0 the file's own, -1 the one before); ``objects`` in OIB and OUB only."""

    kind: BalanceKind
    year_number: int
    account: int
    amount: Decimal
    objects: tuple[ObjectRef, ...] = ()
    quantity: Decimal | None = None
    line: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class PeriodBalance:
    """The change or the budget of one month (``period`` is YYYYMM).

    Rows without objects are the account's total; rows with objects break the same money down.
    """

    kind: PeriodKind
    year_number: int
    period: str
    account: int
    amount: Decimal
    objects: tuple[ObjectRef, ...] = ()
    quantity: Decimal | None = None
    line: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """An account of the chart. ``account_type`` is T asset, S liability, K cost, I income, or empty."""

    number: int
    name: str
    account_type: str = ""
    unit: str = ""
    sru_codes: tuple[str, ...] = ()
    line: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Dimension:
    """A way of marking amounts; ``parent`` is the dimension it is part of."""

    number: int
    name: str
    parent: int | None = None
    line: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class SieObject:
    """A member of a dimension: one cost centre, one project."""

    dimension: int
    object: str
    name: str
    line: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Identity:
    """What a file says about itself. A text the file lacks is empty; a date it lacks is None.

    ``years`` maps the year number of #RAR (0, -1, ...) to first and last day. ``internal_id`` is #FNR: Fortnox writes
    its database number there, other programs what they like.
    """

    sie_type: int = 4
    read_flag: str = "0"
    file_format: str = "PC8"
    program: str = ""
    program_version: str = ""
    generated: dt.date | None = None
    generated_by: str = ""
    comment: str = ""
    internal_id: str = ""
    organisation_number: str = ""
    company_name: str = ""
    company_type: str = ""
    industry_code: str = ""
    address: tuple[str, ...] = ()
    years: Mapping[int, tuple[dt.date, dt.date]] = field(default_factory=dict)
    tax_year: str = ""
    balances_up_to: dt.date | None = None
    chart: str = ""
    currency: str = ""


@dataclass(frozen=True, slots=True)
class Tolerance:
    """A departure from the standard that was read all the same: where it stands, and how it was read."""

    line: int
    message: str


Record = Account | Dimension | SieObject | Balance | PeriodBalance | Voucher


@dataclass(frozen=True, slots=True, kw_only=True)
class SieDocument:
    """A whole file in memory. ``tolerances`` do not take part in comparisons."""

    identity: Identity
    accounts: tuple[Account, ...] = ()
    dimensions: tuple[Dimension, ...] = ()
    objects: tuple[SieObject, ...] = ()
    balances: tuple[Balance, ...] = ()
    period_balances: tuple[PeriodBalance, ...] = ()
    vouchers: tuple[Voucher, ...] = ()
    tolerances: tuple[Tolerance, ...] = field(default=(), compare=False)
