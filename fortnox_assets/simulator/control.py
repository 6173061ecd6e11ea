"""Tells a running simulator how to behave: ``faults``, ``restrictions`` and ``statistics`` under ``/_simulator``."""

import json
from collections.abc import Callable, Mapping
from http import HTTPStatus
from typing import Any

from fortnox_assets.catalogue import ENDPOINTS
from fortnox_assets.simulator.access import Restrictions
from fortnox_assets.simulator.api import Api
from fortnox_assets.simulator.asked import Answer, Asked
from fortnox_assets.simulator.faults import Fault, Faults, Script
from fortnox_assets.simulator.journal import Journal
from fortnox_assets.simulator.serialisation import json_text

PREFIX = "_simulator"


class ControlError(ValueError):
    """A setting that cannot be; the message says what is wrong and what is allowed."""


class Control:
    """The simulator's own routes. They need no token and are not part of what is imitated."""

    def __init__(self, api: Api, faults: Faults, journal: Journal) -> None:
        self._api = api
        self._faults = faults
        self._journal = journal

    def answer(self, asked: Asked) -> Answer:
        """What the route says, or one line about what is wrong with the request."""
        routes: Mapping[tuple[str, tuple[str, ...]], Callable[[], Answer]] = {
            ("GET", ("statistics",)): lambda: _answer(self._journal.statistics()),
            ("DELETE", ("statistics",)): self._forget,
            ("GET", ("faults",)): lambda: _answer(self._faults.settings()),
            ("DELETE", ("faults",)): self._behave,
            ("POST", ("faults",)): lambda: self._changed(asked, self._set_faults),
            ("POST", ("restrictions",)): lambda: self._changed(asked, self._set_restrictions),
        }
        route = routes.get((asked.request.method, asked.segments[1:]))
        return _answer({"error": f"no such control: {asked.path}"}, HTTPStatus.NOT_FOUND) if route is None else route()

    def _forget(self) -> Answer:
        self._journal.clear()
        return _answer(self._journal.statistics())

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
        _known(wanted, ("seed", "rates", "slow_seconds", "script"))
        rates = {_fault(name): float(rate) for name, rate in wanted.get("rates", {}).items()}
        scripts = [self._script(each) for each in wanted.get("script", [])]
        self._faults.seed = int(wanted.get("seed", self._faults.seed))
        self._faults.slow_seconds = float(wanted.get("slow_seconds", self._faults.slow_seconds))
        self._faults.rates.update(rates)
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

    def _tenant(self, key: str) -> int:
        for company in self._api.companies.values():
            if key in (company.key, str(company.tenant_id)):
                return company.tenant_id
        known = ", ".join(company.key for company in self._api.companies.values())
        raise ControlError(f"no company {key!r}; there are {known}")


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
