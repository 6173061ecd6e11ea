"""Answers the API: lists, details, single objects and files of the company the token stands for."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from fortnox_assets.catalogue.endpoint import Endpoint, Listing
from fortnox_assets.simulator.access import NO_RESTRICTIONS, Restrictions, check_access
from fortnox_assets.simulator.addresses import Kind, Route, Routes, row_url
from fortnox_assets.simulator.asked import Answer, Asked
from fortnox_assets.simulator.choosing import ListCall
from fortnox_assets.simulator.company import SimulatedCompany
from fortnox_assets.simulator.errors import Refusal, bad_response_type, no_such_route, not_found
from fortnox_assets.simulator.files import folder_answer, sie_answer
from fortnox_assets.simulator.index import EndpointRows, Index, Row, year_field
from fortnox_assets.simulator.listing import list_answer
from fortnox_assets.simulator.oauth import Grant
from fortnox_assets.simulator.serialisation import Body, detail_body, json_text, without_right
from fortnox_assets.simulator.side_effects import carry_out, preview
from fortnox_assets.simulator.years import default_year, known_year


@dataclass(kw_only=True)
class Api:
    """Everything under ``/3`` and ``/api``. ``restrictions`` are kept by tenant; set them with :meth:`restrict`."""

    companies: Mapping[int, SimulatedCompany]
    sie_encoding: str = "cp437"
    restrictions: dict[int, Restrictions] = field(default_factory=dict)
    routes: Routes = field(default_factory=Routes)
    index: Index = field(default_factory=Index)

    def restrict(self, tenant: int, restrictions: Restrictions) -> None:
        """Withhold this from the tenant's connection, from now on."""
        self.restrictions[tenant] = restrictions
        self.index.forget()

    def route(self, asked: Asked, tenant: int) -> tuple[Route, dict[str, str]]:
        """Which request this is. Raises: Refusal when there is no such path."""
        found = self.routes.find(asked.segments)
        if found is not None:
            return found
        possible = [] if asked.whole else list(self.routes.joined(asked.segments))
        if not possible:
            raise no_such_route()
        return next((each for each in possible if self._exists(asked, tenant, *each)), possible[0])

    def answer(self, asked: Asked, grant: Grant, route: Route, values: Mapping[str, str]) -> Answer:
        """The right answer. Raises: Refusal."""
        company = self.companies[grant.tenant]
        restrictions = self._restrictions(grant.tenant)
        check_access(company, grant, route.endpoint, restrictions)
        hidden = restrictions.hidden(route.endpoint)
        if route.kind is Kind.SIE:
            return sie_answer(company, asked, values["Type"], self.sie_encoding)
        if route.kind is Kind.FOLDER:
            return folder_answer(company, route.endpoint, asked, values.get("Id"))
        rows = self.index.rows(company, route.endpoint, hidden)
        if route.kind is Kind.LIST:
            return _list(ListCall(company=company, endpoint=route.endpoint, rows=rows, query=asked.query), hidden)
        row = self._row(company, route, rows, values, asked)
        if route.kind is Kind.DETAIL:
            return _json(_wrapped(route, without_right(_detail(row), hidden)))
        if "print" in route.action and not asked.takes_anything:
            raise bad_response_type()
        if route.kind is Kind.PREVIEW:
            return preview()
        return carry_out(company, route.endpoint, row.document, route.action)

    def _exists(self, asked: Asked, tenant: int, route: Route, values: Mapping[str, str]) -> bool:
        company = self.companies[tenant]
        rows = self.index.rows(company, route.endpoint, self._restrictions(tenant).hidden(route.endpoint))
        try:
            self._row(company, route, rows, values, asked)
        except Refusal:
            return False
        return True

    def _restrictions(self, tenant: int) -> Restrictions:
        return self.restrictions.get(tenant, NO_RESTRICTIONS)

    def _row(
        self,
        company: SimulatedCompany,
        route: Route,
        rows: EndpointRows,
        values: Mapping[str, str],
        asked: Asked,
    ) -> Row:
        """The one row of a path. Vouchers, accounts and series are those of the current year unless asked otherwise."""
        key = list(values.values())
        if year_field(route.endpoint) is not None and route.endpoint.detail_parameters:
            year = asked.query.get("financialyear")
            key.append(default_year(company) if year is None else known_year(company, year))
        row = rows.by_key.get(tuple(key))
        if row is None:
            raise not_found(route.endpoint.name)
        return row


def _list(call: ListCall, hidden: frozenset[str]) -> Answer:
    if call.endpoint.listing is not Listing.SINGLETON:
        return Answer(body=list_answer(call).encode("ascii"))
    bodies = [row.body for row in call.rows.rows]
    body = _single(call.endpoint, bodies[0] if bodies else _from_company(call), hidden)
    return _json({call.endpoint.wrapper: body} if call.endpoint.wrapper else body)


def _single(endpoint: Endpoint, body: Body, hidden: frozenset[str]) -> Body:
    return without_right(detail_body(endpoint, body, row_url(endpoint, body)), hidden)


def _from_company(call: ListCall) -> Body:
    """A single object nobody has filled in, as far as it follows from the company itself."""
    company = call.company
    known: Mapping[str, Body] = {
        "locked_period": {"EndDate": company.locked_until and company.locked_until.isoformat()},
        "company_information": {
            "CompanyName": company.name,
            "DatabaseNumber": company.tenant_id,
            "OrganizationNumber": company.organisation_number,
        },
        "company_settings": {
            "Name": company.name,
            "DatabaseNumber": str(company.tenant_id),
            "OrganizationNumber": company.organisation_number,
        },
        "warehouse_tenants": {"activated": "Lager" in company.licences, "tenantId": company.tenant_id},
    }
    return known.get(call.endpoint.name, {})


def _detail(row: Row) -> Body:
    return detail_body(row.endpoint, row.body, row_url(row.endpoint, row.body))


def _wrapped(route: Route, body: Body) -> object:
    """The row as the detail call sends it: under its wrapper, bare, or (stocktaking rows) only the rows inside it."""
    endpoint = route.endpoint
    if endpoint.detail_field is not None and route.segments[-1] == endpoint.detail_field:
        return body[endpoint.detail_field]
    wrapper = endpoint.wrapper if endpoint.listing in (Listing.PER_KEY, Listing.NONE) else endpoint.detail_wrapper
    return body if wrapper is None else {wrapper: body}


def _json(value: object) -> Answer:
    return Answer(body=json_text(value).encode("ascii"))
