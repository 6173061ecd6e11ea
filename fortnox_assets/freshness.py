"""What a sync of one partition reads: everything, every key, or only what Fortnox says has changed."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum, auto
from hashlib import blake2b

from fortnox_assets.catalogue.endpoint import ChangeFilter, DetailNeed, Endpoint
from fortnox_assets.extract.slices import Slice
from fortnox_assets.settings import Settings
from fortnox_assets.warehouse.sync_state import SyncState

# Vouchers are many, and SIE tells every one of them at each sync; a count says between listings whether one is gone.
KEY_LISTING_HOURS = {"vouchers": 24.0}
# Details that nobody tells the changes of: what the list row does not show is read again this often.
FULL_HOURS_WITHOUT_CHANGE_FILTER = 24.0


# What cannot change while Fortnox has its days locked. The tables of SIE files are of the same kind.
STILL_WHEN_LOCKED = frozenset({"vouchers"})


class Reach(Enum):
    """How much is read."""

    NOTHING = auto()
    EVERYTHING = auto()
    KEYS = auto()
    CHANGES = auto()


@dataclass(frozen=True, kw_only=True)
class Freshness:
    """After how long keys, and everything, are read again; None: never. ``locked``: and what is locked in Fortnox."""

    key_listing: timedelta
    full: timedelta | None
    locked: timedelta = timedelta(0)


def freshness(endpoint: Endpoint, settings: Settings) -> Freshness:
    """How fresh the endpoint's rows are kept, as ``fortnox.yaml`` says or as suits what Fortnox can tell."""
    listing = settings.hours("key_listing_hours", endpoint.name)
    full = settings.hours("full_hours", endpoint.name)
    if full is None and endpoint.detail is not DetailNeed.NONE and endpoint.change_filter is not ChangeFilter.HONOURED:
        full = FULL_HOURS_WITHOUT_CHANGE_FILTER
    return Freshness(
        key_listing=timedelta(hours=KEY_LISTING_HOURS.get(endpoint.name, 0.0) if listing is None else listing),
        full=None if full is None else timedelta(hours=full),
        locked=locked_freshness(settings) if endpoint.name in STILL_WHEN_LOCKED else timedelta(0),
    )


def locked_freshness(settings: Settings) -> timedelta:
    """After how long the ledger of a year that is locked in Fortnox is asked for again: it may have been unlocked."""
    return timedelta(hours=settings.config.endpoints.locked_year_hours if settings.config else 0)


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """What the rows of a partition should be: with these columns (``shape``), of these days (``window``).

    ``locked``: Fortnox has locked all of those days.
    """

    shape: str
    window: str
    locked: bool = False


def reach(state: SyncState | None, wanted: Wanted, fresh: Freshness, now: datetime, *, full: bool) -> Reach:
    """How much a sync must read, given what is stored. ``full`` asks for everything."""
    if full or state is None or state.shape != wanted.shape:
        return Reach.EVERYTHING
    if is_still(state, wanted, fresh.locked, now):
        return Reach.NOTHING
    if fresh.full is not None and now - state.full_at >= fresh.full:
        return Reach.EVERYTHING
    if state.window != wanted.window or now - state.listed_at >= fresh.key_listing:
        return Reach.KEYS
    return Reach.CHANGES


def is_still(state: SyncState, wanted: Wanted, locked: timedelta, now: datetime) -> bool:
    """Whether nothing can have changed: locked now, and locked already when it was compared, lately enough.

    What was booked after the last comparison and before the year was locked would be missed otherwise.
    """
    same = (state.shape, state.window) == (wanted.shape, wanted.window)
    return same and wanted.locked and state.locked and timedelta(0) <= now - state.listed_at < locked


def fingerprint(*parts: object) -> str:
    """A short text that is another one as soon as any part is."""
    return blake2b("\n".join(map(str, parts)).encode(), digest_size=8).hexdigest()


def window_of(part: Slice) -> str:
    """The fingerprint of the days that belong to a partition, and of the financial years it is asked for by."""
    return fingerprint(part.first_date, part.last_date, part.takes_undated, *part.years)
