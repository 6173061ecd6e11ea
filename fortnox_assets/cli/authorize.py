"""``fortnox-assets authorize``: a company's administrator consents in a browser, and the connection is tried out."""

import time
import webbrowser
from dataclasses import dataclass

from pydantic import SecretStr
from rich.console import Console

from fortnox_assets.catalogue import allowed_paths
from fortnox_assets.catalogue.scopes import scopes_needed
from fortnox_assets.cli.loopback import ConsentError, Receiver, listening
from fortnox_assets.connections import Connections, token_store
from fortnox_assets.definitions import copied_endpoints
from fortnox_assets.fortnox.auth import Credentials
from fortnox_assets.fortnox.client import FortnoxClient
from fortnox_assets.fortnox.connect import ConnectionSettings, connect
from fortnox_assets.fortnox.consent import AuthorisationCode, ConsentRequest
from fortnox_assets.fortnox.errors import FortnoxUnauthorised
from fortnox_assets.fortnox.tokens import MemoryTokenStore, Tokens
from fortnox_assets.settings import Settings
from fortnox_assets.settings_errors import SettingsError

DEFAULT_PORT = 8766
DEFAULT_SECONDS = 600.0  # a code of Fortnox's lives ten minutes


@dataclass(frozen=True, kw_only=True)
class Way:
    """How the administrator is reached: a browser on this machine (unless not wanted), a port to come back to."""

    port: int = DEFAULT_PORT
    seconds: float = DEFAULT_SECONDS
    browser: bool = True


def authorize(settings: Settings, key: str, way: Way, console: Console) -> int:
    """Asks for consent, sees that it is the configured company's, and stores what came of it; 0 when it works.

    With client credentials there is nothing to store: the consent lives at Fortnox. Raises: SettingsError,
    ConsentError, FortnoxError; then what was stored before is still there.
    """
    credentials = _credentials(settings, key)
    service = settings.company(key).auth == "client_credentials"
    wanted = scopes_needed(copied_endpoints(settings).values())
    request = ConsentRequest(
        auth_url=settings.environment.fortnox_auth_url,
        client_id=credentials.client_id,
        redirect_uri=Receiver(port=way.port, state="").redirect_uri,
        scopes=wanted,
        service=service,
    )
    code = _asked(request, way, console)
    tokens = AuthorisationCode(credentials, time.time, request.redirect_uri, code).buy()
    name = _verified(settings, key, tokens)
    _kept(settings, key, tokens)
    lacking = sorted(wanted - (wanted if tokens.scopes is None else tokens.scopes))
    console.print(
        f"{key}: connected to {name} (tenant {credentials.tenant_id}), {len(wanted) - len(lacking)} scopes",
        highlight=False,
        markup=False,
        soft_wrap=True,
    )
    if lacking:
        raise ConsentError(f"{key}: was not granted {', '.join(lacking)}; what needs them will not be copied")
    return 0


def _credentials(settings: Settings, key: str) -> Credentials:
    company = settings.company(key)
    if company.tenant_id is None:
        raise SettingsError(f"{settings.config_path.name}: companies.{key}: has no tenant_id to authorize")
    client_id, secret = settings.credentials()
    return Credentials(
        token_url=f"{settings.environment.fortnox_auth_url.rstrip('/')}/token",
        client_id=client_id,
        client_secret=secret,
        company=key,
        tenant_id=company.tenant_id,
    )


def _asked(request: ConsentRequest, way: Way, console: Console) -> SecretStr:
    receiver = Receiver(port=way.port, state=request.state)
    with listening(receiver):
        console.print(
            f"Scopes: {' '.join(sorted(request.scopes))}\n"
            f"A system administrator of the company approves here (the integration must have {request.redirect_uri} "
            f"as a redirect address):\n{request.link}",
            highlight=False,
            markup=False,
            soft_wrap=True,
        )
        if way.browser:
            webbrowser.open(request.link)
        return receiver.code(way.seconds)


def _verified(settings: Settings, key: str, tokens: Tokens) -> str:
    """The company's name, read with the tokens. Raises: FortnoxUnauthorised when it is another company than meant."""
    held = MemoryTokenStore()
    held.save(key, tokens)
    tenant = settings.company(key).tenant_id
    with _client(settings, key, held) as client:
        found = client.get("/3/companyinformation")["CompanyInformation"]
    if str(found.get("DatabaseNumber") or tenant) != str(tenant):
        raise FortnoxUnauthorised(
            f"{key}: the consent is for tenant {found['DatabaseNumber']} ({found.get('CompanyName')}), tenant_id is "
            f"{tenant}; correct tenant_id or authorize the right company"
        )
    return str(found.get("CompanyName") or key)


def _client(settings: Settings, key: str, held: MemoryTokenStore) -> FortnoxClient:
    whose, environment = _credentials(settings, key), settings.environment
    return connect(
        ConnectionSettings(
            company=key,
            tenant_id=whose.tenant_id,
            client_id=whose.client_id,
            client_secret=whose.client_secret,
            state_dir=settings.state_dir,
            allowed_paths=allowed_paths(),
            api_url=environment.fortnox_api_url,
            auth_url=environment.fortnox_auth_url,
            grant="refresh_token",
            budget=environment.fortnox_requests_per_window,
        ),
        token_store=held,
    )


def _kept(settings: Settings, key: str, tokens: Tokens) -> None:
    """Stores a pair that has to be renewed; with client credentials, sees that they work now."""
    if settings.company(key).auth == "refresh_token":
        if tokens.refresh_token is None:
            raise ConsentError(f"{key}: Fortnox sent no refresh token; nothing was stored; run again")
        store = token_store(settings)
        with store.locked(key):
            store.save(key, tokens)
        return
    with Connections(settings) as connections:
        connections.client(key).get("/3/companyinformation")
