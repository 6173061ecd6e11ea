"""Which OAuth scopes copying a choice of endpoints takes."""

from collections.abc import Iterable

from fortnox_assets.catalogue import ENDPOINTS
from fortnox_assets.catalogue.endpoint import Endpoint

# Asked of every company: its name and tenant, its financial years, its ledger as a SIE file.
ALWAYS = frozenset({"companyinformation", "bookkeeping"})
LOCKED_PERIOD = ENDPOINTS["locked_period"]


def scopes_needed(endpoints: Iterable[Endpoint]) -> frozenset[str]:
    """The scopes of the endpoints, of those that they take their keys from, and of what is asked of every company.

    Every scope of Fortnox lets a program read and write (https://www.fortnox.se/developer/guides-and-good-to-know/scopes),
    so none is asked for that nothing needs.
    """
    needed = [scope for endpoint in endpoints for scope in _scopes(endpoint)]
    return ALWAYS | frozenset(needed)


def _scopes(endpoint: Endpoint) -> Iterable[str]:
    yield endpoint.scope
    for source in endpoint.keys_from.every() if endpoint.keys_from else ():
        if source.endpoint is not None:
            yield ENDPOINTS[source.endpoint].scope
        if source.each_day_of_open_periods:
            yield LOCKED_PERIOD.scope
