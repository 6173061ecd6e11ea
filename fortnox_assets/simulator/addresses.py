"""Which request a path is: every route follows from the catalogue."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from urllib.parse import quote

from fortnox_assets.catalogue import ENDPOINTS
from fortnox_assets.catalogue.endpoint import Endpoint, Listing
from fortnox_assets.simulator.serialisation import Body, field_value, plain_text

API_URL = "https://api.fortnox.se"
SIDE_EFFECTS: Mapping[str, tuple[str, ...]] = {
    "invoices": ("print", "email", "einvoice", "eprint", "printreminder"),
    "orders": ("print", "email"),
    "offers": ("print", "email"),
}


class Kind(StrEnum):
    """What is asked for."""

    LIST = "list"
    DETAIL = "detail"
    SIE = "sie"
    FOLDER = "folder"
    PREVIEW = "preview"
    SIDE_EFFECT = "side_effect"


@dataclass(frozen=True, kw_only=True)
class Route:
    """A path pattern, cut into segments; a segment in braces stands for a value."""

    kind: Kind
    endpoint: Endpoint
    segments: tuple[str, ...]
    action: str = ""

    def values(self, path: Sequence[str]) -> dict[str, str] | None:
        """The values in the path by placeholder, or None when the path does not fit."""
        if len(path) != len(self.segments):
            return None
        pairs = list(zip(self.segments, path, strict=True))
        if any(pattern != given for pattern, given in pairs if not pattern.startswith("{")):
            return None
        return {pattern[1:-1]: given for pattern, given in pairs if pattern.startswith("{")}


class Routes:
    """All paths the simulator answers, found by their number of segments, the most literal first."""

    def __init__(self) -> None:
        self._by_length: dict[int, list[Route]] = {}
        for route in _routes():
            self._by_length.setdefault(len(route.segments), []).append(route)
        for routes in self._by_length.values():
            routes.sort(key=lambda route: sum(segment.startswith("{") for segment in route.segments))

    def find(self, path: Sequence[str]) -> tuple[Route, dict[str, str]] | None:
        """The route for the decoded segments of a path, and the values in it."""
        for route in self._by_length.get(len(path), ()):
            values = route.values(path)
            if values is not None:
                return route, values
        return None

    def joined(self, path: Sequence[str]) -> Iterator[tuple[Route, dict[str, str]]]:
        """What a path may be whose encoded slashes a WSGI server has decoded: neighbours joined in every way."""
        for joined in _joinings(path):
            found = self.find(joined)
            if found is not None and found[1]:
                yield found


def row_url(endpoint: Endpoint, body: Body) -> str | None:
    """The address of a row that Fortnox sends in ``@url``; None where it sends none."""
    if not endpoint.path.startswith("/3/"):
        return None
    if endpoint.listing is Listing.SINGLETON:
        return None if endpoint.detail_path is None else API_URL + endpoint.path
    pattern = endpoint.detail_path or (endpoint.path if endpoint.listing is Listing.PER_KEY else None)
    if pattern is None:
        return None
    own = dict(zip(placeholders(pattern), key_fields(endpoint, pattern), strict=True))
    path = re.sub(
        r"{(\w+)}", lambda found: quote(plain_text(field_value(endpoint, body, own[found[1]])), safe=""), pattern
    )
    query = "&".join(f"{name}={plain_text(body.get(field))}" for name, field in endpoint.detail_parameters.items())
    return f"{API_URL}{path}?{query}" if query else API_URL + path


def placeholders(pattern: str) -> list[str]:
    """The names in braces."""
    return re.findall(r"{(\w+)}", pattern)


def key_fields(endpoint: Endpoint, pattern: str) -> list[str]:
    """The fields a path's placeholders stand for: the field of that name, else the next of the natural key."""
    names = {each.name for each in endpoint.fields}
    wanted = placeholders(pattern)
    rest = iter([each for each in endpoint.key if each not in wanted])
    return [each if each in names else next(rest, each) for each in wanted]


def _routes() -> Iterator[Route]:
    for endpoint in ENDPOINTS.values():
        yield from _routes_of(endpoint)


def _routes_of(endpoint: Endpoint) -> Iterator[Route]:
    def route(kind: Kind, pattern: str, action: str = "") -> Route:
        return Route(kind=kind, endpoint=endpoint, segments=tuple(pattern.strip("/").split("/")), action=action)

    if endpoint.name == "sie":
        yield route(Kind.SIE, endpoint.path)
        return
    if endpoint.name in ("archive", "inbox"):
        yield route(Kind.FOLDER, endpoint.path)
        yield route(Kind.FOLDER, endpoint.path + "/{Id}")
        return
    yield route(Kind.DETAIL if "{" in endpoint.path else Kind.LIST, endpoint.path)
    if endpoint.detail_path is not None:
        yield route(Kind.DETAIL, endpoint.detail_path)
        for action in SIDE_EFFECTS.get(endpoint.name, ()):
            yield route(Kind.SIDE_EFFECT, f"{endpoint.detail_path}/{action}", action)
        if endpoint.name in SIDE_EFFECTS:
            yield route(Kind.PREVIEW, f"{endpoint.detail_path}/preview")


def _joinings(path: Sequence[str]) -> Iterator[tuple[str, ...]]:
    for length in range(2, len(path)):
        for start in range(1, len(path) - length + 1):
            yield (*path[:start], "/".join(path[start : start + length]), *path[start + length :])
