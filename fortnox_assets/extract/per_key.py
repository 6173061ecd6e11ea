"""Rows of an endpoint Fortnox cannot list: one call for each key, the keys coming from elsewhere."""

from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from functools import partial
from itertools import product

from fortnox_assets.catalogue.endpoint import Endpoint, KeySource
from fortnox_assets.extract.calendar_keys import Values, days_to_ask, months_to_ask
from fortnox_assets.extract.client import Call, Row
from fortnox_assets.extract.errors import ExtractionError
from fortnox_assets.extract.json_text import from_text
from fortnox_assets.extract.listing import Counts, ListCall, Reading, Unasked, belonging, keyed, read_listing
from fortnox_assets.extract.progress import Silent
from fortnox_assets.extract.row_filter import only
from fortnox_assets.extract.slices import Slice
from fortnox_assets.extract.spool import Spool, in_batches
from fortnox_assets.fortnox.errors import FortnoxUnavailable
from fortnox_assets.fortnox.paths import fill

_KEPT_AT_A_TIME = 50


def read_per_key(reading: Reading, catalogue: Mapping[str, Endpoint], spool: Spool) -> Counts:
    """Puts the answer for every key into the spool; a key Fortnox has nothing for is counted and gives no row.

    Where some of several sources of keys are not available to the company, the others are read all the same, and the
    counts say which are ``unasked``. Raises: FortnoxUnavailable when none is available.
    """
    endpoint = reading.endpoint
    if endpoint.keys_from is None:
        raise ValueError(f"{endpoint.name}: the catalogue does not say where its keys come from")
    sources, counts = endpoint.keys_from.every(), Counts()
    for source in sources:
        with ExitStack() as kept:
            try:
                rows = kept.enter_context(_rows_of(reading, catalogue, source, spool))
            except FortnoxUnavailable as error:
                counts += Counts(unasked=(_unasked(source, error),))
                if len(counts.unasked) == len(sources):
                    raise
                continue
            values = _values(reading, catalogue, source, rows, spool)
            counts = _ask_for_each(reading, (_call(endpoint, source, each) for each in values), spool, counts)
    return counts


def _unasked(source: KeySource, error: FortnoxUnavailable) -> Unasked:
    return Unasked(source=source.endpoint or "", rows_have=source.rows_have, reason=error.reason, why=str(error))


def _ask_for_each(reading: Reading, calls: Iterator[Call], spool: Spool, so_far: Counts) -> Counts:
    for batch in in_batches(reading.client.map(calls), _KEPT_AT_A_TIME):
        so_far += _keep(reading, spool, [body for _, body in batch])
        reading.progress.listed(reading.endpoint.name, so_far.listed, None)
    return so_far


def _keep(reading: Reading, spool: Spool, bodies: list[object]) -> Counts:
    rows = [row for body in bodies for row in _rows(reading.endpoint, body)]
    kept, met = belonging(reading, ListCall(number=0, parameters={}), rows)
    repeated = spool.add(0, keyed(reading, kept))
    return replace(met, repeated=repeated, unanswered=bodies.count(None))


def _rows(endpoint: Endpoint, body: object) -> list[Row]:
    """The rows of one answer: an object is one row, an array is several, nothing is none."""
    found = [] if body is None else body if isinstance(body, list) else [body]
    if not all(isinstance(each, dict) for each in found):
        raise ExtractionError(f"{endpoint.name}: Fortnox answered something else than rows for a key")
    return found


def _call(endpoint: Endpoint, source: KeySource, values: Values) -> Call:
    query = {name: value for name, value in values.items() if f"{{{name}}}" not in endpoint.path}
    return Call(path=fill(endpoint.path, values), parameters={**source.constants, **query}, wrapper=endpoint.wrapper)


@contextmanager
def _rows_of(
    reading: Reading, catalogue: Mapping[str, Endpoint], source: KeySource, spool: Spool
) -> Iterator[Iterator[Row]]:
    """The rows whose fields are keys: read whole first, as a listing can start over; one empty row without endpoint."""
    if source.endpoint is None:
        yield iter([{}])
        return
    listed = catalogue[source.endpoint]
    keys = Spool(spool.path.parent, f"{reading.endpoint.name}.keys_from_{listed.name}")
    try:
        whole = Slice.whole_company(reading.part.company)
        # Nothing of these rows but what the calls are made with: the other endpoint may be one that is not copied.
        rows = only({*source.parameters.values(), *source.only_where})
        read_listing(replace(reading, endpoint=listed, part=whole, progress=Silent(), rows=rows), keys)
        yield (each.row for each in keys.listed() if _is_wanted(source, each.row))
    finally:
        keys.close()


def _is_of(days: frozenset[str | int], endpoint: Endpoint, key: str) -> bool:
    values = dict(zip(endpoint.key, from_text(key), strict=True))
    return values[endpoint.date_field or ""] in days


def _is_wanted(source: KeySource, row: Row) -> bool:
    return all(str(row.get(name)).lower() == str(value).lower() for name, value in source.only_where.items())


def _values(
    reading: Reading, catalogue: Mapping[str, Endpoint], source: KeySource, rows: Iterator[Row], spool: Spool
) -> Iterator[Values]:
    """What each call is filled with: a row's key, combined with every day or month that is to be asked for.

    Days of a locked period are not asked for, so ``spool`` is told that rows of other days say nothing by not coming.
    """
    days: list[Values] = [{}]
    if source.each_day_of_open_periods:
        days = days_to_ask(reading, catalogue)
        spool.asked_about = partial(_is_of, frozenset(day["Date"] for day in days), reading.endpoint)
    months: list[Values] = months_to_ask(reading) if source.each_month else [{}]
    for row in rows:
        key = {name: row[field] for name, field in source.parameters.items()}
        for day, month in product(days, months):
            yield {**key, **day, **month}
