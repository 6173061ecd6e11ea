"""What extraction asks of a client: the part of ``fortnox_assets.fortnox`` it uses, so that a test can script it."""

from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

from fortnox_assets.catalogue.endpoint import Paging

Row = dict[str, Any]


class Page(Protocol):
    """One page of a listing; ``total_resources`` is None where Fortnox sends no totals."""

    @property
    def rows(self) -> Sequence[Row]:
        """The page's rows."""

    @property
    def total_resources(self) -> int | None:
        """How many rows the whole listing has."""


@dataclass(frozen=True, kw_only=True)
class Call:
    """One GET; ``wrapper`` is the JSON key that holds the answer (None: the body itself)."""

    path: str
    parameters: Mapping[str, str | int] = field(default_factory=dict)
    wrapper: str | None = None


class Client(Protocol):
    """One company's Fortnox."""

    def get(self, path: str, parameters: Mapping[str, str | int] = ...) -> Any:
        """One decoded answer, as Fortnox sent it."""

    def listing(
        self,
        path: str,
        parameters: Mapping[str, str | int] = ...,
        *,
        wrapper: str | None,
        key: Callable[[Row], Hashable] | None = ...,
        paging: Paging = ...,
        on_restart: Callable[[], object] = ...,
    ) -> Iterator[Page]:
        """The pages of a complete listing; ``on_restart`` is called when what came so far must be forgotten."""

    def map(self, calls: Iterable[Call]) -> Iterator[tuple[Call, Any]]:
        """Each call with its answer, in order, a few in flight at once; None for what Fortnox does not have."""
