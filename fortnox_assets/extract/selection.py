"""Which endpoints are copied, and which of them with one detail call a row."""

from collections.abc import Collection, Mapping
from difflib import get_close_matches

from fortnox_assets.catalogue.endpoint import DetailNeed, Endpoint
from fortnox_assets.extract.errors import SelectionError
from fortnox_assets.extract.ledger import LedgerSource

VOUCHERS = "vouchers"


def chosen_endpoints(
    endpoints: Mapping[str, Endpoint], include: Collection[str] | None = None, exclude: Collection[str] = ()
) -> tuple[str, ...]:
    """The endpoints to copy, in the catalogue's order: those named, or those copied by default, less the excluded.

    Raises: SelectionError for a name that is not in ``endpoints``, with the names that come close to it.
    """
    for name in (*(include or ()), *exclude):
        if name not in endpoints:
            raise SelectionError(_unknown(name, endpoints))
    return tuple(
        name
        for name, endpoint in endpoints.items()
        if (endpoint.default if include is None else name in include) and name not in exclude
    )


def wants_details(endpoint: Endpoint, ledger: LedgerSource) -> bool:
    """Whether one detail call a row is needed.

    Where a SIE file brings the voucher rows, the list of vouchers alone is asked for: it has the reference and comments
    the file lacks, and a request for each voucher is what SIE spares.
    """
    if endpoint.name == VOUCHERS and ledger != "vouchers":
        return False
    return endpoint.detail is not DetailNeed.NONE


def _unknown(name: str, endpoints: Mapping[str, Endpoint]) -> str:
    close = get_close_matches(name, endpoints, n=3)
    hint = f"did you mean {' or '.join(close)}?" if close else f"known are {', '.join(sorted(endpoints))}"
    return f"endpoint {name!r} is not one that can be copied; {hint}"
