"""Change events from Fortnox's WebSocket: which documents were touched, since an offset or from now on.

One connection carries all companies of the integration and any number of topics. Events are delivered at least once, in
order within a topic, and can be replayed by offset for 14 days. They carry ids, not data.
Source: https://www.fortnox.se/developer/guides-and-good-to-know/websockets, and what integrators have published.
"""

import json
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal
from urllib.parse import urlsplit

from pydantic import SecretStr
from websockets.exceptions import InvalidURI, WebSocketException
from websockets.sync.client import connect
from websockets.sync.connection import Connection

from fortnox_assets.fortnox.errors import FortnoxTransient, FortnoxUnauthorised, UnexpectedAnswer

KEPT_DAYS = 14
OPEN_SECONDS = 10.0
ANSWER_SECONDS = 10.0
LARGEST_MESSAGE_BYTES = 2**20
_LOCAL = ("localhost", "127.0.0.1", "::1")


@dataclass(frozen=True, kw_only=True)
class Event:
    """One change. ``entity`` is the document's key as Fortnox writes it, ``year`` a financial year's id (vouchers)."""

    topic: str
    offset: int
    type: str
    tenant: int
    entity: str = ""
    year: int | None = None


@dataclass(frozen=True, kw_only=True)
class Subscription:
    """What to listen to. ``offsets``: the last one seen of a topic; a topic without one is heard from now on.

    ``tokens`` are access tokens of the companies. Printing shows neither them nor the secret.
    """

    url: str
    client_secret: SecretStr
    tokens: Sequence[SecretStr]
    topics: Sequence[str]
    offsets: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class Patience:
    """How long to listen, in seconds: at most ``longest``, and ``idle`` after the last event of a replay.

    Topics without an offset can only be heard while listening, so as long as there are some, ``longest`` it is.
    """

    longest: float = 20.0
    idle: float = 2.0
    most_events: int = 10_000


@dataclass(frozen=True, kw_only=True)
class Heard:
    """What was heard: events in order, the offsets to go on from, tokens and topics that Fortnox refused.

    ``forgotten`` are topics whose offset is not kept any more: what happened since is not among the events.
    """

    events: tuple[Event, ...]
    offsets: Mapping[str, int]
    refused_tokens: int = 0
    forgotten: tuple[str, ...] = ()


def listen(wanted: Subscription, patience: Patience, clock: Callable[[], float] = time.monotonic) -> Heard:
    """Connects, subscribes, listens for a while, and leaves.

    Nothing is acknowledged: whoever stores the offsets decides what is heard again. Raises: FortnoxTransient when the
    connection fails or is lost before anything is heard to the end; FortnoxUnauthorised when no token is accepted;
    UnexpectedAnswer.
    """
    try:
        # A proxy of the environment cannot reach a simulator on this machine.
        proxy: Literal[True] | None = None if urlsplit(wanted.url).hostname in _LOCAL else True
        with connect(wanted.url, open_timeout=OPEN_SECONDS, max_size=LARGEST_MESSAGE_BYTES, proxy=proxy) as connection:
            return _Conversation(connection, wanted).listen(patience, clock)
    except (OSError, WebSocketException, InvalidURI) as error:
        # Neither the address nor what was sent is quoted: both may hold secrets.
        raise FortnoxTransient(f"events: the WebSocket failed: {type(error).__name__}") from None


class _Conversation:
    """Commands and their answers; events that arrive in between are kept."""

    def __init__(self, connection: Connection, wanted: Subscription) -> None:
        self._connection = connection
        self._wanted = wanted
        self._events: list[Event] = []
        self._offsets = dict(wanted.offsets)

    def listen(self, patience: Patience, clock: Callable[[], float]) -> Heard:
        refused = self._add_tenants()
        forgotten = self._add_topics()
        self._ask({"command": "subscribe-v1"})
        deadline = clock() + patience.longest
        # Whoever replays everything is up to date after a short silence.
        silence = patience.longest if set(self._wanted.topics) - set(self._offsets) else patience.idle
        while len(self._events) < patience.most_events and (left := deadline - clock()) > 0:
            try:
                self._take(self._connection.recv(timeout=min(left, silence)))
            except TimeoutError:
                break
        return Heard(
            events=tuple(self._events), offsets=self._offsets, refused_tokens=refused, forgotten=tuple(forgotten)
        )

    def _add_tenants(self) -> int:
        tokens = [f"Bearer {each.get_secret_value()}" for each in self._wanted.tokens]
        secret = self._wanted.client_secret.get_secret_value()
        answer = self._ask({"command": "add-tenants-v1", "clientSecret": secret, "accessTokens": tokens})
        refused = len(answer.get("invalidTokens") or ())
        if not answer.get("tenantIds"):
            raise FortnoxUnauthorised("events: Fortnox accepted the token of no company; check scopes and consent")
        return refused

    def _add_topics(self) -> list[str]:
        """Topics that Fortnox does not take with their offset are heard from now on."""
        offsets = self._wanted.offsets
        answer = self._ask(_topics(self._wanted.topics, offsets))
        forgotten = [each for each in _names(answer.get("invalidTopics")) if each in offsets]
        for each in forgotten:
            del self._offsets[each]
        if forgotten:
            self._ask(_topics(forgotten, {}))
        return forgotten

    def _ask(self, command: Mapping[str, Any]) -> Mapping[str, Any]:
        name = command["command"]
        self._connection.send(json.dumps(command))
        while True:
            try:
                found = self._take(self._connection.recv(timeout=ANSWER_SECONDS))
            except TimeoutError:
                raise FortnoxTransient(f"events: {name} was not answered in {ANSWER_SECONDS:.0f} seconds") from None
            if found.get("response") == name:
                break
        if found.get("result") != "ok" and not found.get("invalidTopics") and not found.get("invalidTokens"):
            raise UnexpectedAnswer(f"events: Fortnox refused {name}")
        return found

    def _take(self, message: str | bytes) -> Mapping[str, Any]:
        """Keeps an event, returns an answer."""
        try:
            found = json.loads(message)
            if "offset" in found and "topic" in found:
                event = _event(found)
                if event.offset > self._offsets.get(event.topic, -1):  # the last one seen may come again
                    self._events.append(event)
                    self._offsets[event.topic] = event.offset
                return {}
            return dict(found)
        except (ValueError, KeyError, TypeError):
            raise UnexpectedAnswer(f"events: Fortnox sent {len(message)} bytes that are no event") from None


def _event(found: Mapping[str, Any]) -> Event:
    year = found.get("year")
    return Event(
        topic=str(found["topic"]),
        offset=int(found["offset"]),
        type=str(found["type"]),
        tenant=int(found["tenantId"]),
        entity=str(found.get("entityId") or found.get("id") or ""),
        year=None if year is None else int(year),
    )


def _topics(topics: Sequence[str], offsets: Mapping[str, int]) -> Mapping[str, Any]:
    """A stored offset is the last one seen. It is asked for again: nobody says whether a replay begins after it."""
    wanted = [{"topic": each, **({"offset": offsets[each]} if each in offsets else {})} for each in topics]
    return {"command": "add-topics-v1", "topics": wanted}


def _names(topics: Any) -> list[str]:
    return [each["topic"] if isinstance(each, dict) else str(each) for each in topics or ()]
