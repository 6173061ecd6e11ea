"""Tokens: who may ask for which company, and for how long.

After https://www.fortnox.se/developer/authorization and recorded answers of 2023, content types included: errors are
JSON that calls itself HTML or plain text.
"""

import base64
import hmac
import json
import secrets
import threading
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from http import HTTPStatus

from fortnox_assets.simulator.company import SimulatedCompany

ACCESS_TOKEN_SECONDS = 3600
AUTHORISATION_CODE_SECONDS = 600
REFRESH_TOKEN_SECONDS = 45 * 24 * 3600

_HTML = "text/html; charset=UTF-8"
_PLAIN = "text/plain;charset=UTF-8"


@dataclass(frozen=True, kw_only=True)
class Grant:
    """What a token or a code stands for: an integration's access to one company, until ``expires`` (epoch seconds)."""

    client_id: str
    tenant: int
    scopes: frozenset[str]
    expires: float
    redirect_uri: str = ""


class TokenRefusal(Exception):  # noqa: N818 - an answer of the token endpoint, not an error of the program
    """The token endpoint says no."""

    def __init__(self, status: HTTPStatus, error: str, description: str, content_type: str) -> None:
        super().__init__(error)
        self.status = status
        self.content_type = content_type
        self.body = json.dumps({"error": error, "error_description": description}).encode("ascii")


def invalid_grant(description: str) -> TokenRefusal:
    """The refresh token, the code or the consent is not there (any more)."""
    return TokenRefusal(HTTPStatus.BAD_REQUEST, "invalid_grant", description, _HTML)


def invalid_request(description: str) -> TokenRefusal:
    """The request lacks something."""
    return TokenRefusal(HTTPStatus.BAD_REQUEST, "invalid_request", description, _HTML)


def invalid_scope() -> TokenRefusal:
    """A scope the company did not consent to."""
    return TokenRefusal(HTTPStatus.BAD_REQUEST, "invalid_scope", "The requested scope is invalid", _HTML)


def invalid_client() -> TokenRefusal:
    """The client id or its secret is wrong."""
    return TokenRefusal(HTTPStatus.UNAUTHORIZED, "invalid_client", "The client credentials are invalid", _PLAIN)


