"""Posting: every krona goes through :meth:`Ledger.post`, which refuses a voucher that does not balance.

The ledger keeps no figures of its own. Balances stand in the account documents, the next number of a series in the
voucher series document, so that the documents always agree with each other.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from random import Random
from typing import NamedTuple

from fortnox_assets.simulator.books.amounts import ZERO
from fortnox_assets.simulator.books.chart import ACCOUNTS, is_result
from fortnox_assets.simulator.books.documents import AccountingYear, Body, CompanyData, Document, VoucherDocument


class UnbalancedError(ValueError):
    """A voucher whose rows do not sum to zero."""


class Row(NamedTuple):
    """A voucher row; ``amount`` is debit positive, credit negative."""

    account: int
    amount: Decimal
    cost_center: str = ""
    project: str = ""
    text: str = ""
    quantity: Decimal = ZERO


@dataclass(frozen=True, kw_only=True, slots=True)
class Entry:
    """A voucher to post. ``registered`` is the day it is entered (a few days after ``day`` when not given)."""

    series: str
    day: date
    text: str
    rows: tuple[Row, ...]
    reference_type: str = "MANUAL"
    reference_number: str = ""
    registered: date | None = None
    comments: str | None = None


class VoucherKey(NamedTuple):
    """What identifies a voucher inside a company; ``year`` is the financial year's id."""

    year: int
    series: str
    number: int


def row_body(row: Row) -> Body:
    """The row as a voucher's detail has it."""
    return {
        "Account": row.account,
        "CostCenter": row.cost_center,
        "Credit": -row.amount if row.amount < 0 else ZERO,
        "Debit": row.amount if row.amount > 0 else ZERO,
        "Description": ACCOUNTS[row.account].name,
        "Project": row.project,
        "Quantity": row.quantity,
        "Removed": False,
        "TransactionInformation": row.text,
    }


