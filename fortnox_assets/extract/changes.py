"""What has become of one endpoint's partition since it was stored.

Fortnox deletes without a word, and nobody knows everything that moves its ``lastmodified``. So two sources are
combined: what Fortnox says has changed, where it can be asked, and the list of all keys, compared with what is stored.
The second costs one request for 500 rows and is what completeness rests on; it may be asked for less often.
"""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import chain
from pathlib import Path
from typing import Unpack

from fortnox_assets.catalogue.endpoint import Endpoint, Listing, Slicing
from fortnox_assets.extract.client import Client
from fortnox_assets.extract.details import details_wanted
from fortnox_assets.extract.errors import ExtractionError
from fortnox_assets.extract.extraction import Differences, Extraction, Options, catalogue_of, reading_of, spool_of
from fortnox_assets.extract.listing import Counts, Reading, Unasked, list_calls, read_listing
from fortnox_assets.extract.progress import Silent
from fortnox_assets.extract.slices import Slice
from fortnox_assets.extract.snapshot import details_of, honours_changes, read_all
from fortnox_assets.extract.spool import Spool
from fortnox_assets.extract.watermark import on_fortnox_clock, since, utc_now
from fortnox_assets.fortnox.listing import LARGEST_PAGE

LISTED_AGAIN = 3

# Key, hash of the list row, and whether the row is marked as deleted.
StoredKey = tuple[str, str | None, bool]


@dataclass(frozen=True, kw_only=True)
class Basis:
    """What is stored. ``watermark``: by Fortnox's clock, changes before it are. ``keys`` reads them when called.

    ``list_keys`` asks for the list of all keys; without it, it is read only where nothing else tells what is gone.
    ``keys_of`` are the keys of the stored rows that have, or may have, these values; None where that cannot be told.
    """

    watermark: datetime
    keys: Callable[[], Iterable[StoredKey]]
    list_keys: bool = True
    keys_of: Callable[[Mapping[str, str]], Collection[str] | None] = lambda _values: None


def changes(
    client: Client, endpoint: Endpoint, part: Slice, basis: Basis, spool_directory: Path, **options: Unpack[Options]
) -> Extraction:
    """New and changed rows of ``endpoint`` in ``part``, and in ``differences`` the keys that are gone.

    A row is fetched when its key is new or was marked as deleted, when its list row differs, or when Fortnox says that
    it changed after the watermark. Details are asked for those alone. Raises: as ``snapshot``.
    """
    with_details = details_wanted(endpoint, asked=options.get("details"))
    began = options.get("clock", utc_now)()
    reading = reading_of(client, endpoint, part, options)
    with ExitStack() as undo:
        spool = spool_of(spool_directory, endpoint, part, options)
        undo.callback(spool.leave)
        spool.remember_stored(basis.keys())
        counts, compared = Counts(), True
        if not part.is_empty:
            counts, compared = _read(reading, basis, spool, options, with_details=with_details)
            _leave_what_was_not_asked(spool, basis, counts.unasked)
        deleted = _gone(reading, spool) if compared else spool.moved_away()
        found = spool.compared()
        spool.keep_changed()
        if with_details:
            counts += details_of(reading, spool, began)
            deleted = (*deleted, *spool.stored_without_document())
        counts = replace(counts, kept=spool.count() - counts.vanished)
        undo.pop_all()
    reading.progress.done(endpoint.name, counts.kept)
    met = Differences(new=found.new, changed=found.changed, reappeared=found.reappeared, deleted=deleted)
    return Extraction(counts, spool, on_fortnox_clock(began, client), differences=met, compared=compared)


def _leave_what_was_not_asked(spool: Spool, basis: Basis, unasked: Sequence[Unasked]) -> None:
    """Rows that hang on keys which could not be had say nothing by not coming; no row does where they look alike."""
    if not unasked:
        return
    of_each = [basis.keys_of(each.rows_have) for each in unasked]
    unclear = any(keys is None for keys in of_each)
    kept, asked_about = frozenset(chain.from_iterable(keys or () for keys in of_each)), spool.asked_about
    spool.asked_about = lambda key: not unclear and key not in kept and asked_about(key)


def _gone(reading: Reading, spool: Spool) -> tuple[str, ...]:
    """Keys that are gone. Those of a list of several pages are listed again, before they are taken for gone.

    While such a list is read one row can be deleted and another added: the next page then misses a row that is there,
    and the numbers still agree. Raises: ExtractionError when the list is never twice the same.
    """
    gone = spool.not_listed()
    several_pages = reading.endpoint.listing is Listing.PAGES and spool.count() + len(gone) > LARGEST_PAGE
    for _ in range(LISTED_AGAIN if several_pages else 0):
        if not gone:
            return gone
        before = set(gone)
        spool.forget_listed()
        read_listing(replace(reading, progress=Silent()), spool)
        gone = spool.not_listed()
        if before.issuperset(gone):
            return gone
    if several_pages and gone:
        raise ExtractionError(
            f"{reading.endpoint.name}: rows go while the list is read, {LISTED_AGAIN + 1} times over; nothing of it is "
            "stored: run again when nobody works in this list"
        )
    return gone


def _read(reading: Reading, basis: Basis, spool: Spool, options: Options, *, with_details: bool) -> tuple[Counts, bool]:
    """Lists what may have changed; with it, whether every key of the partition was listed.

    The list of changes comes first: what happens between the two shows in the list of all, which is compared.
    """
    asks = honours_changes(reading.endpoint)
    changed = Counts()
    if asks and (with_details or not basis.list_keys):
        changed = read_listing(replace(reading, since=since(basis.watermark)), spool)
        if with_details:
            spool.touch_listed()
        if not basis.list_keys and _nothing_is_gone(reading, spool):
            return changed, False
        spool.forget_listed()
    return read_all(reading, catalogue_of(options), spool), True


def _nothing_is_gone(reading: Reading, spool: Spool) -> bool:
    """Whether Fortnox counts as many rows as are stored and new, so that no key can be missing.

    The count is of use where a list call answers for the partition and nothing else.
    """
    if reading.endpoint.slicing not in (Slicing.COMPANY, Slicing.FINANCIAL_YEAR):
        return True
    total = 0
    for call in list_calls(reading):
        answer = reading.client.get(reading.endpoint.path, {**call.parameters, "limit": 1})
        total += int(answer["MetaInformation"]["@TotalResources"])
    found = spool.compared()
    return total == found.stored + found.new + found.reappeared
