"""Whether the stored ledger of a financial year is what Fortnox's vouchers say, row by row, asked one by one.

Every sync compares which vouchers there are; what is in them comes from one SIE file, and only a request for each
voucher can contradict it. Nothing is stored or changed.
"""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any, Protocol

from fortnox_assets.catalogue import ENDPOINTS
from fortnox_assets.extract.client import Call, Client
from fortnox_assets.fortnox.paths import fill
from fortnox_assets.sie.records import Transaction, Voucher
from fortnox_assets.sie_export import StoredYear

COST_CENTER, PROJECT = 1, 6
VOUCHERS = ENDPOINTS["vouchers"]

Key = tuple[str, int]
BookedRow = tuple[int, Decimal, str, str]


class Watcher(Protocol):
    """Someone who follows how far it has come."""

    def __call__(self, done: int, total: int) -> object:
        """So many of ``total`` vouchers have been compared."""


@dataclass(frozen=True, kw_only=True)
class Difference:
    """One voucher that is not the same on both sides; ``what`` says how, in one line."""

    series: str
    number: int
    what: str

    def __str__(self) -> str:
        return f"{self.series} {self.number}: {self.what}"


@dataclass(frozen=True, kw_only=True)
class Verification:
    """What was compared of one financial year. ``asked`` of ``listed`` vouchers had their rows compared."""

    financial_year_id: int
    listed: int
    stored: int
    asked: int
    differences: tuple[Difference, ...]


def verify(client: Client, year: StoredYear, sample: int | None, watch: Watcher) -> Verification:
    """Compares the stored ledger of ``year`` with Fortnox's list of vouchers, and the rows of ``sample`` of them.

    Without ``sample`` the rows of all are compared, one request each; else of so many, spread evenly over the year.
    Dates, booked rows (account, amount, cost centre, project) and, in the list, numbers are compared; texts are not.
    Raises: FortnoxError, WarehouseError.
    """
    stored = {
        (each.series, each.number): each
        for each in year.records()
        if isinstance(each, Voucher) and each.number is not None
    }
    listed = _listed(client, year.financial_year_id)
    both = sorted(stored.keys() & listed)
    chosen = both if sample is None else spread(both, sample)
    compared = [
        *(_only(key, "in Fortnox alone") for key in sorted(listed - stored.keys())),
        *(_only(key, "stored alone") for key in sorted(stored.keys() - listed)),
        *_differing(client, year.financial_year_id, [stored[key] for key in chosen], watch),
    ]
    return Verification(
        financial_year_id=year.financial_year_id,
        listed=len(listed),
        stored=len(stored),
        asked=len(chosen),
        differences=tuple(compared),
    )


def spread(keys: Sequence[Key], most: int) -> list[Key]:
    """At most ``most`` of ``keys``, evenly spaced, the first and the last among them where there is room."""
    if most >= len(keys):
        return list(keys)
    if most == 1:
        return [keys[-1]]
    step = Decimal(len(keys) - 1) / (most - 1)
    return [keys[int(step * place)] for place in range(most)]


def _listed(client: Client, year_id: int) -> set[Key]:
    pages = client.listing(
        VOUCHERS.path,
        {"financialyear": year_id},
        wrapper=VOUCHERS.wrapper,
        key=lambda row: (row["VoucherSeries"], row["VoucherNumber"]),
    )
    return {(str(row["VoucherSeries"]), int(row["VoucherNumber"])) for page in pages for row in page.rows}


def _differing(client: Client, year_id: int, vouchers: Sequence[Voucher], watch: Watcher) -> Iterator[Difference]:
    calls = (_call(each, year_id) for each in vouchers)
    for done, (voucher, (_, answer)) in enumerate(zip(vouchers, client.map(calls), strict=True), 1):
        watch(done, len(vouchers))
        if what := _difference(voucher, answer):
            yield Difference(series=voucher.series, number=voucher.number or 0, what=what)


def _call(voucher: Voucher, year_id: int) -> Call:
    values = {"VoucherSeries": voucher.series, "VoucherNumber": voucher.number}
    path = fill(VOUCHERS.detail_path or "", values)
    return Call(path=path, parameters={"financialyear": year_id}, wrapper=VOUCHERS.detail_wrapper)


def _difference(voucher: Voucher, answer: Mapping[str, Any] | None) -> str | None:
    if answer is None:
        return "was deleted in Fortnox while we looked"
    told = []
    if (day := date.fromisoformat(answer["TransactionDate"])) != voucher.date:
        told.append(f"dated {day} in Fortnox, stored as {voucher.date}")
    here = Counter(_stored_row(each) for each in voucher.booked())
    there = Counter(_fortnox_row(each) for each in answer["VoucherRows"] if not each.get("Removed"))
    told += [f"{_shown(row)} in Fortnox alone" for row in sorted((there - here).elements())]
    told += [f"{_shown(row)} stored alone" for row in sorted((here - there).elements())]
    return "; ".join(told) or None


def _stored_row(row: Transaction) -> BookedRow:
    marks = {each.dimension: each.object for each in row.objects}
    return row.account, row.amount, marks.get(COST_CENTER, ""), marks.get(PROJECT, "")


def _fortnox_row(row: Mapping[str, Any]) -> BookedRow:
    amount = Decimal(str(row.get("Debit") or 0)) - Decimal(str(row.get("Credit") or 0))
    return int(row["Account"]), amount, str(row.get("CostCenter") or ""), str(row.get("Project") or "")


def _shown(row: BookedRow) -> str:
    account, amount, cost_center, project = row
    marks = "".join(f", {name} {code}" for name, code in (("cost centre", cost_center), ("project", project)) if code)
    return f"account {account} {amount:.2f}{marks}"


def _only(key: Key, where: str) -> Difference:
    return Difference(series=key[0], number=key[1], what=where)
