"""The simulator on a socket: for the demo, for the desk, and for tests that need a real connection."""

import contextlib
import io
import signal
import socket
import threading
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

from werkzeug.serving import BaseWSGIServer, WSGIRequestHandler, make_server

from fortnox_assets.simulator.app import CLIENT_ID, CLIENT_SECRET, SimulatorSettings, create_app
from fortnox_assets.simulator.events import serving_events
from fortnox_assets.simulator.rate_limit import RateLimit
from fortnox_assets.simulator.sample_companies import Size, sample_companies

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication

POLL_SECONDS = 0.05
IDLE_SECONDS = 75.0


class KeepAliveHandler(WSGIRequestHandler):
    """Answers many requests on one connection, as Fortnox does; werkzeug's own handler closes after each."""

    protocol_version = "HTTP/1.1"
    timeout = IDLE_SECONDS
    disable_nagle_algorithm = True

    def run_wsgi(self) -> None:
        """Answer one request: head and body leave in one write, and the connection stays open when all was sent."""
        environ = self.make_environ()
        environ["wsgi.input"] = io.BytesIO(self.rfile.read(int(self.headers.get("Content-Length") or 0)))
        begun: list[Any] = []

        def start_response(status: str, headers: list[tuple[str, str]], _: object = None) -> Callable[[bytes], object]:
            begun[:] = [status, headers]
            return self.wfile.write

        try:
            parts = self.server.app(environ, start_response)
        except ConnectionError:
            self.close_connection = True
            return
        # What comes as a list is whole; what comes in parts is sent as it comes.
        body = b"".join(parts) if isinstance(parts, list) else None
        status, headers = begun
        code, _, phrase = status.partition(" ")
        self.log_request(code)
        self.send_response_only(int(code), phrase)
        for name, value in headers:
            self.send_header(name, value)
        if body is not None and int(dict(headers).get("Content-Length", "0")) != len(body):
            self.send_header("Connection", "close")
        self._flush_with(body or b"")
        for part in () if body is not None else parts:
            self.wfile.write(part)

    def _flush_with(self, body: bytes) -> None:
        head = b"".join([*self._headers_buffer, b"\r\n"])
        self._headers_buffer: list[bytes] = []
        self.wfile.write(head + body)

    def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
        """Nothing: the journal remembers."""

    def log_error(self, format: str, *args: object) -> None:  # noqa: A002 - the name http.server gives it
        """Nothing: a client that leaves or falls silent is not an error of ours."""


def make(app: "WSGIApplication", host: str = "127.0.0.1", port: int = 0) -> BaseWSGIServer:
    """A threaded server that listens and does not serve yet; port 0 takes a free one. Raises: OSError."""
    # werkzeug ends the whole process when it cannot bind, so the socket is bound here.
    with socket.create_server((host, port), backlog=128) as listening:
        return make_server(host, port, app, threaded=True, request_handler=KeepAliveHandler, fd=listening.fileno())


def address_of(server: BaseWSGIServer) -> str:
    """The base URL of a server."""
    return f"http://{server.host}:{server.server_address[1]}"


def serve(app: "WSGIApplication", host: str = "127.0.0.1", port: int = 8765) -> None:
    """Serve until SIGINT or SIGTERM; answers under way are sent before it returns. Raises: OSError."""
    with _until_told_to_stop(), background(app, host, port):
        threading.Event().wait()


@contextlib.contextmanager
def background(app: "WSGIApplication", host: str = "127.0.0.1", port: int = 0) -> Iterator[str]:
    """A server in a thread of its own; yields its base URL and stops it at the end. Raises: OSError."""
    server = make(app, host, port)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": POLL_SECONDS}, daemon=True)
    thread.start()
    try:
        yield address_of(server)
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def run_simulator(
    *,
    host: str = "127.0.0.1",
    port: int = 8765,
    size: Size | int = "small",
    seed: int = 1,
    rate_limit: int = 25,
    announce: Callable[[str], object] = print,
) -> None:
    """Serve the sample companies until SIGINT or SIGTERM.

    ``size`` is that of :func:`sample_companies`; ``rate_limit`` requests per 5 seconds and company, 0 for none;
    ``announce`` is called with each line a user wants to read. Raises: OSError when the port is taken.
    """
    companies = (
        sample_companies(seed=seed, vouchers=size) if isinstance(size, int) else sample_companies(size, seed=seed)
    )
    app = create_app(companies, settings=SimulatorSettings(rate_limit=RateLimit(requests=rate_limit)))
    with (
        _until_told_to_stop(),
        background(app, host, port) as url,
        serving_events(app.events, app.tokens, host) as events,
    ):
        for line in announcement(url, [(each.key, each.tenant_id) for each in companies]):
            announce(line)
        announce(f"FORTNOX_EVENTS_URL={events}")
        threading.Event().wait()


def announcement(url: str, companies: list[tuple[str, int]]) -> Iterator[str]:
    """What to tell somebody who wants to use the simulator at ``url``."""
    yield f"A simulated Fortnox is listening on {url}"
    yield f"FORTNOX_API_URL={url}"
    yield f"FORTNOX_AUTH_URL={url}/oauth-v1"
    yield f"FORTNOX_CLIENT_ID={CLIENT_ID}"
    yield f"FORTNOX_CLIENT_SECRET={CLIENT_SECRET}"
    for key, tenant in companies:
        yield f"company {key}: tenant_id {tenant}"


@contextlib.contextmanager
def _until_told_to_stop() -> Iterator[None]:
    """Ends its block quietly at SIGINT or SIGTERM."""
    previous = signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        with contextlib.suppress(KeyboardInterrupt):
            yield
    finally:
        signal.signal(signal.SIGTERM, previous)