@dataclass(kw_only=True)
class Tokens:
    """Every token that has been given out. ``credentials`` maps client ids to secrets.

    ``consents`` are the tenants whose administrator has approved a service account; only those can be reached with
    client credentials. ``ends_families``: a refresh token that is used a second time ends every refresh token of its
    company, as servers do that suspect a thief; ``spent_twice`` counts how often one was, by tenant, and
    ``when_spent_again`` is called with the tenant and the token before the refusal is sent.
    """

    companies: Mapping[int, SimulatedCompany]
    credentials: Mapping[str, str]
    consents: set[int]
    clock: Callable[[], float]
    ends_families: bool = False
    spent_twice: Counter[int] = field(default_factory=Counter)
    when_spent_again: Callable[[int, str], object] = lambda _tenant, _token: None
    _codes: dict[str, Grant] = field(default_factory=dict)
    _access: dict[str, Grant] = field(default_factory=dict)
    _refresh: dict[str, Grant] = field(default_factory=dict)
    _spent: dict[str, int] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def authenticated(self, client_id: str | None, secret: str | None) -> str:
        """The client id, when the secret is its own. Raises: TokenRefusal."""
        expected = self.credentials.get(client_id or "")
        if client_id is None or expected is None or not hmac.compare_digest(expected.encode(), (secret or "").encode()):
            raise invalid_client()
        return client_id

    def code(self, client_id: str, tenant: int, redirect_uri: str, asked: str, *, service: bool) -> str:
        """A one-time code for a company that has just approved, good for ten minutes. Raises: TokenRefusal."""
        if service:
            self.consents.add(tenant)
        expires = self.clock() + AUTHORISATION_CODE_SECONDS
        grant = Grant(
            client_id=client_id,
            tenant=tenant,
            scopes=self._scopes(tenant, asked),
            expires=expires,
            redirect_uri=redirect_uri,
        )
        with self._lock:
            code = secrets.token_urlsafe(24)
            self._codes[code] = grant
        return code

    def token(self, client_id: str, form: Mapping[str, str], tenant_header: str | None) -> Mapping[str, object]:
        """The answer to a token request. Raises: TokenRefusal."""
        match form.get("grant_type"):
            case "authorization_code":
                return self._by_code(client_id, form)
            case "refresh_token":
                return self._by_refresh_token(client_id, form)
            case "client_credentials":
                return self._by_credentials(client_id, form, tenant_header)
        raise TokenRefusal(HTTPStatus.BAD_REQUEST, "unsupported_grant_type", "The grant type is not supported", _HTML)

    def revoke(self, client_id: str, token: str) -> bool:
        """End a refresh token; whether there was one to end."""
        with self._lock:
            grant = self._refresh.get(token)
            if grant is None or grant.client_id != client_id:
                return False
            del self._refresh[token]
            return True

    def grant_of(self, authorization: str | None) -> Grant | None:
        """What the ``Authorization`` header gives access to; None when its token is unknown or has expired."""
        scheme, _, token = (authorization or "").partition(" ")
        grant = self._access.get(token.strip()) if scheme.lower() == "bearer" else None
        return grant if grant is not None and self.clock() < grant.expires else None

    def expire(self, authorization: str | None) -> None:
        """End the access token in the header now."""
        with self._lock:
            self._access.pop((authorization or "").partition(" ")[2].strip(), None)

    def _by_code(self, client_id: str, form: Mapping[str, str]) -> Mapping[str, object]:
        with self._lock:
            grant = self._codes.pop(form.get("code", ""), None)
        if grant is None or grant.client_id != client_id or self.clock() >= grant.expires:
            raise invalid_grant("Authorization code doesn't exist or is invalid for the client")
        if form.get("redirect_uri") != grant.redirect_uri:
            raise invalid_grant("The redirect URI is missing or do not match")
        return self._issue(grant, refreshable=True)

    def _by_refresh_token(self, client_id: str, form: Mapping[str, str]) -> Mapping[str, object]:
        with self._lock:
            grant = self._refresh.get(form.get("refresh_token", ""))
            self._suspect(form.get("refresh_token", ""))
            if grant is None or grant.client_id != client_id or self.clock() >= grant.expires:
                raise invalid_grant("Invalid refresh token")
            del self._refresh[form["refresh_token"]]
            self._spent[form["refresh_token"]] = grant.tenant
        return self._issue(grant, refreshable=True)

    def _suspect(self, token: str) -> None:
        tenant = self._spent.get(token)
        if tenant is None:
            return
        self.spent_twice[tenant] += 1
        self.when_spent_again(tenant, token)
        if self.ends_families:
            self._refresh = {each: grant for each, grant in self._refresh.items() if grant.tenant != tenant}

    def end_access(self, tenant: int) -> None:
        """End every access token of the company."""
        with self._lock:
            self._access = {each: grant for each, grant in self._access.items() if grant.tenant != tenant}

    def _by_credentials(
        self, client_id: str, form: Mapping[str, str], tenant_header: str | None
    ) -> Mapping[str, object]:
        if not (tenant_header or "").isdecimal():
            raise invalid_request("The TenantId header is missing or is not a number")
        tenant = int(tenant_header or "0")
        if tenant not in self.companies or tenant not in self.consents:
            raise invalid_grant("No consent found for the tenant")
        grant = Grant(client_id=client_id, tenant=tenant, scopes=self._scopes(tenant, form.get("scope", "")), expires=0)
        return self._issue(grant, refreshable=False)

    def _scopes(self, tenant: int, asked: str) -> frozenset[str]:
        consented = self.companies[tenant].scopes
        wanted = frozenset(asked.split()) or consented
        if not wanted <= consented:
            raise invalid_scope()
        return wanted

    def _issue(self, grant: Grant, *, refreshable: bool) -> Mapping[str, object]:
        now = self.clock()
        access = _jwt(grant, now, self.companies[grant.tenant])
        answer: dict[str, object] = {
            "access_token": access,
            "expires_in": ACCESS_TOKEN_SECONDS,
            "token_type": "bearer",
            "scope": " ".join(sorted(grant.scopes)),
        }
        with self._lock:
            self._access[access] = _until(grant, now + ACCESS_TOKEN_SECONDS)
            if refreshable:
                refresh = secrets.token_hex(20)
                self._refresh[refresh] = _until(grant, now + REFRESH_TOKEN_SECONDS)
                answer["refresh_token"] = refresh
        return answer


def _until(grant: Grant, expires: float) -> Grant:
    return Grant(client_id=grant.client_id, tenant=grant.tenant, scopes=grant.scopes, expires=expires)


def _jwt(grant: Grant, now: float, company: SimulatedCompany) -> str:
    """A token in the shape of Fortnox's: three parts that can be decoded. Nothing signs it."""
    header = {"alg": "RS256", "typ": "JWT"}
    claims = {
        "userId": "1",
        "tenantId": grant.tenant,
        "clientId": grant.client_id,
        "scopes": sorted(grant.scopes),
        "sub": f"1@{grant.tenant}",
        "iss": "https://api.fortnox.se/oauth2",
        "companyName": company.name,
        "iat": int(now),
        "exp": int(now) + ACCESS_TOKEN_SECONDS,
        "jti": secrets.token_hex(8),
    }
    return ".".join([*(_part(json.dumps(each).encode()) for each in (header, claims)), _part(secrets.token_bytes(32))])


def _part(content: bytes) -> str:
    return base64.urlsafe_b64encode(content).rstrip(b"=").decode("ascii")
