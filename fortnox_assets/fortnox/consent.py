"""How a company consents to the integration: the link for its administrator, and what the code sent back buys.

https://www.fortnox.se/developer/authorization. The code works once and for ten minutes; nothing is stored here.
"""

import secrets
from collections.abc import Callable, Generator
from dataclasses import dataclass, field
from urllib.parse import urlencode

import httpx
from pydantic import SecretStr

from fortnox_assets.fortnox.auth import Credentials, Grant
from fortnox_assets.fortnox.errors import FortnoxTransient
from fortnox_assets.fortnox.tokens import Tokens


@dataclass(frozen=True, kw_only=True)
class ConsentRequest:
    """What a company is asked to approve. ``state`` ties the answer to this request; it is new for each.

    ``service``: for a service account, which client credentials need and which outlives the person who approves.
    """

    auth_url: str
    client_id: str
    redirect_uri: str
    scopes: frozenset[str]
    service: bool
    state: str = field(default_factory=lambda: secrets.token_urlsafe(24), repr=False)

    @property
    def link(self) -> str:
        """The page where a system administrator of the company approves."""
        query = {
            "client_id": self.client_id,
            "redirect_uri": self.redirect_uri,
            "scope": " ".join(sorted(self.scopes)),
            "state": self.state,
            "access_type": "offline",
            "response_type": "code",
            **({"account_type": "service"} if self.service else {}),
        }
        return f"{self.auth_url.rstrip('/')}/auth?{urlencode(query)}"


class AuthorisationCode(Grant):
    """Buys a pair of tokens with the code that came back."""

    def __init__(
        self, credentials: Credentials, clock: Callable[[], float], redirect_uri: str, code: SecretStr
    ) -> None:
        super().__init__(credentials, clock)
        self._redirect_uri = redirect_uri
        self._code = code

    def _renewed(
        self,
        refused: SecretStr | None,  # noqa: ARG002 - the base's signature
    ) -> Generator[httpx.Request, httpx.Response, Tokens]:
        form = {
            "grant_type": "authorization_code",
            "code": self._code.get_secret_value(),
            "redirect_uri": self._redirect_uri,
        }
        tokens = yield from self._ask(form, {})
        return self._of_the_right_company(tokens)

    def buy(self, transport: httpx.BaseTransport | None = None) -> Tokens:
        """The tokens, of the configured company as far as they say.

        Raises: FortnoxUnauthorised for another company's, or a code that is refused; FortnoxTransient when the token
        endpoint cannot be reached, after which the code may be spent.
        """
        url = httpx.URL(self._credentials.token_url)
        flow = self._renewed(None)
        try:
            # Not to the proxy of the environment when the other end is a simulator on this machine.
            local = url.host in {"localhost", "127.0.0.1", "::1"}
            with httpx.Client(transport=transport, trust_env=not local) as http:
                flow.send(http.send(next(flow)))
        except StopIteration as end:
            tokens: Tokens = end.value
            return tokens
        except httpx.TransportError as error:
            raise FortnoxTransient(
                f"{self._credentials.company}: getting an access token: POST {url.path}: {type(error).__name__}; check "
                "FORTNOX_AUTH_URL and the network, then authorize again"
            ) from error
        raise AssertionError("a flow of one request ends after its answer")
