"""How a company's connection is doing, for ``fortnox-assets companies`` and for the asset check."""

import datetime as dt
import time
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass, replace
from typing import Any, Literal

from fortnox_assets.catalogue.endpoint import Endpoint, Listing
from fortnox_assets.catalogue.scopes import scopes_needed
from fortnox_assets.connections import COMPANY_TROUBLE, Connections
from fortnox_assets.fortnox.errors import FortnoxBadRequest, FortnoxNotFound, FortnoxUnavailable, Missing
from fortnox_assets.warehouse.sync_state import SYNC_STATE, StoredTables

Token = Literal["client_credentials", "refresh_token", "none"]
REFRESH_TOKEN_DAYS = 45
DAY_SECONDS = 24 * 3600.0


@dataclass(frozen=True, kw_only=True)
class ConnectionStatus:
    """One company's connection. None where it is not known; it never holds a token.

    ``tenant_found``, ``name`` and ``organisation_number`` are Fortnox's, ``mismatches`` what of them is not as in
    ``fortnox.yaml``. ``scopes_missing`` and ``licences_missing`` are those the selected endpoints need.
    ``token_age_days``: since the refresh token was issued; it dies after 45 without a sync. ``last_sync``: up to when
    changes are stored, for the freshest table; ``oldest_table_sync``: for the stalest. ``problem``: why not reachable.
    """

    company: str
    connected: bool
    reachable: bool = False
    tenant_id: int | None = None
    tenant_found: str | None = None
    name: str | None = None
    organisation_number: str | None = None
    mismatches: tuple[str, ...] = ()
    financial_years: tuple[int, ...] = ()
    scopes_granted: tuple[str, ...] | None = None
    scopes_missing: tuple[str, ...] = ()
    licences_missing: tuple[str, ...] | None = None
    token: Token = "none"  # noqa: S105 - the absence of one
    token_age_days: float | None = None
    last_sync: dt.datetime | None = None
    oldest_table_sync: dt.datetime | None = None
    problem: str | None = None

    @property
    def healthy(self) -> bool:
        """Whether the company that is meant answers. What it lacks is not copied, and no failure."""
        return self.reachable and not self.mismatches

    def troubles(self) -> Iterator[str]:
        """What keeps the company from being copied, each in a few words."""
        yield from () if self.problem is None else (self.problem,)
        yield from self.mismatches

    def remarks(self) -> Iterator[str]:
        """What the company lacks, or soon will, each in a few words."""
        if self.scopes_missing:
            yield f"scopes missing: {', '.join(self.scopes_missing)}; run fortnox-assets authorize {self.company}"
        if self.licences_missing:
            yield f"licences missing: {', '.join(self.licences_missing)}"
        if self.token_age_days is not None and self.token_age_days > REFRESH_TOKEN_DAYS / 2:
            yield f"the refresh token is {self.token_age_days:.0f} days old and dies at {REFRESH_TOKEN_DAYS}; sync soon"

    def as_json(self) -> dict[str, Any]:
        """For programs: moments in ISO 8601."""
        found = {**asdict(self), "healthy": self.healthy}
        return {name: value.isoformat() if isinstance(value, dt.datetime) else value for name, value in found.items()}


def connection_status(
    connections: Connections,
    key: str,
    endpoints: Mapping[str, Endpoint],
    stored: StoredTables,
    *,
    licences: bool = True,
) -> ConnectionStatus:
    """The status of one company, in two requests, and with ``licences`` one more for each licence that is needed.

    What a company's administrator has to put right is in the answer, not raised. Raises: WarehouseError.
    """
    status = _synced(
        ConnectionStatus(
            company=key, connected=connections.is_connected(key), tenant_id=connections.settings.company(key).tenant_id
        ),
        stored,
    )
    try:
        status = _identified(connections, status)
        if not status.connected:
            return status
        status = _granted(connections, status, endpoints.values())
        return replace(status, licences_missing=_licences(connections, key, endpoints.values())) if licences else status
    except COMPANY_TROUBLE as error:
        return replace(status, reachable=False, problem=str(error).removeprefix(f"{key}: "))


def _synced(status: ConnectionStatus, stored: StoredTables) -> ConnectionStatus:
    moments = [watermark for (watermark,) in stored.rows(SYNC_STATE, {"company": status.company}, ("watermark",))]
    return replace(status, last_sync=max(moments), oldest_table_sync=min(moments)) if moments else status


def _identified(connections: Connections, status: ConnectionStatus) -> ConnectionStatus:
    identity = connections.identity(status.company)
    company = connections.settings.company(status.company)
    wanted = [
        ("name", company.name, identity.name),
        ("organisation_number", company.organisation_number, identity.organisation_number),
    ]
    if status.connected:
        wanted.append(("tenant_id", str(company.tenant_id), identity.tenant_found))
    mismatches = [
        f"{what} is {found}, in {connections.settings.config_path.name} it is {ours}"
        for what, ours, found in wanted
        if ours is not None and found is not None and _bare(ours) != _bare(found)
    ]
    return replace(
        status,
        reachable=True,
        tenant_found=identity.tenant_found,
        name=identity.name,
        organisation_number=identity.organisation_number,
        mismatches=tuple(mismatches),
        financial_years=connections.labels(status.company),
    )


def _bare(text: str) -> str:
    return "".join(each for each in text.casefold() if each.isalnum())


def _granted(connections: Connections, status: ConnectionStatus, endpoints: Iterable[Endpoint]) -> ConnectionStatus:
    tokens = connections.client(status.company).tokens
    kind = connections.settings.company(status.company).auth
    if tokens is None:
        return replace(status, token=kind)
    granted = None if tokens.scopes is None else tuple(sorted(tokens.scopes))
    known = kind == "refresh_token" and tokens.issued_at is not None
    age = (time.time() - (tokens.issued_at or 0)) / DAY_SECONDS if known else None
    return replace(
        status,
        token=kind,
        token_age_days=None if age is None else round(age, 2),
        scopes_granted=granted,
        scopes_missing=() if granted is None else tuple(sorted(scopes_needed(endpoints) - set(granted))),
    )


def _licences(connections: Connections, key: str, endpoints: Iterable[Endpoint]) -> tuple[str, ...]:
    """The licences the company lacks: one row is asked of one endpoint for each.

    Fortnox has no list of them. What cannot be asked for without more parameters, or is missing for another reason,
    tells nothing about the licence.
    """
    missing = []
    for licence, endpoint in _one_for_each_licence(endpoints).items():
        try:
            connections.client(key).get(endpoint.path, {**endpoint.parameters, "limit": 1})
        except FortnoxUnavailable as error:
            if error.reason is Missing.LICENCE:
                missing.append(licence)
        except (FortnoxNotFound, FortnoxBadRequest):
            continue
    return tuple(sorted(missing))


def _one_for_each_licence(endpoints: Iterable[Endpoint]) -> dict[str, Endpoint]:
    chosen: dict[str, Endpoint] = {}
    for each in endpoints:
        if each.licence and each.listing in (Listing.PAGES, Listing.ARRAY) and "{" not in each.path:
            chosen.setdefault(each.licence, each)
    return chosen
