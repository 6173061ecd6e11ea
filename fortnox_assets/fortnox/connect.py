"""Settings of one connection become a client."""

import random
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import httpx
from pydantic import SecretStr

from fortnox_assets.fortnox.auth import ClientCredentials, Credentials, Grant, RefreshToken
from fortnox_assets.fortnox.client import DEFAULT_IN_FLIGHT, FortnoxClient
from fortnox_assets.fortnox.counters import RequestCounters
from fortnox_assets.fortnox.errors import ConnectionClosed
from fortnox_assets.fortnox.paths import AllowedPaths
from fortnox_assets.fortnox.retry import Backoff, Retrier
from fortnox_assets.fortnox.sender import Connection
from fortnox_assets.fortnox.throttle import DEFAULT_BUDGET, DEFAULT_WINDOW_SECONDS, Throttle
from fortnox_assets.fortnox.tokens import FileTokenStore, TokenStore

# Waiting for a connection of our own pool is not Fortnox being slow; there are as many as there are threads.
SPARE_CONNECTIONS = 2


@dataclass(frozen=True, kw_only=True)
class ConnectionSettings:
    """How to reach one company. ``budget`` requests in any ``window`` seconds, ``in_flight`` of them at once.

    ``allowed_paths``: patterns of the paths that may be called, from the catalogue. ``state_dir`` gets the request log
    and, with refresh tokens, the tokens. Printing shows no secret.
    """

    company: str
    tenant_id: int
    client_id: str
    client_secret: SecretStr
    state_dir: Path
    allowed_paths: tuple[str, ...]
    api_url: str = "https://api.fortnox.se"
    auth_url: str = "https://apps.fortnox.se/oauth-v1"
    grant: Literal["client_credentials", "refresh_token"] = "client_credentials"
    budget: int = DEFAULT_BUDGET
    window: float = DEFAULT_WINDOW_SECONDS
    in_flight: int = DEFAULT_IN_FLIGHT


def connect(
    settings: ConnectionSettings,
    *,
    transport: httpx.BaseTransport | None = None,
    token_store: TokenStore | None = None,
    clock: Callable[[], float] = time.time,
    sleep: Callable[[float], object] | None = None,
) -> FortnoxClient:
    """A client for one company; nothing is sent yet.

    ``transport``, ``clock`` and ``sleep`` are for tests; ``token_store`` defaults to files in the state directory.
    """
    closed = threading.Event()
    pause = sleep if sleep is not None else _interruptible(closed, settings.company)
    counters = RequestCounters()
    log = settings.state_dir / "throttle" / f"{settings.company}.sqlite"
    throttle = Throttle(log, settings.budget, settings.window, clock=clock, sleep=pause)
    retrier = Retrier(
        Backoff(rate_limit_window=settings.window),
        counters,
        sleep=pause,
        slow_down=throttle.push,
        random=random.random,
    )
    grant = _auth(settings, clock, token_store)
    connection = Connection(
        company=settings.company,
        api_url=settings.api_url,
        http=_http_client(settings, grant, transport),
        grant=grant,
        throttle=throttle,
        retrier=retrier,
        counters=counters,
        clock=clock,
    )
    return FortnoxClient(connection, AllowedPaths(settings.allowed_paths), settings.in_flight, closed)


def _auth(settings: ConnectionSettings, clock: Callable[[], float], token_store: TokenStore | None) -> Grant:
    credentials = Credentials(
        token_url=f"{settings.auth_url.rstrip('/')}/token",
        client_id=settings.client_id,
        client_secret=settings.client_secret,
        company=settings.company,
        tenant_id=settings.tenant_id,
    )
    if settings.grant == "refresh_token":
        return RefreshToken(credentials, clock, token_store or FileTokenStore(settings.state_dir / "tokens"))
    return ClientCredentials(credentials, clock)


def _http_client(settings: ConnectionSettings, auth: httpx.Auth, transport: httpx.BaseTransport | None) -> httpx.Client:
    """HTTP/1.1 with connections kept alive. Redirects are not followed: they would carry the token elsewhere."""
    connections = settings.in_flight + SPARE_CONNECTIONS
    local = httpx.URL(settings.api_url).host in {"localhost", "127.0.0.1", "::1"}
    return httpx.Client(
        auth=auth,
        transport=transport,
        follow_redirects=False,
        trust_env=not local,  # a proxy from the environment cannot reach a simulator on this machine
        headers={"User-Agent": "fortnox-assets"},
        limits=httpx.Limits(max_connections=connections, max_keepalive_connections=connections),
    )


def _interruptible(closed: threading.Event, company: str) -> Callable[[float], object]:
    """A sleep that ends with ConnectionClosed when the client is closed, so that no thread outlives it for long."""

    def sleep(seconds: float) -> None:
        if closed.wait(seconds):
            raise ConnectionClosed(f"{company}: the client was closed while a call was waiting")

    return sleep
