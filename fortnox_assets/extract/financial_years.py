"""The financial years of one company, as Fortnox has them."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise
from typing import Any, NoReturn

from fortnox_assets.extract.client import Client
from fortnox_assets.extract.errors import FinancialYearError

PATH = "/3/financialyears"
WRAPPER = "FinancialYears"
_ONE_DAY = timedelta(days=1)


@dataclass(frozen=True, kw_only=True)
class FinancialYear:
    """One financial year. ``id`` is Fortnox's own and says nothing about the order: years may be entered backwards."""

    id: int
    from_date: date
    to_date: date
    accounting_method: str | None = None

    def __post_init__(self) -> None:
        if self.to_date < self.from_date:
            raise FinancialYearError(f"financial year {self.id}: ToDate {self.to_date} is before {self.from_date}")

    @property
    def label(self) -> int:
        """The calendar year it starts in, which names its partition."""
        return self.from_date.year


@dataclass(frozen=True, kw_only=True)
class Window:
    """The days whose documents belong to a year, both ends included; None is an open end.

    ``takes_undated`` marks the window in which documents without a date are kept.
    """

    first_date: date | None = None
    last_date: date | None = None
    takes_undated: bool = True

    def __contains__(self, day: date | None) -> bool:
        if day is None:
            return self.takes_undated
        return (self.first_date is None or self.first_date <= day) and (self.last_date is None or day <= self.last_date)


def financial_years(client: Client) -> tuple[FinancialYear, ...]:
    """All financial years of the client's company, earliest first.

    Raises: FinancialYearError for a year without id or dates, or two years that start on the same day.
    """
    rows: list[Mapping[str, Any]] = []
    for page in client.listing(PATH, {}, wrapper=WRAPPER, key=lambda row: row.get("Id"), on_restart=rows.clear):
        rows.extend(page.rows)
    years = in_order(_year(row) for row in rows)
    for earlier, later in pairwise(years):
        if earlier.from_date == later.from_date:
            raise FinancialYearError(
                f"financial years {earlier.id} and {later.id} both start on {later.from_date}: correct one in Fortnox"
            )
    return years


def in_order(years: Iterator[FinancialYear] | Sequence[FinancialYear]) -> tuple[FinancialYear, ...]:
    """The years by their first day."""
    return tuple(sorted(years, key=lambda year: (year.from_date, year.to_date, year.id)))


def windows(years: Sequence[FinancialYear]) -> tuple[Window, ...]:
    """For each year, in order, the days that belong to it; together they hold every day exactly once.

    A year's window ends the day before the next year starts, so a gap between years goes to the earlier one. The first
    is open backwards and takes what has no date; the last is open forwards.
    """
    ordered = in_order(years)
    return tuple(
        Window(
            first_date=year.from_date if place > 0 else None,
            last_date=ordered[place + 1].from_date - _ONE_DAY if place + 1 < len(ordered) else None,
            takes_undated=place == 0,
        )
        for place, year in enumerate(ordered)
    )


def open_years(
    years: Sequence[FinancialYear], today: date, locked_until: date | None = None
) -> tuple[FinancialYear, ...]:
    """The years that have begun by ``today`` and have days after ``locked_until`` (Fortnox's locked period).

    What is dated in a locked period cannot change in Fortnox without unlocking it, so these are the years worth
    reading often. The last year that has begun is always among them.
    """
    begun = [pair for pair in zip(in_order(years), windows(years), strict=True) if pair[0].from_date <= today]
    return tuple(
        year
        for place, (year, window) in enumerate(begun)
        if place == len(begun) - 1
        or locked_until is None
        or window.last_date is None
        or window.last_date > locked_until
    )


def _year(row: Mapping[str, Any]) -> FinancialYear:
    identity = row.get("Id")
    try:
        number = int(str(identity))
    except ValueError:
        _refuse(row, "Id")
    return FinancialYear(
        id=number,
        from_date=_date(row, "FromDate"),
        to_date=_date(row, "ToDate"),
        accounting_method=row.get("AccountingMethod") or None,
    )


def _date(row: Mapping[str, Any], field: str) -> date:
    try:
        return date.fromisoformat(str(row.get(field)))
    except ValueError:
        _refuse(row, field)


def _refuse(row: Mapping[str, Any], field: str) -> NoReturn:
    raise FinancialYearError(
        f"financial year {row.get('Id')!r}: {field} is {row.get(field)!r}, which Fortnox should never answer"
    )
