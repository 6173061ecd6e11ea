"""Everything one endpoint has for one partition, as rows."""

from collections.abc import Mapping
from contextlib import ExitStack
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Unpack

from fortnox_assets.catalogue.endpoint import ChangeFilter, Endpoint, Listing
from fortnox_assets.extract.client import Client
from fortnox_assets.extract.details import details_wanted, fetch_details
from fortnox_assets.extract.errors import ExtractionError
from fortnox_assets.extract.extraction import Extraction, Options, catalogue_of, reading_of, spool_of
from fortnox_assets.extract.listing import Counts, Reading, read_listing
from fortnox_assets.extract.per_key import read_per_key
from fortnox_assets.extract.progress import Silent
from fortnox_assets.extract.slices import Slice
from fortnox_assets.extract.spool import Spool
from fortnox_assets.extract.watermark import LONGEST_REUSE, on_fortnox_clock, since, utc_now
from fortnox_assets.fortnox.errors import FortnoxNotFound

__all__ = ["Extraction", "Options", "snapshot"]


def snapshot(
    client: Client, endpoint: Endpoint, part: Slice, spool_directory: Path, **options: Unpack[Options]
) -> Extraction:
    """All rows of ``endpoint`` that belong to ``part``; they wait on disk in ``spool_directory`` until they are read.

    Everything is asked for before this answers, so whatever Fortnox refuses is raised here and the numbers are final.
    Raises: FortnoxUnavailable when the company cannot have the endpoint, other FortnoxErrors for the rest;
    ExtractionError for an answer that cannot be right; SpoolError when the disk refuses.
    """
    with_details = details_wanted(endpoint, asked=options.get("details"))
    began = options.get("clock", utc_now)()
    reading = reading_of(client, endpoint, part, options)
    if part.is_empty:
        reading.progress.done(endpoint.name, 0)
        return Extraction(Counts(), None, on_fortnox_clock(began, client))
    with ExitStack() as undo:
        spool = spool_of(spool_directory, endpoint, part, options)
        undo.callback(spool.leave)
        counts = read_all(reading, catalogue_of(options), spool)
        if with_details:
            counts += details_of(reading, spool, began)
        counts = replace(counts, kept=spool.count() - counts.vanished)
        undo.pop_all()
    reading.progress.done(endpoint.name, counts.kept)
    return Extraction(counts, spool, on_fortnox_clock(began, client))


def details_of(reading: Reading, spool: Spool, began: datetime) -> Counts:
    """Fetches the details of the listed rows, except those an earlier run left behind that are still good.

    One is good when its list row is the same, and Fortnox names no change since; where it cannot be asked for changes,
    when it is no older than a few hours.
    """
    now = on_fortnox_clock(began, reading.client)
    changed: tuple[str, ...] = ()
    if (good_at := spool.good_at) is not None:
        if honours_changes(reading.endpoint):
            changed = _changed_since(reading, spool, good_at)
        elif now - good_at > LONGEST_REUSE:
            spool.drop_details()
        else:
            now = good_at
    spool.renew(now, changed)
    return fetch_details(reading, spool)


def honours_changes(endpoint: Endpoint) -> bool:
    """Whether Fortnox lists what has changed when it is asked to."""
    return endpoint.change_filter is ChangeFilter.HONOURED and endpoint.listing is Listing.PAGES


def _changed_since(reading: Reading, spool: Spool, moment: datetime) -> tuple[str, ...]:
    lately = Spool(spool.path.parent, f"{spool.path.stem}.changed")
    try:
        read_listing(replace(reading, since=since(moment), progress=Silent()), lately)
        return tuple(each.key for each in lately.listed())
    finally:
        lately.close()


def read_all(reading: Reading, catalogue: Mapping[str, Endpoint], spool: Spool) -> Counts:
    """Puts every list row of the partition into the spool, in the endpoint's own way of listing."""
    match reading.endpoint.listing:
        case Listing.PAGES | Listing.ARRAY:
            return read_listing(reading, spool)
        case Listing.SINGLETON:
            return _read_singleton(reading, spool)
        case Listing.PER_KEY:
            return read_per_key(reading, catalogue, spool)
        case Listing.NONE:
            raise ValueError(f"{reading.endpoint.name} cannot be copied: {reading.endpoint.not_copied}")


def _read_singleton(reading: Reading, spool: Spool) -> Counts:
    """The one object the endpoint is; no row where the company does not have it, or it says nothing."""
    endpoint = reading.endpoint
    try:
        answer = reading.client.get(endpoint.path, endpoint.parameters)
    except FortnoxNotFound:
        return Counts(unanswered=1)
    row = answer.get(endpoint.wrapper) if endpoint.wrapper and isinstance(answer, dict) else answer
    if not isinstance(row, dict):
        raise ExtractionError(f"{endpoint.name}: Fortnox answered without the object {endpoint.wrapper or ''}".rstrip())
    if endpoint.key and all(row.get(name) in (None, "") for name in endpoint.key):
        return Counts(unanswered=1)
    kept = reading.rows.keep(row)
    spool.add(0, [] if kept is None else [((), kept)])
    reading.progress.listed(endpoint.name, 1, 1)
    return Counts(listed=1)
