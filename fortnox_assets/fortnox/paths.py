"""Which paths may be called, and how a key becomes part of one.

Some of Fortnox's GETs change data: ``GET /3/invoices/{DocumentNumber}/email`` sends the invoice to the customer. So a
path is called only when it is on an allow-list, and never when one of its segments is such an action.
"""

import re
from collections.abc import Iterable, Mapping
from urllib.parse import quote, unquote

from fortnox_assets.fortnox.errors import ForbiddenPath

# Every GET in Fortnox's OpenAPI document (2026) that sends or prints something ends in one of these.
ACTIONS = frozenset({"print", "email", "einvoice", "eprint", "printreminder"})
ALWAYS_ALLOWED = ("/3/sie/{Type}", "/3/archive/{id}", "/3/inbox/{id}")
# People choose these keys, and an article or a cost centre may well be called PRINT; no action hangs under them.
KEYED_BY_PEOPLE = frozenset(
    {
        "articles", "costcenters", "currencies", "customers", "employees", "expenses", "modesofpayments", "pricelists",
        "prices", "projects", "suppliers", "termsofdeliveries", "termsofpayments", "units", "voucherseries",
        "wayofdeliveries",
    }
)  # fmt: skip

_PLACEHOLDER = re.compile(r"\{(\w+)\}")


def fill(template: str, values: Mapping[str, object]) -> str:
    """``template`` with each ``{Name}`` replaced by ``values[Name]``, URL-encoded so that it stays one segment.

    Raises: ForbiddenPath for a key that is missing or empty (the path would mean something else), or an action.
    """

    def encoded(match: re.Match[str]) -> str:
        value = values.get(match[1])
        if value is None or str(value) == "":
            raise ForbiddenPath(f"{template}: there is no value for {match[1]}, so the path cannot be built")
        return encode_key(str(value))

    path = _PLACEHOLDER.sub(encoded, template)
    refuse_actions(path)
    return path


def encode_key(key: str) -> str:
    """``key`` as one path segment: everything but letters, digits, ``-``, ``_``, ``~`` and inner dots is escaped."""
    encoded = quote(key, safe="")
    return encoded.replace(".", "%2E") if not key.strip(".") else encoded


def refuse_actions(path: str) -> None:
    """Raise ForbiddenPath when ``path``, read as leniently as any server might, changes data or leaves its place."""
    segments = path.split("/")
    keyed_by_people = len(segments) > 3 and segments[2] in KEYED_BY_PEOPLE  # noqa: PLR2004 - "", "3", register, key
    for place, segment in enumerate(segments):
        parts = re.split(r"[/\\;?#]", _decoded(segment))
        is_key = keyed_by_people and place > 2 and len(parts) == 1  # noqa: PLR2004 - as above
        last_key = is_key and place == len(segments) - 1 and "." not in segment
        for part in parts:
            if part.strip(" .\t\r\n\0").casefold() in ACTIONS and not is_key:
                raise ForbiddenPath(f"GET {path}: {part!r} changes data in Fortnox and is never called")
            if part in {".", ".."} and not last_key:
                raise ForbiddenPath(f"GET {path}: relative segments are never sent")


class AllowedPaths:
    """The paths a client may GET: ``patterns`` such as ``/3/invoices/{DocumentNumber}`` and nothing else.

    Raises: ForbiddenPath, already when it is made, for a pattern that would allow an action.
    """

    def __init__(self, patterns: Iterable[str]) -> None:
        self.patterns = tuple(dict.fromkeys((*patterns, *ALWAYS_ALLOWED)))
        for pattern in self.patterns:
            refuse_actions(_PLACEHOLDER.sub("x", pattern))
        self._expressions = [
            re.compile("[^/]+".join(re.escape(literal) for literal in _PLACEHOLDER.split(pattern)[::2]))
            for pattern in self.patterns
        ]

    def check(self, path: str) -> None:
        """Raise ForbiddenPath unless ``path`` matches a pattern and is no action."""
        if re.search(r"[?#\\\s\x00-\x1f]", path):
            raise ForbiddenPath(f"GET {path!r}: a path has no query, fragment, backslash or blank")
        refuse_actions(path)
        if not any(expression.fullmatch(path) for expression in self._expressions):
            raise ForbiddenPath(f"GET {path}: is not among the paths of the endpoint catalogue")


def _decoded(segment: str) -> str:
    """``segment`` with every layer of URL encoding taken off."""
    while (once := unquote(segment)) != segment:
        segment = once
    return segment
