"""One company's Fortnox: get one answer, list pages, fetch bytes, map over many keys. Reads only.

FortnoxClient -> paths (may it be called?) -> sender (throttle, authorise, send, judge, retry) -> listing (is it all?)
"""

import collections
import itertools
import json
import threading
from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from types import MappingProxyType, TracebackType
from typing import Any, Protocol, Self, TypeVar

import httpx
from pydantic import SecretStr

from fortnox_assets.fortnox.answers import Answer
from fortnox_assets.fortnox.errors import ConnectionClosed, FortnoxNotFound, FortnoxTransient
from fortnox_assets.fortnox.listing import Listing, Page, Parameters, Row, complete, one_attempt, unwrap
from fortnox_assets.fortnox.paths import AllowedPaths
from fortnox_assets.fortnox.sender import Ask, Connection, Saved, Sender
from fortnox_assets.fortnox.tokens import Tokens

# 24 requests in 5 s are 4.8 a second; Fortnox answers in 0.1 to 1 s, so five in flight never leave the budget unused.
DEFAULT_IN_FLIGHT = 5
# Answers that may wait for the consumer, per request in flight: enough to bridge one slow answer, few enough to hold.
AHEAD = 4

NO_PARAMETERS: Parameters = MappingProxyType({})


class AnyCall(Protocol):
    """One GET of many; ``wrapper`` is the JSON key that holds the answer (None: the body itself)."""

    @property
    def path(self) -> str:
        """The path, filled in."""

    @property
    def parameters(self) -> Parameters:
        """The query."""

    @property
    def wrapper(self) -> str | None:
        """The key to unwrap."""


@dataclass(frozen=True, kw_only=True)
class Call:
    """One GET to map over, see :class:`AnyCall`."""

    path: str
    parameters: Mapping[str, str | int] = field(default_factory=dict)
    wrapper: str | None = None


C = TypeVar("C", bound=AnyCall)
K = TypeVar("K")
V = TypeVar("V")


