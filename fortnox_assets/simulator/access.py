"""What a company's connection may see: scopes it consented to, licences it pays for, rights of its service account."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from fortnox_assets.catalogue.endpoint import Endpoint
from fortnox_assets.simulator.company import SimulatedCompany
from fortnox_assets.simulator.errors import missing_feature, missing_licence, missing_right, missing_scope
from fortnox_assets.simulator.oauth import Grant

_REGISTERS = {
    "suppliers": "leverantörsregister",
    "customers": "kundregister",
    "employees": "personalregister",
    "supplier_invoices": "leverantörsfakturor",
}


@dataclass(frozen=True, kw_only=True)
class Restrictions:
    """What one company withholds beyond scopes and licences, by endpoint name.

    ``rights`` are endpoints the service account may not see, ``features`` those replaced by a newer product (legacy
    contracts in new companies), ``fields`` the fields whose values arrive as ``API_NORIGHT``.
    """

    rights: frozenset[str] = frozenset()
    features: frozenset[str] = frozenset()
    fields: Mapping[str, frozenset[str]] = field(default_factory=dict)

    def hidden(self, endpoint: Endpoint) -> frozenset[str]:
        """The fields of ``endpoint`` that may not be seen."""
        return self.fields.get(endpoint.name, frozenset())


NO_RESTRICTIONS = Restrictions()


def check_access(company: SimulatedCompany, grant: Grant, endpoint: Endpoint, restrictions: Restrictions) -> None:
    """Let the request through. Raises: Refusal, in the order Fortnox looks: scope, licence, feature, right."""
    if endpoint.scope not in grant.scopes & company.scopes:
        raise missing_scope()
    if endpoint.licence and endpoint.licence not in company.licences:
        raise missing_licence()
    if endpoint.name in restrictions.features:
        raise missing_feature()
    if endpoint.name in restrictions.rights:
        raise missing_right(_REGISTERS.get(endpoint.name, endpoint.title.lower()))
