"""Whether the figures of a file agree with each other. What does not is reported, never repaired, never refused."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal

from fortnox_assets.sie.records import Balance, BalanceKind, Record, SieDocument, Voucher

VOUCHER_UNBALANCED = "voucher_unbalanced"
OPENING_BALANCES_DO_NOT_SUM_TO_ZERO = "opening_balances_do_not_sum_to_zero"
IB_PLUS_TRANSACTIONS_NE_UB = "ib_plus_transactions_ne_ub"
TRANSACTIONS_NE_RES = "transactions_ne_res"
IB_NE_PREVIOUS_UB = "ib_ne_previous_ub"

_Sums = defaultdict[int, Decimal]
_LAST_BALANCE_SHEET_CLASS = "2"


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """Two figures of one file that should be equal. ``account`` or ``voucher`` says whose they are."""

    check: str
    expected: Decimal
    found: Decimal
    account: int | None = None
    voucher: str = ""
    line: int | None = None

    @property
    def difference(self) -> Decimal:
        """What is too much (positive) or too little."""
        return self.found - self.expected


def verify(source: SieDocument | Iterable[Record]) -> Iterator[Finding]:
    """Findings of a document or of a stream of records; memory grows with the number of accounts only.

    Balances are compared with vouchers where the file has vouchers. A result account is one with #RES, else one
    outside classes 1 and 2.
    """
    if isinstance(source, SieDocument):
        source = (*source.balances, *source.vouchers)
    booked: _Sums = defaultdict(Decimal)
    balances: dict[tuple[BalanceKind, int], _Sums] = defaultdict(lambda: defaultdict(Decimal))
    vouchers = 0
    for record in source:
        if isinstance(record, Balance):
            balances[record.kind, record.year_number][record.account] += record.amount
        elif isinstance(record, Voucher):
            vouchers += 1
            yield from _voucher(record, booked)
    opening, closing = balances[BalanceKind.IB, 0], balances[BalanceKind.UB, 0]
    yield from _opening(opening)
    if vouchers:
        yield from _movements(opening, closing, balances[BalanceKind.RES, 0], booked)
    if (BalanceKind.UB, -1) in balances:
        yield from _compared(IB_NE_PREVIOUS_UB, balances[BalanceKind.UB, -1], opening)


def _voucher(voucher: Voucher, booked: _Sums) -> Iterator[Finding]:
    total = Decimal(0)
    for row in voucher.booked():
        booked[row.account] += row.amount
        total += row.amount
    if total:
        name = f"{voucher.series} {'' if voucher.number is None else voucher.number}".strip()
        yield Finding(
            check=VOUCHER_UNBALANCED, expected=Decimal(0), found=total, voucher=name, line=voucher.line or None
        )


def _opening(opening: _Sums) -> Iterator[Finding]:
    total = sum(opening.values(), Decimal(0))
    if total:
        yield Finding(check=OPENING_BALANCES_DO_NOT_SUM_TO_ZERO, expected=Decimal(0), found=total)


def _movements(opening: _Sums, closing: _Sums, results: _Sums, booked: _Sums) -> Iterator[Finding]:
    result_accounts = {
        account
        for account in {*results, *booked} - {*opening, *closing}
        if account in results or str(account)[0] > _LAST_BALANCE_SHEET_CLASS
    }
    carried: _Sums = defaultdict(Decimal, opening)
    earned: _Sums = defaultdict(Decimal)
    for account, amount in booked.items():
        (earned if account in result_accounts else carried)[account] += amount
    yield from _compared(IB_PLUS_TRANSACTIONS_NE_UB, carried, closing)
    yield from _compared(TRANSACTIONS_NE_RES, earned, results)


def _compared(check: str, expected: _Sums, found: _Sums) -> Iterator[Finding]:
    for account in sorted({*expected, *found}):
        one, other = expected.get(account, Decimal(0)), found.get(account, Decimal(0))
        if one != other:
            yield Finding(check=check, expected=one, found=other, account=account)
