"""How the simulator misbehaves when it is told to: which requests, how often, and in which way.

A fault happens because it was scripted (the next so many requests that match) or by chance. Chance is decided by the
seed, the request and how often it has been made, so a run repeats whatever order its threads come in.
"""

import threading
import time
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from random import Random

from fortnox_assets.simulator.company import SimulatedCompany


class Fault(StrEnum):
    """One way to misbehave."""

    SERVER_ERROR = "server_error"
    """500 with nothing in it."""
    UNAVAILABLE = "unavailable"
    """503 with an HTML page."""
    EMPTY_BODY = "empty_body"
    """200 with nothing in it."""
    ERROR_IN_200 = "error_in_200"
    """200 with an ErrorInformation in place of the rows."""
    TRUNCATED = "truncated"
    """Half an answer; Content-Length promises all of it."""
    RESET = "reset"
    """The connection is reset in place of an answer."""
    SLOW = "slow"
    """The right answer after ``slow_seconds``."""
    RATE_LIMITED = "rate_limited"
    """429, whatever has been asked before."""
    EXPIRED_TOKEN = "expired_token"  # noqa: S105 - the name of a fault
    """The access token ends here: 401 now, and for whoever uses it again."""
    ROW_INSERTED = "row_inserted"
    """Somebody adds a row before the first one between two pages: the next page repeats a row."""
    ROW_DELETED = "row_deleted"
    """Somebody deletes the first row between two pages: the next page misses a row."""
    CHANGE = "change"
    """``change`` is called with the company, and the right answer follows. Scripted only."""
    BAD_GATEWAY = "bad_gateway"
    """502 with an HTML page."""
    TOLD_TO_WAIT = "told_to_wait"
    """429 with ``Retry-After: 1``, whatever has been asked before."""
    SLOW_BODY = "slow_body"
    """The right answer, ``slow_seconds`` between its first half and its second."""
    ANSWER_LOST = "answer_lost"
    """What was asked for is done, and the connection is reset in place of the answer."""
    WORK = "work"
    """Somebody changes, books, cancels or deletes something in the company, and the right answer follows."""
    SCOPE_WITHDRAWN = "scope_withdrawn"
    """The company takes back the consent to the endpoint's scope, from now on."""
    LICENCE_WITHDRAWN = "licence_withdrawn"
    """The company ends the licence the endpoint needs, from now on."""


DURING_PAGING = frozenset({Fault.ROW_INSERTED, Fault.ROW_DELETED})
# What happens to a company's data or access before the right answer is given.
TO_THE_COMPANY = DURING_PAGING | {Fault.CHANGE, Fault.WORK, Fault.SCOPE_WITHDRAWN, Fault.LICENCE_WITHDRAWN}


@dataclass(frozen=True, kw_only=True)
class Circumstances:
    """What a fault's script can ask about a request."""

    path: str
    query: str
    tenant: int | None
    page: int


@dataclass(kw_only=True)
class Script:
    """The next ``times`` requests that match, after the first ``skip`` that do, meet ``fault``.

    ``path`` is how the request's path begins; ``page`` and ``tenant`` narrow it down.
    """

    fault: Fault
    path: str = "/"
    page: int | None = None
    tenant: int | None = None
    times: int = 1
    skip: int = 0
    change: Callable[[SimulatedCompany], object] | None = None

    def matches(self, about: Circumstances) -> bool:
        """Whether the request is one of those meant, counted or not."""
        return (
            self.times > 0
            and about.path.startswith(self.path)
            and self.page in (None, about.page)
            and self.tenant in (None, about.tenant)
            and (self.fault not in DURING_PAGING or about.page > 1)
        )


@dataclass(kw_only=True)
class Faults:
    """All misbehaviour of one simulator; may be changed while it serves.

    ``rates`` are chances from 0 to 1 for each request whose path begins with ``rates_path``. ``sleep`` is how ``SLOW``
    and ``SLOW_BODY`` wait.
    """

    seed: int = 1
    rates: dict[Fault, float] = field(default_factory=dict)
    rates_path: str = "/"
    scripts: list[Script] = field(default_factory=list)
    slow_seconds: float = 1.0
    sleep: Callable[[float], object] = time.sleep
    _asked: Counter[Circumstances] = field(default_factory=Counter)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def script(self, fault: Fault | str, path: str = "/", **narrower: int | None) -> Script:
        """Add a script; see :class:`Script` for ``page``, ``tenant``, ``times`` and ``skip``."""
        return self.add(Script(fault=Fault(fault), path=path, **narrower))  # type: ignore[arg-type]

    def add(self, script: Script) -> Script:
        """Add a script and return it; its ``times`` counts down to 0."""
        with self._lock:
            self.scripts.append(script)
        return script

    def clear(self) -> None:
        """Behave."""
        with self._lock:
            self.rates.clear()
            self.rates_path = "/"
            self.scripts.clear()
            self._asked.clear()

    def next(self, about: Circumstances, among: Iterable[Fault] = tuple(Fault)) -> Script | None:
        """The misbehaviour this request meets, if any; scripts come before chance."""
        if not self.scripts and not self.rates:
            return None
        allowed = frozenset(among)
        with self._lock:
            for script in self.scripts:
                if script.fault in allowed and script.matches(about) and self._due(script):
                    return script
            return self._by_chance(about, allowed)

    def settings(self) -> Mapping[str, object]:
        """What is set, ready for JSON."""
        with self._lock:
            return {
                "seed": self.seed,
                "rates": {str(fault): str(rate) for fault, rate in self.rates.items()},
                "slow_seconds": str(self.slow_seconds),
                "script": [
                    {"fault": str(each.fault), "path": each.path, "page": each.page, "times": each.times}
                    for each in self.scripts
                    if each.times
                ],
            }

    def _due(self, script: Script) -> bool:
        if script.skip:
            script.skip -= 1
            return False
        script.times -= 1
        return True

    def _by_chance(self, about: Circumstances, allowed: frozenset[Fault]) -> Script | None:
        if not self.rates or not about.path.startswith(self.rates_path):
            return None
        self._asked[about] += 1
        drawn = Random(f"{self.seed}|{about}|{self._asked[about]}").random()  # noqa: S311 - a fault must repeat
        for fault in Fault:
            rate = self.rates.get(fault, 0.0)
            if drawn < rate and fault in allowed and (fault not in DURING_PAGING or about.page > 1):
                return Script(fault=fault, times=0)
            drawn -= rate
            if drawn < 0:
                return None
        return None
