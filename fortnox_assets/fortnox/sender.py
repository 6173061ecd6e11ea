"""One GET becomes one good answer or one error: throttled, authorised, retried and counted."""

import hashlib
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

import httpx

from fortnox_assets.fortnox.answers import Answer, from_response, http_date, without_secrets
from fortnox_assets.fortnox.auth import Grant
from fortnox_assets.fortnox.counters import RequestCounters, RequestCounts
from fortnox_assets.fortnox.errors import ConnectionClosed, FileTooLarge, FortnoxBadRequest, FortnoxTransient
from fortnox_assets.fortnox.retry import Retrier
from fortnox_assets.fortnox.throttle import Throttle

CONNECT_TIMEOUT_SECONDS = 10.0
READ_TIMEOUT_SECONDS = 60.0
# Fortnox writes the SIE file of a whole year while we wait for its first byte.
SIE_READ_TIMEOUT_SECONDS = 120.0
PIECE_BYTES = 64 * 1024
# Enough to tell what a file is, and more than any error envelope inside a 200 has.
FIRST_BYTES = 8 * 1024

T = TypeVar("T")


@dataclass(frozen=True, kw_only=True)
class Ask:
    """One GET: ``path`` is filled in and encoded.

    ``accept`` None sends no Accept header at all, as Fortnox's file endpoints demand: they refuse what they are asked
    for by name with 1000030 (Invalid response type).
    """

    path: str
    parameters: Mapping[str, str | int]
    accept: str | None = "application/json"


@dataclass(frozen=True, kw_only=True)
class Saved:
    """A body in a file: what it hashes to, its size, its first bytes, and what its header says it is called."""

    sha256: str
    size: int
    first: bytes
    disposition: str


@dataclass(frozen=True, kw_only=True)
class Connection:
    """What sending takes: the HTTP client with its authorisation, and the parts that pace, repeat and count."""

    company: str
    api_url: str
    http: httpx.Client
    grant: Grant
    throttle: Throttle
    retrier: Retrier
    counters: RequestCounters
    clock: Callable[[], float] = time.time


