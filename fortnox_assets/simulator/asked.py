"""A request, read once: what the rest of the simulator needs to know about it."""

from collections.abc import Mapping
from dataclasses import dataclass
from http import HTTPStatus
from typing import TYPE_CHECKING
from urllib.parse import unquote, urlsplit

from werkzeug.wrappers import Request

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIEnvironment

JSON = "application/json"


@dataclass(frozen=True, kw_only=True)
class Asked:
    """One request. ``segments`` are decoded; ``whole`` says that an encoded slash is still inside its segment."""

    request: Request
    path: str
    segments: tuple[str, ...]
    whole: bool
    query: Mapping[str, str]

    @classmethod
    def read(cls, environ: "WSGIEnvironment") -> "Asked":
        """Read the request; query parameters are text, the last one of a name counts."""
        request = Request(environ)
        raw = environ.get("RAW_URI")
        path = urlsplit(raw).path if raw else _text(environ.get("PATH_INFO", ""))
        parts = path.strip("/").split("/")
        return cls(
            request=request,
            path=unquote(path),
            segments=tuple(unquote(part) if raw else part for part in parts),
            whole=bool(raw),
            query={name: values[-1] for name, values in request.args.lists()},
        )

    @property
    def raw_query(self) -> str:
        """The query as it was sent."""
        return self.request.query_string.decode("ascii", "replace")

    @property
    def authorization(self) -> str | None:
        """The header of that name."""
        return self.request.headers.get("Authorization")

    @property
    def takes_anything(self) -> bool:
        """Whether no particular content type is asked for, as binary answers demand."""
        return self.request.headers.get("Accept", "*/*").strip() in ("", "*/*")

    @property
    def page(self) -> int:
        """Which page of a list is asked for, from 1; also where it is asked for by offset."""
        number = _number(self.query.get("page"), 1)
        offset = _number(self.query.get("offset"), 0)
        return offset // max(_number(self.query.get("limit"), 100), 1) + 1 if offset else number


@dataclass(frozen=True, kw_only=True)
class Answer:
    """What goes back. ``promised`` is the Content-Length when the body is cut short, ``halting`` when it is slow."""

    body: bytes
    status: int = HTTPStatus.OK
    content_type: str = JSON
    headers: tuple[tuple[str, str], ...] = ()
    promised: int | None = None
    halting: bool = False


def _number(text: str | None, default: int) -> int:
    return int(text) if text is not None and text.isdecimal() else default


def _text(path: str) -> str:
    """The path as text, from the bytes-in-Latin-1 that WSGI prescribes or from the text some transports hand over."""
    try:
        return path.encode("latin-1").decode("utf-8")
    except UnicodeError:
        return path
