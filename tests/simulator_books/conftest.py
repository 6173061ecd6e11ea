from collections import defaultdict
from datetime import date
from decimal import Decimal

import pytest

from fortnox_assets.simulator.sample_companies import sample_companies

KEYS = ("are-cykel", "bjork-konsult", "cedergrens-bygg")


@pytest.fixture(scope="session")
def companies():
    return {company.key: company for company in sample_companies()}


@pytest.fixture(params=KEYS)
def company(request, companies):
    return companies[request.param]


@pytest.fixture
def fresh():
    """Companies a test may change."""
    return {company.key: company for company in sample_companies()}


class Books:
    """Reads a company's documents anew, without the code that made them."""

    def __init__(self, company):
        self.company = company

    def vouchers(self, year_id=None):
        bodies = (each.body for each in self.company.of("vouchers"))
        return [body for body in bodies if year_id in (None, body["Year"])]

    def rows(self, year_id=None):
        for body in self.vouchers(year_id):
            for row in body["VoucherRows"]:
                if not row["Removed"]:
                    yield body, row, row["Debit"] - row["Credit"]

    def moved(self, year_id):
        sums = defaultdict(Decimal)
        for _, row, amount in self.rows(year_id):
            sums[row["Account"]] += amount
        return dict(sums)

    def accounts(self, year_id):
        bodies = (each.body for each in self.company.of("accounts"))
        return {body["Number"]: body for body in bodies if body["Year"] == year_id}

    def current(self):
        today = self.company.now().date()
        return next(year for year in self.company.years if year.from_date <= today <= year.to_date)

    def year_before(self, year):
        return next((each for each in self.company.years if (year.from_date - each.to_date).days == 1), None)

    def invoices(self, *, booked=True):
        bodies = (each.body for each in self.company.of("invoices"))
        return [body for body in bodies if not booked or (body["Booked"] and not body["Cancelled"])]


@pytest.fixture
def books(company):
    return Books(company)


@pytest.fixture
def read():
    return Books


@pytest.fixture
def day():
    return date.fromisoformat
