"""The address on this machine that a browser is sent back to after a consent, open for one answer."""

import hmac
import queue
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

from pydantic import SecretStr

PATH = "/callback"
DONE = "Thank you. You can close this page and go back to the terminal."
FAILED = "That did not work. The terminal says why."


class ConsentError(Exception):
    """No consent came of it; one line that says why and what to do."""


@dataclass(kw_only=True)
class Receiver:
    """Listens at ``redirect_uri`` for the answer that carries ``state``."""

    port: int
    state: str
    answers: "queue.Queue[SecretStr | ConsentError]" = field(default_factory=queue.Queue)

    @property
    def redirect_uri(self) -> str:
        """The address that has to be registered with the integration."""
        return f"http://localhost:{self.port}{PATH}"

    def code(self, seconds: float) -> SecretStr:
        """The code that came back within ``seconds``. Raises: ConsentError."""
        try:
            answer = self.answers.get(timeout=seconds)
        except queue.Empty:
            raise ConsentError(f"nobody answered within {seconds:g} seconds; run again") from None
        if isinstance(answer, ConsentError):
            raise answer
        return answer

    def take(self, query: dict[str, list[str]]) -> bool:
        """Keeps what came back; whether it was a code for this request."""
        answer = self._judged({name: values[0] for name, values in query.items()})
        self.answers.put(answer)
        return isinstance(answer, SecretStr)

    def _judged(self, query: dict[str, str]) -> SecretStr | ConsentError:
        if not hmac.compare_digest(query.get("state", "").encode(), self.state.encode()):
            return ConsentError("an answer to another request came back (wrong state); use the link printed last")
        if "error" in query:
            return _refusal(query["error"])
        if not query.get("code"):
            return ConsentError("the answer that came back has no code; run again")
        return SecretStr(query["code"])


@contextmanager
def listening(receiver: Receiver) -> Iterator[None]:
    """Answers the browser until the block ends. Raises: ConsentError when the port is taken."""
    handler = type("Handler", (_Handler,), {"receiver": receiver})
    try:
        server = ThreadingHTTPServer(("127.0.0.1", receiver.port), handler)
    except OSError as error:
        raise ConsentError(
            f"port {receiver.port} cannot be listened on: {error.strerror}; end the program that has it, or register "
            "another address with the integration and pass --port"
        ) from None
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    try:
        yield
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


class _Handler(BaseHTTPRequestHandler):
    receiver: Receiver

    def do_GET(self) -> None:  # the name http.server calls
        """Takes the answer; anything else a browser asks for (an icon) is not here."""
        target = urlsplit(self.path)
        if target.path != PATH:
            self.send_error(HTTPStatus.NOT_FOUND)
            return
        good = self.receiver.take(parse_qs(target.query))
        page = (DONE if good else FAILED).encode()
        self.send_response(HTTPStatus.OK if good else HTTPStatus.BAD_REQUEST)
        self.send_header("Content-Type", "text/plain; charset=utf-8")
        self.send_header("Content-Length", str(len(page)))
        self.end_headers()
        self.wfile.write(page)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the name http.server gives it
        """Nothing: the address carries the code."""


def _refusal(error: str) -> ConsentError:
    known = {
        "access_denied": "the company's administrator declined; nothing was stored",
        "invalid_scope": (
            "the integration is not registered for every scope asked for; add those printed above in Fortnox's "
            "developer portal, or leave endpoints out in fortnox.yaml"
        ),
    }
    return ConsentError(known.get(error) or f"Fortnox answered {error[:60]!r}; nothing was stored; run again")
