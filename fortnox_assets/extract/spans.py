"""A window of days as Fortnox filters it by two date parameters."""

from collections.abc import Iterator
from datetime import date, timedelta

from fortnox_assets.catalogue.endpoint import Endpoint, Slicing
from fortnox_assets.extract.slices import Slice

# No registration in Fortnox is older: the company was founded in 2001.
EARLIEST = date(2001, 1, 1)


def date_bounds(endpoint: Endpoint, part: Slice, today: date) -> list[dict[str, str]]:
    """The date parameters of each listing that ``part`` needs; one without any where Fortnox has no date filter.

    An open end is left out of the question. The partition that takes what has no date asks for everything, because a
    date filter hides undated documents; a list page is cheap, and this is the first year only.
    Where Fortnox answers for a limited number of days at a time (``longest_span_days``), every day must be asked for:
    an open start is then 2001, and an open end lies one such span after today or after the last financial year,
    whichever is later.
    """
    if endpoint.slicing is not Slicing.DATE_PARAMETERS:
        return [{}]
    if endpoint.longest_span_days is None:
        if part.takes_undated:
            return [{}]
        ends = zip(endpoint.date_parameters, (part.first_date, part.last_date), strict=True)
        return [{name: day.isoformat() for name, day in ends if day is not None}]
    ahead = timedelta(days=endpoint.longest_span_days)
    first = part.first_date or EARLIEST
    last = part.last_date or max([today, *(year.to_date for year in part.years)]) + ahead
    since, until = endpoint.date_parameters
    return [
        {since: start.isoformat(), until: end.isoformat()}
        for start, end in spans(first, last, endpoint.longest_span_days)
    ]


def spans(first: date, last: date, longest: int) -> Iterator[tuple[date, date]]:
    """The days from ``first`` to ``last`` in consecutive spans of at most ``longest`` days, both ends included."""
    start = first
    while start <= last:
        end = min(last, start + timedelta(days=longest - 1))
        yield start, end
        start = end + timedelta(days=1)
