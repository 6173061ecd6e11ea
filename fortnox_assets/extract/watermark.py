"""From when on to ask Fortnox for changes, in the text ``?lastmodified=`` takes.

Fortnox compares with Swedish time to the second, and says no zone. In the hour that comes twice when summer time ends a
clock reading is no moment: a change at 02:10 may be an hour later than one at 02:50. So the text must not be later than
any reading that a change after the moment can have been stamped with.
"""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from fortnox_assets.extract.client import Client

STOCKHOLM = ZoneInfo("Europe/Stockholm")
# A change is stamped before it can be read, by a clock that is not ours; ten minutes are far more than either takes.
OVERLAP = timedelta(minutes=10)
# Where Fortnox cannot be asked for changes, a detail left by a killed run is taken for good this long.
LONGEST_REUSE = timedelta(hours=6)
_CLOCK_CHANGE = timedelta(hours=1)

Clock = Callable[[], datetime]


def utc_now() -> datetime:
    """The moment, in UTC."""
    return datetime.now(UTC)


def on_fortnox_clock(moment: datetime, client: Client) -> datetime:
    """A moment of our clock by Fortnox's, as far as its answers have told what that says; UTC."""
    offset = client.server_clock_offset
    return moment.astimezone(UTC) + timedelta(seconds=0 if offset is None else offset)


def since(moment: datetime) -> str:
    """The ``lastmodified`` that brings every change after ``moment``, and some before it."""
    start = moment.astimezone(UTC) - OVERLAP
    begins = start.astimezone(STOCKHOLM)
    # When clocks are put back within the hour that follows, its readings begin again an hour earlier.
    ends = (start + _CLOCK_CHANGE).astimezone(STOCKHOLM)
    reading = begins.replace(tzinfo=None)
    if (ends.utcoffset() or timedelta()) < (begins.utcoffset() or timedelta()):
        reading -= _CLOCK_CHANGE
    return reading.strftime("%Y-%m-%d %H:%M:%S")