class Sender:
    """Sends the asks of one company; safe to use from several threads."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._host = httpx.URL(connection.api_url).host
        self.server_clock_offset: float | None = None
        connection.http.event_hooks = {"request": [self._pace]}

    def send(self, ask: Ask, decode: Callable[[Answer], T]) -> T:
        """``decode`` of the answer to ``ask``; both are tried again when either fails transiently.

        Raises: FortnoxError as the answer says.
        """
        return self._connection.retrier.run(lambda: decode(self._once(ask)))

    def save(self, ask: Ask, target: Path, longest: int) -> Saved:
        """The body of the answer to ``ask`` in the file ``target``, piece by piece; tried again as a whole.

        Raises: FileTooLarge for more than ``longest`` bytes, before they are read where the answer says how many there
        are; else FortnoxError as the answer says. OSError when the disk does not take it.
        """
        return self._connection.retrier.run(lambda: self._saved(ask, target, longest))

    def _saved(self, ask: Ask, target: Path, longest: int) -> Saved:
        with self._asked(ask) as (request, doing):
            response = self._connection.http.send(request, stream=True)
            received_at = self._connection.clock()
            self._compare_clocks(response, received_at)
            try:
                if response.is_success:
                    _refuse_longer(int(response.headers.get("Content-Length") or 0), longest, doing, ask)
                    saved = _poured(response, target, lambda size: _refuse_longer(size, longest, doing, ask))
                    self._connection.counters.add(RequestCounts(bytes_received=saved.size))
                    body = saved.first
                else:
                    body = response.read()
                    self._connection.counters.add(RequestCounts(bytes_received=len(body)))
            finally:
                response.close()
        if error := from_response(_answer(doing, ask, response, body, received_at)):
            raise error
        return saved

    def _pace(self, request: httpx.Request) -> None:
        """Runs before anything is sent, so that a request repeated after a 401 waits for its turn too."""
        if request.method != "GET":
            return  # the token endpoint, which has a budget of its own
        waited = self._connection.throttle.wait()
        self._connection.counters.add(RequestCounts(requests=1, seconds_waited=waited))

    def _once(self, ask: Ask) -> Answer:
        with self._asked(ask) as (request, doing):
            response = self._connection.http.send(request)
        received_at = self._connection.clock()
        self._connection.counters.add(RequestCounts(bytes_received=len(response.content)))
        self._compare_clocks(response, received_at)
        answer = _answer(doing, ask, response, response.content, received_at)
        if error := from_response(answer):
            raise error
        return answer

    @contextmanager
    def _asked(self, ask: Ask) -> Iterator[tuple[httpx.Request, str]]:
        """The request to send for ``ask``, and for whom; whatever then keeps it from a whole answer is one of ours."""
        connection, doing = self._connection, f"{self._connection.company}: reading"
        try:
            yield self._request(ask), doing
        except (httpx.TransportError, httpx.DecodingError) as failure:
            raise _not_answered(doing, ask, failure) from failure
        except RuntimeError as failure:
            if not connection.http.is_closed:
                raise
            raise ConnectionClosed(
                f"{doing}: GET {ask.path}: the client was closed while a call was waiting"
            ) from failure

    def _request(self, ask: Ask) -> httpx.Request:
        connection = self._connection
        request = connection.http.build_request(
            "GET",
            connection.api_url.rstrip("/") + ask.path,
            params=dict(ask.parameters) or None,
            timeout=httpx.Timeout(_read_timeout(ask.path), connect=CONNECT_TIMEOUT_SECONDS),
        )
        # httpx puts "*/*" there itself, and only what is taken out of the finished request is not sent.
        request.headers.pop("Accept", None)
        if ask.accept:
            request.headers["Accept"] = ask.accept
        return request

    def _compare_clocks(self, response: httpx.Response, received_at: float) -> None:
        server_now = http_date(response.headers.get("Date", ""))
        if server_now is not None:
            self.server_clock_offset = server_now - received_at


def _answer(doing: str, ask: Ask, response: httpx.Response, body: bytes, received_at: float) -> Answer:
    return Answer(
        doing=doing,
        method="GET",
        path=_with_query(ask),
        status=response.status_code,
        body=body,
        headers=response.headers,
        received_at=received_at,
    )


def _poured(response: httpx.Response, target: Path, check: Callable[[int], None]) -> Saved:
    digest, size, first = hashlib.sha256(), 0, b""
    with target.open("wb") as out:
        for piece in response.iter_bytes(PIECE_BYTES):
            size += len(piece)
            check(size)
            first += piece[: FIRST_BYTES - len(first)]
            digest.update(piece)
            out.write(piece)
    return Saved(
        sha256=digest.hexdigest(), size=size, first=first, disposition=response.headers.get("Content-Disposition", "")
    )


def _refuse_longer(size: int, longest: int, doing: str, ask: Ask) -> None:
    if size > longest:
        raise FileTooLarge(f"{doing}: GET {_with_query(ask)}: the file has more than {longest} bytes", size=size)


def _read_timeout(path: str) -> float:
    return SIE_READ_TIMEOUT_SECONDS if path.startswith("/3/sie/") else READ_TIMEOUT_SECONDS


def _with_query(ask: Ask) -> str:
    return f"{ask.path}?{httpx.QueryParams(dict(ask.parameters))}" if ask.parameters else ask.path


def _not_answered(doing: str, ask: Ask, error: httpx.RequestError) -> FortnoxTransient | FortnoxBadRequest:
    """The error for a request that got no whole answer; which host it was may be the token endpoint's."""
    asked = error.request
    what = f"{doing}: {asked.method} {_with_query(ask) if asked.method == 'GET' else asked.url.path}"
    where = f"{asked.url.scheme}://{asked.url.netloc.decode()}"
    why = f"{type(error).__name__}: {without_secrets(str(error))}".rstrip(": ")
    setting = "FORTNOX_API_URL" if asked.method == "GET" else "FORTNOX_AUTH_URL"
    if isinstance(error, httpx.ConnectError | httpx.ConnectTimeout):
        return FortnoxTransient(f"{what}: cannot reach {where} ({why}); check the network and {setting}")
    if isinstance(error, httpx.UnsupportedProtocol | httpx.LocalProtocolError):
        return FortnoxBadRequest(f"{what}: cannot be sent to {where} ({type(error).__name__}); check {setting}")
    return FortnoxTransient(f"{what}: no whole answer from {where} ({why})")
