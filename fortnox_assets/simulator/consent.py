"""The page where a company's administrator approves an integration: ``GET /oauth-v1/auth``.

The simulator has no log-in: approval is given at once when it is clear which company is meant (there is one only, the
request names its tenant, or the simulator was told), and otherwise by choosing a company on the page.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from html import escape
from http import HTTPStatus
from urllib.parse import urlencode

from fortnox_assets.simulator.asked import Answer, Asked
from fortnox_assets.simulator.company import SimulatedCompany
from fortnox_assets.simulator.oauth import TokenRefusal, Tokens

_HTML = "text/html; charset=utf-8"


@dataclass(frozen=True, kw_only=True)
class Consent:
    """Who may approve what. ``approves`` is the tenant that approves without being asked."""

    companies: Mapping[int, SimulatedCompany]
    tokens: Tokens
    approves: int | None = None

    def answer(self, asked: Asked) -> Answer:
        """A redirect with code and state, a redirect with an error, or the page."""
        query = asked.query
        if query.get("client_id") not in self.tokens.credentials or not query.get("redirect_uri"):
            return _page(HTTPStatus.BAD_REQUEST, "<p>Unknown client_id, or no redirect_uri.</p>")
        if query.get("response_type") != "code":
            return _redirect(query, {"error": "unsupported_response_type"})
        if "deny" in query:
            return _redirect(query, {"error": "access_denied"})
        tenant = self._tenant(query.get("tenant"))
        if tenant is None:
            return self._choice(asked)
        try:
            code = self.tokens.code(
                query["client_id"],
                tenant,
                query["redirect_uri"],
                query.get("scope", ""),
                service=query.get("account_type") == "service",
            )
        except TokenRefusal:
            return _redirect(query, {"error": "invalid_scope"})
        return _redirect(query, {"code": code})

    def _tenant(self, named: str | None) -> int | None:
        if named is not None and named.isdecimal() and int(named) in self.companies:
            return int(named)
        if self.approves is not None:
            return self.approves
        return next(iter(self.companies)) if len(self.companies) == 1 else None

    def _choice(self, asked: Asked) -> Answer:
        links = [(f"tenant={company.tenant_id}", f"Approve for {company.name}") for company in self.companies.values()]
        links.append(("deny=1", "Decline"))
        items = "".join(
            f'<li><a href="?{escape(asked.raw_query)}&amp;{choice}">{escape(text)}</a></li>' for choice, text in links
        )
        scopes = escape(asked.query.get("scope", "everything the company has"))
        return _page(HTTPStatus.OK, f"<h1>Approve the integration</h1><p>It asks for: {scopes}</p><ul>{items}</ul>")


def _redirect(query: Mapping[str, str], found: Mapping[str, str]) -> Answer:
    state = {"state": query["state"]} if "state" in query else {}
    target = query["redirect_uri"]
    joint = "&" if "?" in target else "?"
    location = f"{target}{joint}{urlencode({**found, **state})}"
    return Answer(body=b"", status=HTTPStatus.FOUND, content_type=_HTML, headers=(("Location", location),))


def _page(status: HTTPStatus, content: str) -> Answer:
    page = f"<!doctype html><title>Simulated Fortnox</title>{content}"
    return Answer(body=page.encode("utf-8"), status=status, content_type=_HTML)