class Ledger:
    """Posts to a company's vouchers, accounts and voucher series."""

    def __init__(self, company: CompanyData, rng: Random) -> None:
        self.company = company
        self._rng = rng
        self._last_registered: dict[tuple[int, str], date] = {}
        self._vouchers: dict[VoucherKey, VoucherDocument] = {}
        self._accounts: dict[tuple[int, int], Body] = {}
        self._series: dict[tuple[int, str], Body] = {}

    def open_year(self, accounts: Iterable[Document], series: Iterable[Document]) -> None:
        """Take the chart of accounts and the voucher series of a financial year into use."""
        for document in accounts:
            self._accounts[document.body["Year"], document.body["Number"]] = document.body
            self.company.of("accounts").append(document)
        for document in series:
            self._series[document.body["Year"], document.body["Code"]] = document.body
            self.company.of("voucher_series").append(document)

    def bring_forward(self, year_id: int, balances: dict[int, Decimal]) -> None:
        """Set the year's opening balances."""
        self.company.opening_balances[year_id] = {number: value for number, value in balances.items() if value}
        for number, value in balances.items():
            account = self._accounts[year_id, number]
            account["BalanceBroughtForward"] = value
            account["BalanceCarriedForward"] += value

    def balance(self, year_id: int, account: int) -> Decimal:
        """Closing balance of the account in the year, as of what is posted now."""
        value: Decimal = self._accounts[year_id, account]["BalanceCarriedForward"]
        return value

    def balances(self, year_id: int, *, result: bool) -> dict[int, Decimal]:
        """Closing balances other than zero of the result accounts, or of the balance sheet accounts."""
        found = {
            number: body["BalanceCarriedForward"]
            for (year, number), body in self._accounts.items()
            if year == year_id and is_result(number) == result
        }
        return {number: value for number, value in found.items() if value}

    def post(self, entry: Entry) -> VoucherKey:
        """Number and book the voucher; raises :class:`UnbalancedError`, and books nothing, when it does not balance."""
        if difference := sum((row.amount for row in entry.rows), ZERO):
            raise UnbalancedError(f"{entry.text} ({entry.day}): debit and credit differ by {difference}")
        year = self.company.year_of(entry.day)
        key = VoucherKey(year.id, entry.series, self._take_number(year, entry.series))
        registered = self._registration(key, entry)
        document = VoucherDocument(
            _voucher_body(key, entry), self.moment(registered), registered=registered, signature="Ekonomi"
        )
        self._vouchers[key] = document
        self.company.of("vouchers").append(document)
        self._book(year.id, ((row.account, row.amount) for row in entry.rows))
        return key

    def voucher(self, key: VoucherKey) -> VoucherDocument:
        """The voucher with this key; KeyError when there is none."""
        return self._vouchers[key]

    def change_rows(self, key: VoucherKey, strike: Iterable[int], add: Iterable[Row], changed_on: date) -> None:
        """Strike the rows at these positions and add others; raises :class:`UnbalancedError` when they do not match."""
        document = self._vouchers[key]
        rows = document.body["VoucherRows"]
        struck, added = [rows[position] for position in strike], tuple(add)
        changes = [(row["Account"], -_amount(row)) for row in struck] + [(row.account, row.amount) for row in added]
        if difference := sum((amount for _, amount in changes), ZERO):
            raise UnbalancedError(f"voucher {key.series} {key.number}: the change is off by {difference}")
        for row in struck:
            row["Removed"] = True
        document.added_rows |= frozenset(range(len(rows), len(rows) + len(added)))
        rows.extend(row_body(row) for row in added)
        document.changed_on, document.changed_by = changed_on, "Ekonomi"
        self._book(key.year, changes)

    def last(self, year_id: int, series: str) -> VoucherKey:
        """The newest voucher of the series; KeyError when it has none."""
        key = VoucherKey(year_id, series, self._series[year_id, series]["NextVoucherNumber"] - 1)
        if key not in self._vouchers:
            raise KeyError(f"series {series} of financial year {year_id} has no vouchers")
        return key

    def remove_last(self, year_id: int, series: str) -> VoucherKey:
        """Delete the newest voucher of the series, so that its number is used again; KeyError when there is none."""
        key = self.last(year_id, series)
        document = self._vouchers.pop(key)
        self.company.of("vouchers").remove(document)
        self._series[year_id, series]["NextVoucherNumber"] = key.number
        self._book(year_id, ((row["Account"], -_amount(row)) for row in document.body["VoucherRows"]))
        return key

    def moment(self, day: date) -> datetime:
        """A moment of the working day; never later than the company's clock."""
        moment = datetime.combine(day, time(8)) + timedelta(seconds=self._rng.randrange(9 * 3600))
        return min(moment, self.company.now())

    def _take_number(self, year: AccountingYear, series: str) -> int:
        body = self._series[year.id, series]
        number: int = body["NextVoucherNumber"]
        body["NextVoucherNumber"] = number + 1
        return number

    def _registration(self, key: VoucherKey, entry: Entry) -> date:
        wanted = entry.registered or entry.day + timedelta(days=self._rng.randrange(4))
        wanted = min(wanted, self.company.now().date())
        wanted = max(wanted, self._last_registered.get((key.year, key.series), wanted))
        self._last_registered[key.year, key.series] = wanted
        return wanted

    def _book(self, year_id: int, amounts: Iterable[tuple[int, Decimal]]) -> None:
        for account, amount in amounts:
            self._accounts[year_id, account]["BalanceCarriedForward"] += amount


def _amount(row: Body) -> Decimal:
    """Debit less credit of a live row; zero when it is struck."""
    return ZERO if row["Removed"] else row["Debit"] - row["Credit"]


def _voucher_body(key: VoucherKey, entry: Entry) -> Body:
    return {
        "@url": f"https://api.fortnox.se/3/vouchers/{key.series}/{key.number}?financialyear={key.year}",
        "ApprovalState": 0,
        "Comments": entry.comments,
        "CostCenter": "",
        "Description": entry.text,
        "Project": "",
        "ReferenceNumber": entry.reference_number,
        "ReferenceType": entry.reference_type,
        "TransactionDate": entry.day.isoformat(),
        "VoucherNumber": key.number,
        "VoucherRows": [row_body(row) for row in entry.rows],
        "VoucherSeries": key.series,
        "Year": key.year,
    }
