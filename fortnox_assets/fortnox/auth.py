"""Puts an access token on a request; gets a new one before the old expires, and once a try when Fortnox answers 401.

Two grants. Client credentials: nothing to store, the consent lives at Fortnox
(https://www.fortnox.se/developer/authorization/get-access-token-using-client-credentials). Refresh token: each renewal
brings the next refresh token, which is saved durably before the new access token is used. A failed token request is
raised as the error it means; whether to try again is ``retry``'s decision.
"""

import abc
import base64
import binascii
import json
import threading
from collections.abc import Callable, Generator
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, replace

import httpx
from pydantic import SecretStr

from fortnox_assets.fortnox.answers import Answer, from_token_response
from fortnox_assets.fortnox.errors import FortnoxTransient, FortnoxUnauthorised
from fortnox_assets.fortnox.tokens import Tokens, TokenStore

CONNECT_TIMEOUT_SECONDS = 10.0
TIMEOUT_SECONDS = 60.0
RENEW_BEFORE_EXPIRY_SECONDS = 60.0
DEFAULT_LIFETIME_SECONDS = 3600.0

Flow = Generator[httpx.Request, httpx.Response, SecretStr]


@dataclass(frozen=True, kw_only=True)
class Credentials:
    """Whose tokens to ask for, and where: the integration's id and secret, the company and its tenant."""

    token_url: str
    client_id: str
    client_secret: SecretStr
    company: str
    tenant_id: int


class Grant(httpx.Auth, abc.ABC):
    """What both grants share: when to renew, how to ask, what to believe of the answer."""

    refreshing = False

    def __init__(self, credentials: Credentials, clock: Callable[[], float]) -> None:
        self._credentials = credentials
        self._clock = clock
        self._held: Tokens | None = None
        self._lock = threading.Lock()

    def sync_auth_flow(self, request: httpx.Request) -> Generator[httpx.Request, httpx.Response, None]:
        """Send ``request`` with a usable token, and once more with a new one when it is refused."""
        token = yield from self._access_token(refused=None)
        request.headers["Authorization"] = f"Bearer {token.get_secret_value()}"
        response = yield request
        if response.status_code == httpx.codes.UNAUTHORIZED:
            token = yield from self._access_token(refused=token)
            request.headers["Authorization"] = f"Bearer {token.get_secret_value()}"
            yield request

    def _access_token(self, refused: SecretStr | None) -> Flow:
        """A token to use now, and not ``refused``. One thread renews, the others wait and share what it got."""
        with self._lock:
            if self._held is None or not self._usable(self._held, refused):
                with self._exclusively():
                    self._held = yield from self._renewed(refused)
            return self._held.access_token

    @property
    def tokens(self) -> Tokens | None:
        """The tokens in use; None before the first request."""
        return self._held

    def _exclusively(self) -> AbstractContextManager[None]:
        return nullcontext()

    @abc.abstractmethod
    def _renewed(self, refused: SecretStr | None) -> Generator[httpx.Request, httpx.Response, Tokens]:
        """Tokens to use from now on, not ``refused``."""

    def _usable(self, tokens: Tokens, refused: SecretStr | None) -> bool:
        return tokens.access_token != refused and self._clock() < tokens.expires_at - RENEW_BEFORE_EXPIRY_SECONDS

    def _ask(self, form: dict[str, str], headers: dict[str, str]) -> Generator[httpx.Request, httpx.Response, Tokens]:
        whose = self._credentials
        secret = whose.client_secret.get_secret_value()
        pair = f"{whose.client_id}:{secret}".encode()
        response = yield httpx.Request(
            "POST",
            whose.token_url,
            data=form,
            extensions={"timeout": httpx.Timeout(TIMEOUT_SECONDS, connect=CONNECT_TIMEOUT_SECONDS).as_dict()},
            headers={
                "Authorization": f"Basic {base64.b64encode(pair).decode()}",
                "Accept": "application/json",
                **headers,
            },
        )
        answer = Answer(
            doing=f"{whose.company}: getting an access token",
            method="POST",
            path=httpx.URL(whose.token_url).path,
            status=response.status_code,
            body=response.read() if response.is_success else _unquoted(response.read(), secret),
            headers=response.headers,
            received_at=self._clock(),
        )
        if error := from_token_response(answer, refreshing=self.refreshing):
            raise error
        return self._read(answer)

    def _read(self, answer: Answer) -> Tokens:
        """The tokens of a good answer, whatever content type it claims."""
        try:
            found = json.loads(answer.body)
            access, refresh, scopes = found["access_token"], found.get("refresh_token"), found.get("scope")
            lifetime = float(found.get("expires_in") or DEFAULT_LIFETIME_SECONDS)
        except (ValueError, KeyError, TypeError, AttributeError):
            # The original error could quote the body, which may hold a token.
            raise FortnoxTransient(
                f"{answer.doing}: POST {answer.path} answered 200 without a readable access token"
            ) from None
        for token in (access, refresh or "none"):
            if not (isinstance(token, str) and token and token.isascii() and token.isprintable()):
                raise FortnoxTransient(f"{answer.doing}: POST {answer.path} answered 200 with a malformed token")
        return Tokens(
            access_token=SecretStr(access),
            refresh_token=SecretStr(refresh) if refresh else None,
            expires_at=answer.received_at + lifetime,
            issued_at=answer.received_at,
            scopes=frozenset(scopes.split()) if isinstance(scopes, str) else None,
        )

    def _of_the_right_company(self, tokens: Tokens) -> Tokens:
        """``tokens``, unless they say that they open another company's books than the one configured."""
        tenant = tenant_of(tokens.access_token)
        if tenant is not None and tenant != str(self._credentials.tenant_id):
            raise FortnoxUnauthorised(
                f"{self._credentials.company}: the access token is for tenant {tenant}, but tenant_id is "
                f"{self._credentials.tenant_id}; correct tenant_id or authorize the right company"
            )
        return tokens


