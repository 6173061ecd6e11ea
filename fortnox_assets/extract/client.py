"""What extraction asks of a client: the part of ``fortnox_assets.fortnox`` it uses, so that a test can script it."""

from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping
from typing import Any, Protocol

from fortnox_assets.catalogue.endpoint import Endpoint, Listing
from fortnox_assets.fortnox.client import Call
from fortnox_assets.fortnox.listing import Page, Row

__all__ = ["Call", "Client", "Page", "Row", "paging_of"]

Parameters = Mapping[str, str | int]


class Client(Protocol):
    """One company's Fortnox, see :class:`fortnox_assets.fortnox.client.FortnoxClient`."""

    @property
    def server_clock_offset(self) -> float | None:
        """Fortnox's clock minus ours in seconds; None while it is not known."""

    def get(self, path: str, parameters: Parameters = ...) -> Any:
        """One decoded answer, as Fortnox sent it."""

    def listing(
        self,
        path: str,
        parameters: Parameters = ...,
        *,
        wrapper: str | None,
        key: Callable[[Row], Hashable] | None = ...,
        paging: str = ...,
        on_restart: Callable[[], object] | None = ...,
    ) -> Iterator[Page]:
        """The pages of a complete listing; ``on_restart`` is called when what came so far must be forgotten."""

    def map(self, calls: Iterable[Call]) -> Iterator[tuple[Call, Any]]:
        """Each call with its answer, in order, a few in flight at once; None for what Fortnox does not have."""


def paging_of(endpoint: Endpoint) -> str:
    """How the client is to page through the endpoint's list."""
    return "meta" if endpoint.listing is Listing.PAGES else endpoint.paging.value
