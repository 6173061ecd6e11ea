from collections import deque
from dataclasses import dataclass, field
from datetime import date
from types import SimpleNamespace

import pytest

from fortnox_assets.catalogue.endpoint import DetailNeed, Endpoint, Listing, Slicing
from fortnox_assets.catalogue.fields import boolean, records, text
from fortnox_assets.extract.financial_years import FinancialYear
from fortnox_assets.extract.slices import slices
from fortnox_assets.fortnox.errors import FortnoxNotFound

WINDOW = 3


@dataclass
class ScriptedFortnox:
    """Answers from dicts: ``lists`` by path (rows, or a function of the parameters), ``documents`` by filled path.

    A list whose rows are a list of lists is tried again for each: all but the last turn out incomplete.
    """

    lists: dict = field(default_factory=dict)
    documents: dict = field(default_factory=dict)
    page_size: int = 2
    asked: list = field(default_factory=list)
    pagings: list = field(default_factory=list)
    most_in_flight: int = 0
    server_clock_offset: float | None = None

    def get(self, path, parameters=()):
        self.asked.append((path, dict(parameters)))
        if path not in self.documents:
            raise FortnoxNotFound(path)
        return self.documents[path]

    def listing(self, path, parameters=(), *, wrapper, key=None, paging="meta", on_restart=None):
        self.asked.append((path, dict(parameters)))
        self.pagings.append(paging)
        found = self.lists[path]
        attempts = found(dict(parameters)) if callable(found) else found
        if not attempts or not isinstance(attempts[0], list):
            attempts = [attempts]
        for number, rows in enumerate(attempts):
            if number:
                on_restart()
            for start in range(0, max(len(rows), 1), self.page_size):
                page = [dict(row) for row in rows[start : start + self.page_size]]
                for row in page:
                    key and key(row)
                yield SimpleNamespace(rows=page, total_resources=len(rows) if wrapper else None)

    def map(self, calls):
        waiting = deque()
        for call in calls:
            waiting.append(call)
            self.most_in_flight = max(self.most_in_flight, len(waiting))
            if len(waiting) == WINDOW:
                yield self._answered(waiting.popleft())
        while waiting:
            yield self._answered(waiting.popleft())

    def _answered(self, call):
        self.asked.append((call.path, dict(call.parameters)))
        return call, self.documents.get(call.path)


@dataclass
class Watcher:
    told: list = field(default_factory=list)

    def listed(self, endpoint, rows, total):
        self.told.append(("listed", endpoint, rows, total))

    def detailed(self, endpoint, done, total):
        self.told.append(("detailed", endpoint, done, total))

    def done(self, endpoint, rows):
        self.told.append(("done", endpoint, rows))


@pytest.fixture
def fortnox():
    return ScriptedFortnox()


@pytest.fixture
def watcher():
    return Watcher()


@pytest.fixture
def years():
    """Ids in no order, a broken year, a gap of a month, and a year that was changed to begin twice in 2023."""
    return (
        FinancialYear(id=7, from_date=date(2021, 5, 1), to_date=date(2022, 4, 30), accounting_method="ACCRUAL"),
        FinancialYear(id=3, from_date=date(2022, 5, 1), to_date=date(2022, 12, 31), accounting_method="ACCRUAL"),
        FinancialYear(id=9, from_date=date(2023, 2, 1), to_date=date(2023, 6, 30), accounting_method="ACCRUAL"),
        FinancialYear(id=1, from_date=date(2023, 7, 1), to_date=date(2024, 6, 30), accounting_method="CASH"),
    )


@pytest.fixture
def parts(years):
    return slices("are-cykel", years)


@pytest.fixture
def made():
    """Makes an endpoint of documents with a number, a date and rows in the detail; anything can be said otherwise."""

    def make(**changes):
        described = {
            "name": "invoices",
            "title": "Invoices",
            "group": "fortnox_sales",
            "description": "What was sold.",
            "key": ("Number",),
            "fields": (
                text("Number", "Number."),
                text("Day", "Day."),
                text("Year", "Year."),
                text("Text", "Text."),
                boolean("Wanted", "Wanted."),
                records("Rows", "Rows.", text("Line", "Line.")),
            ),
            "path": "/3/invoices",
            "wrapper": "Invoices",
            "scope": "invoice",
            "listing": Listing.PAGES,
            "slicing": Slicing.COMPANY,
            "detail": DetailNeed.NONE,
        }
        return Endpoint(**{**described, **changes})

    return make
