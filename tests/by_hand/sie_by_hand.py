"""A company's financial statements worked out by hand: the bytes of its SIE files, ``Decimal`` and plain loops.

Nothing here is shared with the dbt models, their seeds or the package's SIE reader, so that a mistake in any of them
shows as a difference. What line an account belongs to is written out below from the forms of the Annual Accounts Act
(ÅRL, annexes 1 and 2) for the accounts the sample companies use; an account that is not here raises KeyError.
"""

import datetime as dt
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from decimal import Decimal

ZERO = Decimal(0)
FIELD = re.compile(r'"((?:\\"|[^"])*)"|\{([^}]*)\}|(\S+)')

BALANCE_SHEET_LINES = {
    "BA222": (1220, 1229, 1240, 1249, 1250, 1259),
    "BA312": (1460,),
    "BA320": (1510, 1513),
    "BA324": (1650,),
    "BA326": (1730,),
    "BA340": (1910, 1930),
    "BE110": (2081,),
    "BE121": (2091, 2098),
    "BE122": (2099,),
    "BE402": (2350,),
    "BE505": (2440,),
    "BE510": (2512,),
    "BE511": (2611, 2614, 2621, 2631, 2641, 2645, 2647, 2650, 2710, 2731, 2893),
    "BE512": (2920, 2941, 2970, 2990),
}
INCOME_STATEMENT_LINES = {
    "RR100": (3001, 3002, 3003, 3004, 3105, 3108, 3231, 3520, 3540, 3740),
    # The tax form (INK2) has 4990 among changes in inventories, which the income statement adds to income.
    "RR101": (4990,),
    "RR103": (3960,),
    "RR201": (4010, 4425, 4515),
    "RR202": (5010, 5020, 5410, 5420, 5460, 5910, 6110, 6212, 6310, 6351, 6420, 6530),
    "RR203": (7010, 7210, 7290, 7510, 7519),
    "RR204": (7832, 7834, 7835),
    "RR206": (7960,),
    "RR304": (8313,),
    "RR306": (8410,),
    "RR500": (8910,),
}
LINE_OF = {
    account: line
    for lines in (BALANCE_SHEET_LINES, INCOME_STATEMENT_LINES)
    for line, accounts in lines.items()
    for account in accounts
}
# The first and last line of every sum; results add up from the top.
SUMS = {
    "RR199": ("RR100", "RR103"),
    "RR298": ("RR200", "RR206"),
    "RR299": ("RR100", "RR206"),
    "RR398": ("RR300", "RR307"),
    "RR399": ("RR100", "RR307"),
    "RR498": ("RR400", "RR404"),
    "RR499": ("RR100", "RR404"),
    "RR599": ("RR100", "RR501"),
}
CLOSING = range(8990, 9000)

# What the change of a balance sheet account is in the cash flow statement (BFNAR 2012:1, chapter 7).
CASH = (1910, 1930)
CASH_FLOW_LINES = {
    "inventories": (1460,),
    "receivables": (1510, 1513, 1650, 1730),
    "current_liabilities": (2440, *BALANCE_SHEET_LINES["BE511"][:-1], *BALANCE_SHEET_LINES["BE512"]),
    "borrowing": (2350, 2893),
    "equity": (2081, 2091, 2098, 2099, 8999),
    "taxes": (2512, 8910),
}
FIXED_ASSETS = BALANCE_SHEET_LINES["BA222"]
DEPRECIATION = INCOME_STATEMENT_LINES["RR204"]
OPERATING = (
    "result_after_financial_items",
    "depreciation_and_impairment",
    "taxes",
    "inventories",
    "receivables",
    "current_liabilities",
)


@dataclass(frozen=True, kw_only=True)
class BookedRow:
    account: int
    amount: Decimal
    day: dt.date
    cost_center: str
    project: str

    @property
    def month(self) -> str:
        return f"{self.day:%Y-%m}"


@dataclass(kw_only=True)
class Year:
    """What one SIE file says of its own year. Amounts are debit minus credit."""

    first: dt.date
    last: dt.date
    openings: dict[int, Decimal] = field(default_factory=dict)
    closings: dict[int, Decimal] = field(default_factory=dict)
    rows: list[BookedRow] = field(default_factory=list)
    budget: dict[tuple[str, int, str], Decimal] = field(default_factory=dict)

    @property
    def months(self) -> list[str]:
        count = (self.last.year - self.first.year) * 12 + self.last.month - self.first.month + 1
        return [shifted(f"{self.first:%Y-%m}", place) for place in range(count)]


def shifted(month: str, months: int) -> str:
    """The month so many months later."""
    years, place = divmod(int(month[:4]) * 12 + int(month[5:]) - 1 + months, 12)
    return f"{years}-{place + 1:02}"


def last_day(month: str) -> dt.date:
    return dt.date.fromisoformat(f"{shifted(month, 1)}-01") - dt.timedelta(1)


