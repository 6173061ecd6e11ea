"""One call a row, for what the list leaves out."""

from collections import deque
from collections.abc import Iterable, Iterator
from contextlib import closing
from dataclasses import replace

from fortnox_assets.catalogue.endpoint import DetailNeed, Endpoint
from fortnox_assets.extract.client import Call, Client, Row
from fortnox_assets.extract.errors import ExtractionError
from fortnox_assets.extract.listing import Counts, Reading, catalogued, read_listing
from fortnox_assets.extract.progress import Silent
from fortnox_assets.extract.spool import Listed, Spool
from fortnox_assets.fortnox.paths import fill

_TOLD_AT_A_TIME = 50


def details_wanted(endpoint: Endpoint, *, asked: bool | None) -> bool:
    """Whether to fetch details: as the endpoint needs, unless ``asked`` says otherwise.

    Raises: ValueError when details are asked of an endpoint that has none.
    """
    if asked is None:
        return endpoint.detail is not DetailNeed.NONE
    if asked and endpoint.detail_path is None:
        raise ValueError(f"{endpoint.name} has no detail call")
    return asked


def fetch_details(reading: Reading, spool: Spool) -> Counts:
    """Puts the detail of every listed row that has none into the spool, a few calls in flight at once; counts them.

    A document Fortnox has no detail for was deleted after the list was read, and its row is dropped; so the list is
    read again to see that it is no longer there. Raises ExtractionError when it is.
    """
    name, total, kept = reading.endpoint.name, spool.count(), spool.count_details()
    done = vanished = 0
    for done, (listed, body) in enumerate(_answers(reading.client, reading.endpoint, spool.without_detail()), start=1):
        # One at a time: what is not on disk when the process is killed must be asked for again.
        spool.put_details([(listed, None if body is None else reading.rows.keep(body) or {})])
        vanished += body is None
        if done % _TOLD_AT_A_TIME == 0 or kept + done == total:
            reading.progress.detailed(name, kept + done, total)
    if vanished:
        _see_that_they_are_gone(reading, spool)
    return Counts(details=done - vanished, reused=kept, vanished=vanished)


def _see_that_they_are_gone(reading: Reading, spool: Spool) -> None:
    with closing(Spool(spool.path.parent, f"{spool.path.stem}.again")) as again:
        read_listing(replace(reading, progress=Silent(), since=None), again)
        if still_there := [key for key in spool.without_document() if key in again]:
            raise ExtractionError(
                f"{reading.endpoint.name}: Fortnox lists {still_there[0]} but has no detail of it "
                f"({len(still_there)} such); nothing of this partition is replaced"
            )


def _answers(client: Client, endpoint: Endpoint, rows: Iterable[Listed]) -> Iterator[tuple[Listed, Row | None]]:
    in_flight: deque[Listed] = deque()

    def calls() -> Iterator[Call]:
        for listed in rows:
            in_flight.append(listed)
            yield _call(endpoint, listed.row)

    for _, body in client.map(calls()):
        listed = in_flight.popleft()
        yield listed, _one_row(endpoint, listed.key, body)


def _call(endpoint: Endpoint, row: Row) -> Call:
    if endpoint.detail_path is None:
        raise ValueError(f"{endpoint.name} has no detail call")
    return Call(
        path=fill(endpoint.detail_path, row),
        parameters={name: row[field] for name, field in endpoint.detail_parameters.items()},
        wrapper=endpoint.detail_wrapper,
    )


def _one_row(endpoint: Endpoint, key: str, body: object) -> Row | None:
    if body is not None and endpoint.detail_field is not None:
        return {endpoint.detail_field: body}
    if body is None:
        return None
    if isinstance(body, dict):
        return catalogued(endpoint, body)
    raise ExtractionError(f"{endpoint.name}: the detail of {key} is not one document")
