"""The days and months an endpoint without a list is asked for."""

from collections.abc import Mapping
from datetime import date, timedelta

from fortnox_assets.catalogue.endpoint import Endpoint
from fortnox_assets.extract.client import Client
from fortnox_assets.extract.financial_years import financial_years
from fortnox_assets.extract.listing import Reading, day_of

LOCKED_PERIOD = "locked_period"
_ONE_DAY = timedelta(days=1)

Values = Mapping[str, str | int]


def days_to_ask(reading: Reading, catalogue: Mapping[str, Endpoint]) -> list[Values]:
    """A ``Date`` for every day of the partition that can still change: after the locked period, up to today.

    Days before the company's first financial year are not asked for: nothing was registered then, and there is no end
    to them.
    """
    years = reading.part.years or financial_years(reading.client)
    if not years:
        return []
    first = reading.part.first_date or years[0].from_date
    last = min(reading.part.last_date or reading.today, reading.today)
    locked = locked_until(reading.client, catalogue)
    if locked is not None:
        first = max(first, locked + _ONE_DAY)
    return [{"Date": (first + timedelta(days=number)).isoformat()} for number in range((last - first).days + 1)]


def months_to_ask(reading: Reading) -> list[Values]:
    """A ``Year`` and ``Month`` for every month of the financial years that has begun."""
    months = {
        (year, month)
        for each in reading.part.years or financial_years(reading.client)
        for year, month in _months(each.from_date, min(each.to_date, reading.today))
    }
    return [{"Year": year, "Month": month} for year, month in sorted(months)]


def locked_until(client: Client, catalogue: Mapping[str, Endpoint]) -> date | None:
    """The last day of the locked period; None when nothing is locked."""
    endpoint = catalogue[LOCKED_PERIOD]
    answer = client.get(endpoint.path, {})
    return day_of((answer.get(endpoint.wrapper) or {}).get("EndDate"))


def _months(first: date, last: date) -> list[tuple[int, int]]:
    numbers = range(first.year * 12 + first.month - 1, last.year * 12 + last.month)
    return [(number // 12, number % 12 + 1) for number in numbers]
