"""What schedules and sensors ask about the configured companies: which financial years there are, which are open."""

from collections.abc import Iterator
from datetime import date, timedelta
from logging import Logger

from fortnox_assets.catalogue import COPIED
from fortnox_assets.connections import COMPANY_TROUBLE, Connections
from fortnox_assets.defs.partitions import Cell
from fortnox_assets.extract.financial_years import open_years
from fortnox_assets.extract.listing import day_of
from fortnox_assets.fortnox.errors import FortnoxNotFound, FortnoxUnavailable

# Swedish companies file the annual report within seven months of the year's end; hardly anything is booked after that.
STAYS_OPEN_AFTER_ITS_END = timedelta(days=214)
_LOCKED_PERIOD = COPIED["locked_period"]


def cells_by_company(connections: Connections, log: Logger) -> Iterator[tuple[str, list[Cell]]]:
    """Each configured company that answers, with its financial years; the others are left for the next look."""
    for company in connections.settings.companies:
        try:
            labels = connections.labels(company)
        except COMPANY_TROUBLE as error:
            log.warning("%s: %s", company, error)
            continue
        yield company, [Cell(company=company, label=label) for label in labels]


def open_labels(connections: Connections, company: str) -> frozenset[int]:
    """The labels of the company's years in which something may still be booked.

    A year is open when it has begun, has days after Fortnox's locked period, and ended less than seven months ago; the
    latest year that has begun always is. Raises: one of ``COMPANY_TROUBLE``.
    """
    today, years = connections.settings.as_of, connections.years(company)
    unlocked = open_years(years, today, _locked_until(connections, company))
    latest = max((year.from_date for year in unlocked), default=None)
    return frozenset(
        year.label for year in unlocked if year.from_date == latest or year.to_date + STAYS_OPEN_AFTER_ITS_END >= today
    )


def _locked_until(connections: Connections, company: str) -> date | None:
    if not connections.is_connected(company):
        return None
    try:
        answer = connections.client(company).get(_LOCKED_PERIOD.path)
    except (FortnoxUnavailable, FortnoxNotFound):
        return None
    return day_of((answer.get(_LOCKED_PERIOD.wrapper) or {}).get("EndDate"))
