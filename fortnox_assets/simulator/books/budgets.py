"""Budgets: a month's amount for each account, and what part of it each cost centre has."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal

from fortnox_assets.simulator.books.amounts import money, shares
from fortnox_assets.simulator.books.documents import AccountingYear, BudgetLine
from fortnox_assets.simulator.books.office import Office
from fortnox_assets.simulator.books.payroll import next_month


def months(year: AccountingYear) -> list[str]:
    """The year's months as ``YYYYMM``."""
    found, day = [], year.from_date
    while day <= year.to_date:
        found.append(f"{day:%Y%m}")
        day = next_month(day)
    return found


def budget(office: Office, monthly: Mapping[int, int], cost_centers: tuple[str, ...], since: date) -> None:
    """Budget ``monthly`` kronor (debit positive) an account in every year from ``since``, shared by cost centre."""
    for year in office.company.years:
        if year.from_date >= since:
            office.company.budget[year.id] = [
                line
                for account, amount in monthly.items()
                for period in months(year)
                for line in _lines(account, period, Decimal(amount), cost_centers)
            ]


def _lines(account: int, period: str, amount: Decimal, cost_centers: tuple[str, ...]) -> list[BudgetLine]:
    parts = shares(amount, len(cost_centers)) if cost_centers else []
    whole_line = BudgetLine(period=period, account=account, amount=money(amount))
    return [
        whole_line,
        *(
            BudgetLine(period=period, account=account, amount=part, cost_center=code)
            for code, part in zip(cost_centers, parts, strict=True)
        ),
    ]
