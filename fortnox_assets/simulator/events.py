"""The WebSocket of a simulated Fortnox: what happens in its companies, topic by topic, replayed by offset.

After https://www.fortnox.se/developer/guides-and-good-to-know/websockets. Kept for 14 days by the companies' own clock.
"""

import contextlib
import hmac
import json
import threading
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from websockets.exceptions import ConnectionClosed
from websockets.sync.server import ServerConnection, serve

from fortnox_assets.simulator.oauth import Tokens

TOPICS = (
    "invoices",
    "customers",
    "orders",
    "offers",
    "articles",
    "currencies",
    "termsofdeliveries",
    "waysofdeliveries",
    "termsofpayments",
    "bureau-activities",
    "bureau-assignments",
    "cost-centers",
    "financial-years",
    "messages",
    "projects",
    "suppliers",
    "supplier-invoices",
    "vouchers",
    "warehouse-stockbalances",
)
KEPT = timedelta(days=14)
POLL_SECONDS = 0.02


@dataclass(kw_only=True)
class EventFeed:
    """Every event of every company, by topic. An event's offset is its place in its topic."""

    _events: dict[str, list[tuple[datetime, Mapping[str, Any]]]] = field(
        default_factory=lambda: {topic: [] for topic in TOPICS}
    )
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def add(self, topic: str, kind: str, tenant: int, now: datetime, **about: object) -> int:
        """Something happened; the event's offset. Raises: KeyError for a topic there is not."""
        with self._lock:
            offset = len(self._events[topic])
            event = {"topic": topic, "offset": offset, "type": kind, "tenantId": tenant, "timestamp": now.isoformat()}
            self._events[topic].append((now, {**event, **about}))
            return offset

    def after(self, topic: str, offset: int) -> list[Mapping[str, Any]]:
        """The events of a topic from ``offset`` on."""
        with self._lock:
            return [event for _, event in self._events[topic][offset:]]

    def end(self, topic: str) -> int:
        """The offset the next event of the topic will have."""
        with self._lock:
            return len(self._events[topic])

    def keeps(self, topic: str, offset: int) -> bool:
        """Whether everything from ``offset`` on can still be replayed."""
        with self._lock:
            events = self._events[topic]
            if not 0 <= offset <= len(events):
                return False
            return offset == len(events) or events[-1][0] - events[offset][0] <= KEPT


@dataclass(kw_only=True)
class _Session:
    """One client: whose events it may hear, and how far it has heard each topic."""

    feed: EventFeed
    tokens: Tokens
    tenants: set[int] = field(default_factory=set)
    places: dict[str, int] = field(default_factory=dict)
    subscribed: bool = False

    def answer(self, command: Mapping[str, Any]) -> Mapping[str, Any]:
        """What a command is answered with."""
        name = str(command.get("command"))
        acts: Mapping[str, Callable[[Mapping[str, Any]], Mapping[str, Any]]] = {
            "add-tenants-v1": self._add_tenants,
            "remove-tenants-v1": self._remove_tenants,
            "list-tenants-v1": lambda _: {"result": "ok", "tenantIds": sorted(self.tenants)},
            "add-topics-v1": self._add_topics,
            "subscribe-v1": self._subscribe,
        }
        act = acts.get(name)
        return {"response": name, **({"result": "error"} if act is None else act(command))}

    def events(self) -> Iterator[Mapping[str, Any]]:
        """What there is to hear by now."""
        if not self.subscribed:
            return
        for topic, place in self.places.items():
            found = self.feed.after(topic, place)
            self.places[topic] = place + len(found)
            yield from (event for event in found if event["tenantId"] in self.tenants)

    def _add_tenants(self, command: Mapping[str, Any]) -> Mapping[str, Any]:
        accepted, invalid = {}, []
        for each in command.get("accessTokens", ()):
            grant = self.tokens.grant_of(each)
            expected = self.tokens.credentials.get(grant.client_id, "") if grant else ""
            if grant and hmac.compare_digest(expected.encode(), str(command.get("clientSecret")).encode()):
                accepted[each] = grant.tenant
            else:
                invalid.append(each)
        self.tenants |= set(accepted.values())
        return {"result": "error" if invalid else "ok", "tenantIds": accepted, "invalidTokens": invalid}

    def _remove_tenants(self, command: Mapping[str, Any]) -> Mapping[str, Any]:
        self.tenants -= set(command.get("tenants", ()))
        return {"result": "ok"}

    def _add_topics(self, command: Mapping[str, Any]) -> Mapping[str, Any]:
        invalid = []
        for each in command.get("topics", ()):
            topic, offset = each.get("topic"), each.get("offset")
            if topic not in TOPICS or (offset is not None and not self.feed.keeps(topic, offset)):
                invalid.append(topic)
            else:
                self.places[topic] = self.feed.end(topic) if offset is None else offset
        return {"result": "error" if invalid else "ok", "invalidTopics": invalid}

    def _subscribe(self, _: Mapping[str, Any]) -> Mapping[str, Any]:
        self.subscribed = True
        return {"result": "ok"}


@contextlib.contextmanager
def serving_events(feed: EventFeed, tokens: Tokens, host: str = "127.0.0.1", port: int = 0) -> Iterator[str]:
    """A WebSocket server in a thread of its own; yields its address and stops it at the end. Raises: OSError."""

    def converse(connection: ServerConnection) -> None:
        session = _Session(feed=feed, tokens=tokens)
        with contextlib.suppress(ConnectionClosed):
            while True:
                with contextlib.suppress(TimeoutError):
                    connection.send(json.dumps(session.answer(json.loads(connection.recv(timeout=POLL_SECONDS)))))
                for event in session.events():
                    connection.send(json.dumps(event))

    with serve(converse, host, port) as server:
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        try:
            yield f"ws://{host}:{server.socket.getsockname()[1]}/topics-v1"
        finally:
            server.shutdown()
            thread.join()
