"""The simulator as a WSGI application: a Fortnox with sample companies, for tests and for the desk.

``/oauth-v1`` gives out tokens, ``/3`` and ``/api`` serve the company a token stands for, ``/_simulator`` makes it
misbehave and tells what was asked. docs/simulator.md says what is imitated and what is not.
"""

import functools
import itertools
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from email.utils import format_datetime
from http import HTTPStatus
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from fortnox_assets.simulator.access import Restrictions
from fortnox_assets.simulator.addresses import Kind, Route
from fortnox_assets.simulator.api import Api
from fortnox_assets.simulator.asked import Answer, Asked
from fortnox_assets.simulator.company import SimulatedCompany
from fortnox_assets.simulator.consent import Consent
from fortnox_assets.simulator.control import PREFIX, Control
from fortnox_assets.simulator.errors import Refusal, reading_only
from fortnox_assets.simulator.events import EventFeed
from fortnox_assets.simulator.faults import TO_THE_COMPANY, Circumstances, Fault, Faults, Script
from fortnox_assets.simulator.journal import Journal, LoggedRequest
from fortnox_assets.simulator.misbehaviour import INSTEAD_OF_AN_ANSWER, change_data, reset, truncated
from fortnox_assets.simulator.oauth import Grant, Tokens
from fortnox_assets.simulator.rate_limit import RateLimit, RateLimiter
from fortnox_assets.simulator.token_routes import TokenRoutes

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment

CLIENT_ID = "simulator"
CLIENT_SECRET = "simulator-secret"  # noqa: S105 - opens sample data only, and is printed in the documentation
BUILD = "simulator"
STOCKHOLM = ZoneInfo("Europe/Stockholm")
_WITHOUT_ENDPOINT = frozenset(Fault) - TO_THE_COMPANY - {Fault.EXPIRED_TOKEN}


@dataclass(frozen=True, kw_only=True)
class SimulatorSettings:
    """How the simulator is set up.

    ``credentials`` maps client ids to secrets. ``unconsented`` are tenants that have not approved a service account.
    ``approves`` is the tenant whose administrator approves every request at ``/oauth-v1/auth`` without being asked.
    ``sie_encoding`` is ``cp437``, as SIE prescribes, or ``utf-8``, as some cloud exports have it.
    """

    credentials: Mapping[str, str] = field(default_factory=lambda: {CLIENT_ID: CLIENT_SECRET})
    rate_limit: RateLimit = RateLimit()  # noqa: RUF009 - frozen, so sharing it is safe
    unconsented: frozenset[int] = frozenset()
    approves: int | None = None
    sie_encoding: str = "cp437"
    restrictions: Mapping[int, Restrictions] = field(default_factory=dict)


