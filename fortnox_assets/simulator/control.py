"""Tells a running simulator how to behave, by routes under ``/_simulator``; docs/simulator.md lists them."""

import datetime as dt
import json
from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import partial
from http import HTTPStatus
from random import Random
from typing import Any

from fortnox_assets.catalogue import ENDPOINTS
from fortnox_assets.simulator.access import Restrictions
from fortnox_assets.simulator.api import Api
from fortnox_assets.simulator.asked import Answer, Asked
from fortnox_assets.simulator.faults import Fault, Faults, Script
from fortnox_assets.simulator.journal import Journal
from fortnox_assets.simulator.oauth import Tokens
from fortnox_assets.simulator.rate_limit import RateLimiter
from fortnox_assets.simulator.serialisation import json_text
from fortnox_assets.simulator.work import work

PREFIX = "_simulator"


class ControlError(ValueError):
    """A setting that cannot be; the message says what is wrong and what is allowed."""


class Control:
    """The simulator's own routes. They need no token and are not part of what is imitated."""

    def __init__(self, api: Api, faults: Faults, journal: Journal, tokens: Tokens, limiter: RateLimiter) -> None:
        self._api = api
        self._faults = faults
        self._journal = journal
        self._tokens = tokens
        self._limiter = limiter

    def answer(self, asked: Asked) -> Answer:
        """What the route says, or one line about what is wrong with the request."""
        routes: Mapping[tuple[str, tuple[str, ...]], Callable[[], Answer]] = {
            ("GET", ("statistics",)): lambda: _answer(self._statistics()),
            ("DELETE", ("statistics",)): self._forget,
            ("GET", ("faults",)): lambda: _answer(self._faults.settings()),
            ("DELETE", ("faults",)): self._behave,
            ("POST", ("faults",)): lambda: self._changed(asked, self._set_faults),
            ("POST", ("restrictions",)): lambda: self._changed(asked, self._set_restrictions),
            ("POST", ("access",)): lambda: self._changed(asked, self._set_access),
            ("POST", ("clock",)): lambda: self._changed(asked, self._set_clock),
            ("POST", ("rate_limit",)): lambda: self._changed(asked, self._set_rate_limit),
            ("POST", ("tokens",)): lambda: self._changed(asked, self._set_tokens),
            ("POST", ("work",)): lambda: self._changed(asked, self._work),
        }
        route = routes.get((asked.request.method, asked.segments[1:]))
        return _answer({"error": f"no such control: {asked.path}"}, HTTPStatus.NOT_FOUND) if route is None else route()

    def _forget(self) -> Answer:
        self._journal.clear()
        return _answer(self._journal.statistics())

    def _statistics(self) -> Mapping[str, object]:
        twice = {str(tenant): count for tenant, count in self._tokens.spent_twice.items()}
        return {**self._journal.statistics(), "refresh_tokens_spent_twice": twice}

    def _behave(self) -> Answer:
        self._faults.clear()
        return _answer(self._faults.settings())

    def _changed(self, asked: Asked, change: Callable[[Mapping[str, Any]], Mapping[str, object]]) -> Answer:
        try:
            wanted = json.loads(asked.request.get_data())
            if not isinstance(wanted, dict):
                raise ControlError("the body must be a JSON object")
            return _answer(change(wanted))
        except ValueError as error:
            return _answer({"error": str(error)}, HTTPStatus.BAD_REQUEST)

    def _set_faults(self, wanted: Mapping[str, Any]) -> Mapping[str, object]:
        _known(wanted, ("seed", "rates", "rates_path", "slow_seconds", "script"))
        rates = {_fault(name): float(rate) for name, rate in wanted.get("rates", {}).items()}
        scripts = [self._script(each) for each in wanted.get("script", [])]
        self._faults.seed = int(wanted.get("seed", self._faults.seed))
        self._faults.slow_seconds = float(wanted.get("slow_seconds", self._faults.slow_seconds))
        self._faults.rates.update(rates)
        self._faults.rates_path = str(wanted.get("rates_path", self._faults.rates_path))
        for script in scripts:
            self._faults.add(script)
        return self._faults.settings()

    def _script(self, wanted: Mapping[str, Any]) -> Script:
        _known(wanted, ("fault", "path", "page", "company", "times", "skip"))
        numbers: dict[str, Any] = {name: int(wanted[name]) for name in ("page", "times", "skip") if name in wanted}
        tenant = self._tenant(wanted["company"]) if "company" in wanted else None
        return Script(fault=_fault(wanted.get("fault")), path=str(wanted.get("path", "/")), tenant=tenant, **numbers)

    def _set_restrictions(self, wanted: Mapping[str, Any]) -> Mapping[str, object]:
        chosen = {self._tenant(company): _restrictions(each) for company, each in wanted.items()}
        for tenant, restrictions in chosen.items():
            self._api.restrict(tenant, restrictions)
        return {"restricted": [str(tenant) for tenant in chosen]}

    def _set_access(self, wanted: Mapping[str, Any]) -> Mapping[str, object]:
        """What companies consent to and pay for from now on; their access tokens end, as the next ones differ."""
        for key, access in wanted.items():
            _known(access, ("scopes", "licences"))
            company = self._api.companies[self._tenant(key)]
            company.scopes = frozenset(access.get("scopes", company.scopes))
            company.licences = frozenset(access.get("licences", company.licences))
            self._tokens.end_access(company.tenant_id)
        return {"changed": sorted(wanted)}

    def _set_clock(self, wanted: Mapping[str, Any]) -> Mapping[str, object]:
        """Fortnox's clock for a company, so many seconds ahead of what it says now."""
        for key, seconds in wanted.items():
            company, ahead = self._api.companies[self._tenant(key)], dt.timedelta(seconds=float(seconds))
            company.now = partial(_ahead, company.now, ahead)
            company.revision += 1
        return {key: self._api.companies[self._tenant(key)].now().isoformat() for key in wanted}

    def _set_rate_limit(self, wanted: Mapping[str, Any]) -> Mapping[str, object]:
        _known(wanted, ("requests", "retry_after", "counts_refused"))
        wait = wanted.get("retry_after", self._limiter.limit.retry_after)
        self._limiter.limit = replace(
            self._limiter.limit,
            requests=int(wanted.get("requests", self._limiter.limit.requests)),
            retry_after=None if wait is None else int(wait),
            counts_refused=bool(wanted.get("counts_refused", self._limiter.limit.counts_refused)),
        )
        limit = self._limiter.limit
        return {"requests": limit.requests, "retry_after": limit.retry_after, "counts_refused": limit.counts_refused}

    def _set_tokens(self, wanted: Mapping[str, Any]) -> Mapping[str, object]:
        _known(wanted, ("ends_families",))
        self._tokens.ends_families = bool(wanted.get("ends_families", self._tokens.ends_families))
        return {"ends_families": self._tokens.ends_families}

    def _work(self, wanted: Mapping[str, Any]) -> Mapping[str, object]:
        """So many things done in each company, chosen by its books as they are; what they were."""
        done = {}
        for key, times in wanted.items():
            company = self._api.companies[self._tenant(key)]
            draw = Random(f"{key}|{company.revision}")  # noqa: S311 - it must repeat
            done[key] = [work(company, draw) for _ in range(int(times))]
        return done

    def _tenant(self, key: str) -> int:
        for company in self._api.companies.values():
            if key in (company.key, str(company.tenant_id)):
                return company.tenant_id
        known = ", ".join(company.key for company in self._api.companies.values())
        raise ControlError(f"no company {key!r}; there are {known}")


def _ahead(now: Callable[[], dt.datetime], by: dt.timedelta) -> dt.datetime:
    return now() + by


def _restrictions(wanted: Mapping[str, Any]) -> Restrictions:
    _known(wanted, ("rights", "features", "fields"))
    named = [*wanted.get("rights", ()), *wanted.get("features", ()), *wanted.get("fields", {})]
    _known(named, tuple(ENDPOINTS))
    return Restrictions(
        rights=frozenset(wanted.get("rights", ())),
        features=frozenset(wanted.get("features", ())),
        fields={endpoint: frozenset(fields) for endpoint, fields in wanted.get("fields", {}).items()},
    )


def _known(wanted: Any, allowed: tuple[str, ...]) -> None:
    for name in wanted:
        if name not in allowed:
            raise ControlError(f"unknown: {name!r}; allowed: {', '.join(allowed)}")


def _fault(name: Any) -> Fault:
    try:
        return Fault(name)
    except ValueError:
        raise ControlError(f"no fault {name!r}; there are {', '.join(Fault)}") from None


def _answer(value: Mapping[str, object], status: HTTPStatus = HTTPStatus.OK) -> Answer:
    return Answer(body=json_text(value).encode("ascii"), status=status)