def read(data: bytes) -> Year:
    """The year of a SIE 4 file."""
    lines = [(label, list(values(rest))) for label, rest in labelled(data.decode("cp437"))]
    first, last = next(found[1:3] for label, found in lines if label == "#RAR" and found[0] == "0")
    year = Year(first=day_of(first), last=day_of(last))
    voucher_day = year.first
    for label, found in lines:
        if label == "#VER":
            voucher_day = day_of(found[2])
        elif label == "#TRANS":
            year.rows.append(booked_row(found, voucher_day))
        elif label in ("#IB", "#UB", "#RES") and found[0] == "0":
            stated = year.openings if label == "#IB" else year.closings
            stated[int(found[1])] = Decimal(found[2])
        elif label == "#PBUDGET" and found[0] == "0":
            member = (*found[3].replace('"', "").split(), "", "")[1]
            year.budget[f"{found[1][:4]}-{found[1][4:]}", int(found[2]), member] = Decimal(found[4])
    return year


def labelled(text: str) -> Iterator[tuple[str, str]]:
    for line in text.splitlines():
        label, *rest = line.split(maxsplit=1) or [""]
        if label.startswith("#"):
            yield label, "".join(rest)


def values(rest: str) -> Iterator[str]:
    for quoted, objects, bare in FIELD.findall(rest):
        yield quoted or objects or bare


def day_of(text: str) -> dt.date:
    return dt.date(int(text[:4]), int(text[4:6]), int(text[6:8]))


def booked_row(found: list[str], voucher_day: dt.date) -> BookedRow:
    objects = found[1].replace('"', "").split()
    of = dict(zip(objects[::2], objects[1::2], strict=True))
    return BookedRow(
        account=int(found[0]),
        amount=Decimal(found[2]),
        day=day_of(found[3]) if any(found[3:4]) else voucher_day,
        cost_center=of.get("1", "(none)"),
        project=of.get("6", "(none)"),
    )


def by_month(rows: Iterable[BookedRow]) -> dict[str, dict[int, Decimal]]:
    """Month -> account -> what was booked."""
    found: dict[str, dict[int, Decimal]] = defaultdict(lambda: defaultdict(Decimal))
    for row in rows:
        found[row.month][row.account] += row.amount
    return found


def income_statement(booked: dict[int, Decimal]) -> dict[str, Decimal]:
    """Line -> amount, income positive, of what was booked on each account; lines without amount are left out."""
    lines: dict[str, Decimal] = defaultdict(Decimal)
    for account, amount in booked.items():
        if account < 3000 or account in CLOSING:
            continue
        own = LINE_OF[account]
        lines[own] -= amount
        for line, (first, last) in SUMS.items():
            lines[line] -= amount if first <= own <= last else 0
    return {line: amount for line, amount in lines.items() if amount}


def balance_sheet(openings: dict[int, Decimal], booked: dict[int, Decimal]) -> dict[str, Decimal]:
    """Line -> amount, both sides positive, of openings and what was booked since; lines without amount left out."""
    lines: dict[str, Decimal] = defaultdict(Decimal)
    for account in {*openings, *booked}:
        balance = openings.get(account, ZERO) + booked.get(account, ZERO)
        if account < 2000:
            lines[LINE_OF[account]] += balance
            lines["BA999"] += balance
        else:
            lines["BE122" if account >= 3000 else LINE_OF[account]] -= balance
            lines["BE999"] -= balance
    missing = sum(openings.values(), ZERO)
    lines["BE123"] += missing
    lines["BE999"] += missing
    return {line: amount for line, amount in lines.items() if amount}


def cash_flow(booked: dict[int, Decimal]) -> dict[str, Decimal]:
    """Line -> amount of what was booked in a month, by the indirect method; money in is positive."""
    lines: dict[str, Decimal] = {
        line: -sum((booked.get(account, ZERO) for account in accounts), ZERO)
        for line, accounts in CASH_FLOW_LINES.items()
    }
    depreciation = sum((booked.get(account, ZERO) for account in DEPRECIATION), ZERO)
    fixed_assets = sum((booked.get(account, ZERO) for account in FIXED_ASSETS), ZERO)
    lines["result_after_financial_items"] = income_statement(booked).get("RR399", ZERO)
    lines["depreciation_and_impairment"] = depreciation
    lines["investments"] = lines["investing"] = -(fixed_assets + depreciation)
    lines["operating"] = sum((lines[line] for line in OPERATING), ZERO)
    lines["financing"] = lines["borrowing"] + lines["equity"]
    lines["total"] = sum((booked.get(account, ZERO) for account in CASH), ZERO)
    assert lines["total"] == lines["operating"] + lines["investing"] + lines["financing"]
    return {line: amount for line, amount in lines.items() if amount}


def added(*parts: dict[int, Decimal]) -> dict[int, Decimal]:
    """Account -> sum over the parts."""
    found: dict[int, Decimal] = defaultdict(Decimal)
    for part in parts:
        for account, amount in part.items():
            found[account] += amount
    return found