class Simulator:
    """The application. Its parts may be looked at and changed while it serves.

    ``faults`` misbehave, ``journal`` remembers, ``limiter`` limits, ``tokens`` and ``api`` are what they say.
    """

    def __init__(
        self,
        companies: Iterable[SimulatedCompany],
        *,
        faults: Faults,
        clock: Callable[[], float],
        settings: SimulatorSettings,
    ) -> None:
        self.companies = {company.tenant_id: company for company in companies}
        self.faults = faults
        self.journal = Journal()
        self.limiter = RateLimiter(settings.rate_limit, clock)
        self.tokens = Tokens(
            companies=self.companies,
            credentials=settings.credentials,
            consents=set(self.companies) - settings.unconsented,
            clock=clock,
        )
        self.api = Api(
            companies=self.companies, sie_encoding=settings.sie_encoding, restrictions=dict(settings.restrictions)
        )
        consent = Consent(companies=self.companies, tokens=self.tokens, approves=settings.approves)
        self._token_routes = TokenRoutes(tokens=self.tokens, consent=consent)
        self._control = Control(self.api, faults, self.journal, self.tokens, self.limiter)
        self._numbers = itertools.count(1)
        self._work = threading.Lock()
        self.events = EventFeed()
        for each in self.companies.values():
            each.tell = functools.partial(self._tell, each)

    def __call__(self, environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        """Answer one request."""
        started = time.perf_counter()
        answer = self._answer(Asked.read(environ))
        length = len(answer.body) if answer.promised is None else answer.promised
        headers = [
            ("Content-Type", answer.content_type),
            ("Content-Length", str(length)),
            ("Server", "Fortnox"),
            ("X-Uid", f"{next(self._numbers):08x}"),
            ("X-Build", BUILD),
            ("X-Rack-Responsetime", str(int((time.perf_counter() - started) * 1000))),
            *answer.headers,
        ]
        start_response(f"{answer.status:d} {HTTPStatus(answer.status).phrase}", headers)
        return self._halting(answer.body) if answer.halting else [answer.body]

    def _halting(self, body: bytes) -> Iterator[bytes]:
        yield body[: len(body) // 2]
        self.faults.sleep(self.faults.slow_seconds)
        yield body[len(body) // 2 :]

    def _tell(self, company: SimulatedCompany, topic: str, kind: str, entity: str, year: int | None) -> None:
        about: dict[str, object] = (
            {"entityId": entity} if year is None else {"entityId": entity, "id": entity, "year": year}
        )
        self.events.add(topic, kind, company.tenant_id, company.now(), **about)

    def _answer(self, asked: Asked) -> Answer:
        match asked.segments[0]:
            case "3" | "api":
                return self._api_answer(asked)
            case "oauth-v1":
                return self._token_answer(asked)
            case str(prefix) if prefix == PREFIX:
                return self._control.answer(asked)
            case "":
                return self._welcome()
        return Answer(body=b"", status=HTTPStatus.NOT_FOUND)

    def _api_answer(self, asked: Asked) -> Answer:
        headers = asked.request.headers
        if "Access-Token" in headers and asked.authorization is None:
            text = "Kan inte logga in, access-token eller client-secret saknas(2000311)."
            answer = Answer(body=text.encode(), status=HTTPStatus.FORBIDDEN, content_type="text/html; charset=utf-8")
            return self._noted(asked, None, answer)
        grant = self.tokens.grant_of(asked.authorization)
        if grant is None:
            return self._noted(asked, None, _unauthorised())
        if not self.limiter.admits(grant.client_id, grant.tenant):
            return self._noted(asked, grant, self._too_many())
        return self._within_limits(asked, grant)

    def _within_limits(self, asked: Asked, grant: Grant) -> Answer:
        try:
            if asked.request.method != "GET":
                raise reading_only()
            route, values = self.api.route(asked, grant.tenant)
            script = self.faults.next(_circumstances(asked, grant))
            spoilt = self._spoilt(asked, grant, script)
            if spoilt is not None:
                return spoilt
            if script is not None and script.fault in TO_THE_COMPANY:
                with self._work:
                    change_data(script, self.companies[grant.tenant], route.endpoint)
            answer = self.api.answer(asked, grant, route, values)
        except Refusal as refusal:
            return self._noted(asked, grant, Answer(body=refusal.body, status=refusal.status))
        if route.kind is Kind.SIDE_EFFECT:
            self._note_mutation(asked, grant, route)
        return self._noted(asked, grant, self._damaged(asked, grant, answer, script), script)

    def _damaged(self, asked: Asked, grant: Grant | None, answer: Answer, script: Script | None) -> Answer:
        """The right answer, or what a fault leaves of it on its way."""
        if script is not None and script.fault is Fault.TRUNCATED:
            return truncated(answer)
        if script is not None and script.fault is Fault.SLOW_BODY:
            return replace(answer, halting=True)
        if script is not None and script.fault is Fault.ANSWER_LOST:
            self._noted(asked, grant, Answer(body=b"", status=0), script)
            raise reset(asked)
        return answer

    def _spoilt(self, asked: Asked, grant: Grant | None, script: Script | None) -> Answer | None:
        """The answer a fault gives in place of the right one; None when the right one is still to come."""
        if script is None:
            return None
        answer = INSTEAD_OF_AN_ANSWER.get(script.fault)
        if script.fault is Fault.SLOW:
            self.faults.sleep(self.faults.slow_seconds)
        elif script.fault is Fault.RESET:
            self._noted(asked, grant, Answer(body=b"", status=0), script)
            raise reset(asked)
        elif script.fault is Fault.RATE_LIMITED:
            answer = self._too_many()
        elif script.fault is Fault.EXPIRED_TOKEN:
            self.tokens.expire(asked.authorization)
            answer = _unauthorised()
        return None if answer is None else self._noted(asked, grant, answer, script)

    def _token_answer(self, asked: Asked) -> Answer:
        script = self.faults.next(_circumstances(asked, None), _WITHOUT_ENDPOINT)
        spoilt = self._spoilt(asked, None, script)
        if spoilt is not None:
            return spoilt
        answer = self._damaged(asked, None, self._token_routes.answer(asked), script)
        return self._noted(asked, None, answer, script)

    def _too_many(self) -> Answer:
        limit = self.limiter.limit
        wait = () if limit.retry_after is None else (("Retry-After", str(limit.retry_after)),)
        return Answer(body=limit.body, status=HTTPStatus.TOO_MANY_REQUESTS, headers=wait)

    def _welcome(self) -> Answer:
        lines = ["A simulated Fortnox. Companies (TenantId):"]
        lines += [f"  {each.key}: {each.name} ({each.tenant_id})" for each in self.companies.values()]
        return Answer(body="\n".join([*lines, ""]).encode(), content_type="text/plain; charset=utf-8")

    def _noted(self, asked: Asked, grant: Grant | None, answer: Answer, script: Script | None = None) -> Answer:
        self.journal.note(_logged(asked, grant, answer.status, None if script is None else script.fault))
        if grant is None or grant.tenant not in self.companies:
            return answer
        # Fortnox's clock is the company's: what is changed at ``now()`` is changed by the time the answer tells.
        date = ("Date", format_datetime(self.companies[grant.tenant].now().replace(tzinfo=STOCKHOLM)))
        return replace(answer, headers=(*answer.headers, date))

    def _note_mutation(self, asked: Asked, grant: Grant, route: Route) -> None:
        self.journal.mutations.append(_logged(asked, grant, HTTPStatus.OK, route.action))


def create_app(
    companies: Iterable[SimulatedCompany],
    *,
    faults: Faults | None = None,
    clock: Callable[[], float] = time.time,
    settings: SimulatorSettings | None = None,
) -> Simulator:
    """A simulator of these companies.

    ``clock`` gives epoch seconds: tokens expire and the rate limit slides by it. The companies' own clocks say what
    day it is in the books.
    """
    return Simulator(companies, faults=faults or Faults(), clock=clock, settings=settings or SimulatorSettings())


def _circumstances(asked: Asked, grant: Grant | None) -> Circumstances:
    return Circumstances(
        path=asked.path, query=asked.raw_query, tenant=None if grant is None else grant.tenant, page=asked.page
    )


def _logged(asked: Asked, grant: Grant | None, status: int, fault: str | None) -> LoggedRequest:
    return LoggedRequest(
        tenant=None if grant is None else grant.tenant,
        method=asked.request.method,
        path=asked.path,
        query=asked.raw_query,
        status=int(status),
        fault=None if fault is None else str(fault),
    )


def _unauthorised() -> Answer:
    return Answer(body=b'{"message":"unauthorized"}', status=HTTPStatus.UNAUTHORIZED)
