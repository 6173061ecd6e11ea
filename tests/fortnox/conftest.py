"""A Fortnox in a dozen lines: scripted answers, a token endpoint, a clock that only moves when someone sleeps."""

import contextlib
import dataclasses
import socketserver
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import httpx
import pytest
from pydantic import SecretStr

from fortnox_assets.fortnox.client import FortnoxClient
from fortnox_assets.fortnox.connect import ConnectionSettings, connect

CLIENT_SECRET = "wYq5r0ck1"
ACCESS_TOKEN = "acc3ss-number-{}"

PATHS = (
    "/3/companyinformation",
    "/3/customers",
    "/3/customers/{CustomerNumber}",
    "/3/invoices",
    "/3/invoices/{DocumentNumber}",
    "/3/vouchers/{VoucherSeries}/{VoucherNumber}",
    "/api/time/registrations-v2",
)


class Clock:
    """Seconds that pass only by sleeping."""

    def __init__(self) -> None:
        self.now = 1_750_000_000.0
        self.slept: list[float] = []
        self._lock = threading.Lock()

    def __call__(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        with self._lock:
            self.slept.append(seconds)
            self.now += seconds


class ScriptedFortnox:
    """Answers API requests with ``api`` (a function, or a list of answers used up in turn) and hands out tokens."""

    def __init__(self) -> None:
        self.api: Callable[[httpx.Request], httpx.Response] | list[object] = []
        self.token: Callable[[httpx.Request], httpx.Response] = self.grant
        self.asked: list[httpx.Request] = []
        self.authorizations: list[str] = []  # one request object is sent twice when it meets a 401
        self.token_asked: list[httpx.Request] = []
        self._lock = threading.Lock()

    def grant(self, request: httpx.Request, **more: object) -> httpx.Response:
        token = ACCESS_TOKEN.format(len(self.token_asked))
        return httpx.Response(200, json={"access_token": token, "expires_in": 3600, "token_type": "bearer", **more})

    def __call__(self, request: httpx.Request) -> httpx.Response:
        with self._lock:
            if request.url.path.endswith("/token"):
                self.token_asked.append(request)
                return self.token(request)
            self.asked.append(request)
            self.authorizations.append(request.headers["Authorization"])
            if callable(self.api):
                return self.api(request)
            answer = self.api.pop(0)
        if isinstance(answer, Exception):
            raise answer
        return answer if isinstance(answer, httpx.Response) else httpx.Response(200, json=answer)

    @property
    def paths(self) -> list[str]:
        return [request.url.raw_path.decode() for request in self.asked]


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def fortnox() -> ScriptedFortnox:
    return ScriptedFortnox()


@pytest.fixture
def settings(tmp_path: Path) -> ConnectionSettings:
    return ConnectionSettings(
        company="are-cykel",
        tenant_id=900001,
        client_id="the-integration",
        client_secret=SecretStr(CLIENT_SECRET),
        state_dir=tmp_path,
        allowed_paths=PATHS,
        budget=100_000,
    )


@pytest.fixture
def open_client(fortnox, clock, settings):
    """Opens clients of the scripted Fortnox; keyword arguments replace settings, or are handed to ``connect``."""
    opened: list[FortnoxClient] = []

    def open_(*, transport: httpx.BaseTransport | None = None, token_store=None, **changed) -> FortnoxClient:
        opened.append(
            connect(
                dataclasses.replace(settings, **changed),
                transport=transport or httpx.MockTransport(fortnox),
                token_store=token_store,
                clock=clock,
                sleep=clock.sleep,
            )
        )
        return opened[-1]

    yield open_
    for client in opened:
        client.close()


@pytest.fixture
def client(open_client) -> FortnoxClient:
    return open_client()


@pytest.fixture
def listening() -> Iterator[Callable[[type[socketserver.BaseRequestHandler]], str]]:
    """Starts a server on a real socket for a handler; its base URL."""
    with contextlib.ExitStack() as open_servers:

        def start(handler: type[socketserver.BaseRequestHandler]) -> str:
            server = open_servers.enter_context(socketserver.ThreadingTCPServer(("127.0.0.1", 0), handler))
            thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
            thread.start()
            open_servers.callback(thread.join)
            open_servers.callback(server.shutdown)
            return "http://{}:{}".format(*server.server_address)

        yield start