class ClientCredentials(Grant):
    """Asks for a token in the integration's own name; held in memory only, as asking again costs one request."""

    def _renewed(
        self,
        refused: SecretStr | None,  # noqa: ARG002 - the base's signature
    ) -> Generator[httpx.Request, httpx.Response, Tokens]:
        tokens = yield from self._ask(
            {"grant_type": "client_credentials"}, {"TenantId": str(self._credentials.tenant_id)}
        )
        return self._of_the_right_company(tokens)


class RefreshToken(Grant):
    """Uses up one refresh token a renewal, one process at a time; the pair in ``store`` is always the newest known.

    When no answer comes, only Fortnox knows whether the token is spent. It is sent again, as whoever tries again does
    and whoever takes over from a killed process: where it was not spent, that is all it takes. Where it was, Fortnox
    refuses, and the next token is lost with the answer that brought it. What was refused is not sent by this process
    any more.
    """

    refreshing = True

    def __init__(self, credentials: Credentials, clock: Callable[[], float], store: TokenStore) -> None:
        super().__init__(credentials, clock)
        self._store = store
        self._unsaved: Tokens | None = None
        self._refused: tuple[SecretStr, FortnoxUnauthorised] | None = None

    def _exclusively(self) -> AbstractContextManager[None]:
        return self._store.locked(self._credentials.company)

    def _renewed(self, refused: SecretStr | None) -> Generator[httpx.Request, httpx.Response, Tokens]:
        company = self._credentials.company
        if self._unsaved is not None:
            self._save(self._unsaved)
        stored = self._store.load(company)
        if stored is None or stored.refresh_token is None:
            raise FortnoxUnauthorised(f"{company}: is not connected yet; run fortnox-assets authorize {company}")
        if self._usable(stored, refused):
            return self._of_the_right_company(stored)
        if self._refused is not None and self._refused[0] == stored.refresh_token:
            raise FortnoxUnauthorised(str(self._refused[1]))
        # Finds out that the disk is full before the only refresh token is used up.
        self._store.save(company, stored)
        form = {"grant_type": "refresh_token", "refresh_token": stored.refresh_token.get_secret_value()}
        try:
            answered = yield from self._ask(form, {})
        except FortnoxUnauthorised as refusal:
            self._refused = (stored.refresh_token, refusal)
            return self._saved_meanwhile(stored, refusal)
        tokens = replace(answered, refresh_token=answered.refresh_token or stored.refresh_token)
        self._save(tokens)
        return self._of_the_right_company(tokens)

    def _saved_meanwhile(self, refused: Tokens, refusal: FortnoxUnauthorised) -> Tokens:
        """What another process has stored since ``refused`` was read: one the lock does not reach, or that outlived it.

        Raises: ``refusal`` when there is nothing new.
        """
        newer = self._store.load(self._credentials.company)
        if newer is None or newer.refresh_token == refused.refresh_token or not self._usable(newer, None):
            raise refusal
        return self._of_the_right_company(newer)

    def _save(self, tokens: Tokens) -> None:
        """Store ``tokens``; until that has worked they are the first thing to be stored next time."""
        self._unsaved = tokens
        self._store.save(self._credentials.company, tokens)
        self._unsaved = None


def _unquoted(body: bytes, secret: str) -> bytes:
    """``body`` without the client secret, should the server have quoted it in its refusal."""
    return body.replace(secret.encode(), b"[removed]") if secret else body


def tenant_of(access_token: SecretStr) -> str | None:
    """The ``tenantId`` claim of a JSON Web Token; None when the token is opaque or has no such claim.

    The signature is not checked: the token came straight from the token endpoint, and only Fortnox has to trust it.
    """
    parts = access_token.get_secret_value().split(".")
    if len(parts) != 3:  # noqa: PLR2004 - header, claims, signature (RFC 7519)
        return None
    try:
        claims = json.loads(base64.urlsafe_b64decode(parts[1] + "=" * (-len(parts[1]) % 4)))
    except (binascii.Error, ValueError):
        return None
    tenant = claims.get("tenantId") if isinstance(claims, dict) else None
    return None if tenant is None else str(tenant)
