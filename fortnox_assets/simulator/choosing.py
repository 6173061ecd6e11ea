"""Which rows of a list the parameters choose, and in which order."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal, InvalidOperation

from fortnox_assets.catalogue.endpoint import ChangeFilter, Endpoint
from fortnox_assets.simulator.company import SimulatedCompany
from fortnox_assets.simulator.errors import bad_filter, bad_parameter
from fortnox_assets.simulator.index import REMEMBERED_VIEWS, EndpointRows, Row, natural_order, year_field
from fortnox_assets.simulator.parameters import LIST_PARAMETERS, NO_PARAMETERS, ListParameters, Predicate
from fortnox_assets.simulator.serialisation import plain_text
from fortnox_assets.simulator.years import day_text, default_year, known_year, year_on

PAGING = frozenset({"page", "limit", "offset"})
_SORTING = frozenset({"sortby", "sortorder"})


@dataclass(frozen=True, kw_only=True)
class ListCall:
    """One list call: whose rows, and the query as it was sent."""

    company: SimulatedCompany
    endpoint: Endpoint
    rows: EndpointRows
    query: Mapping[str, str]

    @property
    def today(self) -> date:
        """The company's day."""
        return self.company.now().date()


def view(call: ListCall) -> Sequence[Row]:
    """The rows the parameters choose, in order; remembered while the company stays as it is.

    Raises: Refusal for a parameter the endpoint does not take, or a value it cannot read.
    """
    choosing = tuple(sorted((name, text) for name, text in call.query.items() if name not in PAGING))
    key = (choosing, call.today)
    found = call.rows.views.get(key)
    if found is None:
        found = _ordered(call, _chosen(call))
        if len(call.rows.views) >= REMEMBERED_VIEWS:
            call.rows.views.clear()
        call.rows.views[key] = found
    return found


def _chosen(call: ListCall) -> Sequence[Row]:
    taken = LIST_PARAMETERS.get(call.endpoint.name, NO_PARAMETERS)
    query = dict(call.query)
    rows = _of_year(call, query, taken)
    since = _changed_since(call.endpoint, query)
    predicates = [_predicate(taken, name, text) for name, text in query.items() if name not in PAGING | _SORTING]
    if since is not None:
        rows = [row for row in rows if row.document.modified >= since]
    return [row for row in rows if all(keeps(row.body, call.today) for keeps in predicates)] if predicates else rows


def _of_year(call: ListCall, query: dict[str, str], taken: ListParameters) -> Sequence[Row]:
    """The rows of the financial year that is asked for.

    Without one, accounts, voucher series and vouchers are those of the year that holds today, or of the latest.
    """
    if year_field(call.endpoint) is None:
        return call.rows.rows
    asked, day = query.pop("financialyear", None), query.pop("financialyeardate", None)
    if day is not None:
        if not taken.by_year_date:
            raise bad_parameter()
        return call.rows.by_year.get(year_on(call.company, day_text(day)), [])
    if asked is None:
        if call.endpoint.name == "voucher_file_connections":
            return call.rows.rows
        return call.rows.by_year.get(default_year(call.company), [])
    return call.rows.by_year.get(known_year(call.company, asked), [])


def _changed_since(endpoint: Endpoint, query: dict[str, str]) -> datetime | None:
    """The moment of ``lastmodified`` in Swedish time; None when it is not asked for or has no effect."""
    text = query.pop("lastmodified", None)
    if text is None or endpoint.change_filter is ChangeFilter.IGNORED:
        return None
    if endpoint.change_filter is not ChangeFilter.HONOURED:
        raise bad_parameter()
    for form in ("%Y-%m-%d %H:%M:%S", "%Y-%m-%d %H:%M", "%Y-%m-%d"):
        try:
            return datetime.strptime(text, form)  # noqa: DTZ007 - Fortnox means Swedish time and says no zone
        except ValueError:
            continue
    raise bad_parameter()


def _predicate(taken: ListParameters, name: str, text: str) -> Predicate:
    """What the parameter asks of a row. Raises: Refusal for one the endpoint does not take."""
    if name == "filter":
        if text not in taken.filters:
            raise bad_filter() if taken.filters else bad_parameter()
        return taken.filters[text]
    tests: list[Predicate] = []
    if name in taken.contains:
        tests.append(_contains(taken.contains[name], text.casefold()))
    if name in taken.equal:
        tests.append(_equals(taken.equal[name], _canonical(text)))
    if name in taken.since:
        tests.append(_not_before(taken.since[name], day_text(text)))
    if name in taken.until:
        tests.append(_not_after(taken.until[name], day_text(text)))
    if not tests:
        raise bad_parameter()
    return lambda body, today: all(test(body, today) for test in tests)


def _contains(name: str, part: str) -> Predicate:
    return lambda body, _: part in plain_text(body.get(name)).casefold()


def _equals(name: str, value: str) -> Predicate:
    return lambda body, _: _canonical(plain_text(body.get(name))) == value


def _not_before(name: str, day: str) -> Predicate:
    return lambda body, _: str(body.get(name) or "") >= day


def _not_after(name: str, day: str) -> Predicate:
    return lambda body, _: "" < str(body.get(name) or "") <= day


def _canonical(text: str) -> str:
    """Numbers in one form, so that 1.0 finds 1."""
    try:
        return plain_text(Decimal(text)) if text[:1].isdecimal() else text
    except InvalidOperation:
        return text


def _ordered(call: ListCall, rows: Sequence[Row]) -> Sequence[Row]:
    order = call.query.get("sortorder", "ascending")
    if order not in ("ascending", "descending"):
        raise bad_parameter()
    name = call.query.get("sortby")
    if name is None:
        return rows if order == "ascending" else list(reversed(rows))
    sortable = LIST_PARAMETERS.get(call.endpoint.name, NO_PARAMETERS).sortable
    if name not in sortable:
        raise bad_parameter()
    column = sortable[name]
    return sorted(rows, key=lambda row: natural_order(row.body.get(column)), reverse=order == "descending")