class FortnoxClient:
    """Reads one company's Fortnox; thread-safe. Close it, or use it as a context manager.

    ``counters`` holds what it did; every method raises a FortnoxError, see ``errors``, and ForbiddenPath before
    anything is sent for a path that is not on the allow-list.
    """

    def __init__(self, connection: Connection, allowed: AllowedPaths, in_flight: int, closed: threading.Event) -> None:
        self.company = connection.company
        self.counters = connection.counters
        self._http = connection.http
        self._grant = connection.grant
        self._allowed = allowed
        self._sender = Sender(connection)
        self._in_flight = in_flight
        self._pool = ThreadPoolExecutor(in_flight, thread_name_prefix=f"fortnox-{connection.company}")
        self._closed = closed

    @property
    def tokens(self) -> Tokens | None:
        """The tokens in use, which say what the company has granted; None before the first request."""
        return self._grant.tokens

    def get(self, path: str, parameters: Parameters = NO_PARAMETERS) -> Any:
        """The decoded JSON of one GET, numbers with a fraction as Decimal."""
        self._check(path)
        return self._sender.send(Ask(path=path, parameters=parameters), _json)

    def get_bytes(self, path: str, parameters: Parameters = NO_PARAMETERS, *, may_be_empty: bool = False) -> bytes:
        """The bytes of a file. An empty one is taken for a failure and tried again, unless it ``may_be_empty``."""
        self._check(path)
        ask = Ask(path=path, parameters=parameters, accept=None)
        return self._sender.send(ask, _bytes if may_be_empty else _some_bytes)

    def save(self, path: str, target: Path, parameters: Parameters = NO_PARAMETERS, *, longest: int) -> Saved:
        """The bytes of a file on disk, a piece in memory at a time. FileTooLarge for more than ``longest`` bytes."""
        self._check(path)
        return self._sender.save(Ask(path=path, parameters=parameters, accept=None), target, longest)

    def in_turn(self, jobs: Iterable[tuple[K, Callable[[], V]]]) -> Iterator[tuple[K, V]]:
        """The results of ``jobs``, in order, as many under way at once as this client may have requests in flight.

        ``jobs`` is read only so far ahead. The first error is raised in its place; what has not begun then never does.
        """
        return self._in_order(jobs, self._in_flight)

    def pages(self, path: str, parameters: Parameters = NO_PARAMETERS, *, wrapper: str | None) -> Iterator[Page]:
        """One reading of a list with totals; IncompleteListing when they do not add up. Most want :meth:`listing`."""
        listing = self._listing(path, parameters, wrapper=wrapper, key=None)
        return one_attempt(listing, lambda queries: self._bodies(path, queries))

    def listing(
        self,
        path: str,
        parameters: Parameters = NO_PARAMETERS,
        *,
        wrapper: str | None,
        key: Callable[[Row], Hashable] | None = None,
        paging: str = "meta",
        on_restart: Callable[[], object] | None = None,
    ) -> Iterator[Page]:
        """Every row of a list exactly once, page by page; complete when the iterator ends, else IncompleteListing.

        ``paging``: ``meta`` (totals in MetaInformation), ``page`` or ``offset`` (bare arrays), ``whole`` (one answer).
        ``key`` tells rows apart; with it a row received twice is noticed and handed out once. A list that changed
        while it was read is read again, up to three times: ``on_restart`` is called and pages begin again with the
        first, so the consumer must drop what it has. Without ``on_restart`` nothing is handed out before all is there.
        """
        listing = self._listing(path, parameters, wrapper=wrapper, key=key, paging=paging)
        return complete(listing, lambda queries: self._bodies(path, queries), on_restart)

    def map(self, calls: Iterable[C]) -> Iterator[tuple[C, Any]]:
        """Each call with its answer, in order, a few in flight; None for what Fortnox does not have (any more).

        ``calls`` is read only a little ahead of the consumer. The first error is raised in its place in the order,
        and what has not begun by then never does.
        """
        return self._in_order(((call, self._answering(call)) for call in calls), self._in_flight * AHEAD)

    def access_token(self) -> SecretStr:
        """A token for what is not HTTP: Fortnox's WebSocket. Renewed when it has to be, in one attempt."""
        self._refuse_when_closed()
        request = self._http.build_request("GET", "http://never-sent.invalid")
        flow = (self._http.auth or httpx.Auth()).sync_auth_flow(request)
        try:
            asked = next(flow)
            while asked is not request:
                asked = flow.send(self._http.send(asked, auth=None))
        except httpx.HTTPError as error:
            raise FortnoxTransient(f"{self.company}: getting an access token: {type(error).__name__}") from None
        finally:
            flow.close()
        return SecretStr(request.headers["Authorization"].removeprefix("Bearer "))

    @property
    def server_clock_offset(self) -> float | None:
        """Fortnox's clock minus ours in seconds, to the second, from the latest answer; None before the first."""
        return self._sender.server_clock_offset

    def close(self) -> None:
        """End the connections; calls still waiting in other threads end with ConnectionClosed.

        Requests on their way are let end first, which takes no longer than they may: a connection that is being made
        when the pool of connections closes would stay open.
        """
        self._closed.set()
        self._pool.shutdown(cancel_futures=True)
        self._http.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def __repr__(self) -> str:
        return f"FortnoxClient({self.company!r})"

    def _check(self, path: str) -> None:
        self._refuse_when_closed()
        self._allowed.check(path)

    def _refuse_when_closed(self) -> None:
        if self._closed.is_set():
            raise ConnectionClosed(f"{self.company}: the client is closed")

    def _listing(
        self,
        path: str,
        parameters: Parameters,
        *,
        wrapper: str | None,
        key: Callable[[Row], Hashable] | None,
        paging: str = "meta",
    ) -> Listing:
        self._check(path)
        if paging not in {"meta", "page", "offset", "whole"}:
            raise ValueError(f"paging is meta, page, offset or whole, not {paging!r}")
        name = f"{self.company}: listing {path}"
        return Listing(name=name, parameters=parameters, wrapper=wrapper, key=key, paging=paging)

    def _bodies(self, path: str, queries: Iterable[Parameters]) -> Iterator[Any]:
        jobs = ((None, lambda query=query: self.get(path, query)) for query in queries)
        return (body for _, body in self._in_order(jobs, self._in_flight))

    def _answering(self, call: AnyCall) -> Callable[[], Any]:
        def answer() -> Any:
            try:
                body = self.get(call.path, call.parameters)
            except FortnoxNotFound:
                return None
            return unwrap(body, call.wrapper, f"{self.company}: GET {call.path}")

        return answer

    def _in_order(self, jobs: Iterable[tuple[K, Callable[[], V]]], window: int) -> Iterator[tuple[K, V]]:
        """The results of ``jobs``, in order, with at most ``window`` of them begun or waiting to be taken."""
        pending: collections.deque[tuple[K, Future[V]]] = collections.deque()
        failed = threading.Event()
        remaining = iter(jobs)
        try:
            while True:
                room = 0 if failed.is_set() else window - len(pending)
                pending.extend((each, self._begin(job, failed)) for each, job in itertools.islice(remaining, room))
                if not pending:
                    return
                each, result = pending.popleft()
                yield each, result.result()
        finally:
            for _, waiting in pending:
                waiting.cancel()

    def _begin(self, job: Callable[[], V], failed: threading.Event) -> Future[V]:
        def run() -> V:
            if failed.is_set():
                raise ConnectionClosed(f"{self.company}: not asked, because an earlier call failed")
            try:
                return job()
            except BaseException:
                failed.set()
                raise

        self._refuse_when_closed()
        return self._pool.submit(run)


def _json(answer: Answer) -> Any:
    body = _some_bytes(answer)
    try:
        return json.loads(body, parse_float=Decimal, parse_constant=_refuse_constant)
    except ValueError:
        raise FortnoxTransient(
            f"{answer.doing}: GET {answer.path} answered {answer.status} with {len(body)} bytes that are not JSON"
        ) from None


def _some_bytes(answer: Answer) -> bytes:
    if not answer.body.strip():
        raise FortnoxTransient(f"{answer.doing}: GET {answer.path} answered {answer.status} with an empty body")
    return answer.body


def _bytes(answer: Answer) -> bytes:
    return answer.body


def _refuse_constant(name: str) -> Any:
    raise ValueError(f"{name} is no JSON number")
