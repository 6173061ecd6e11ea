"""Whether a company's connection is what it should be, as ``fortnox-assets companies`` shows it."""

import warnings
from collections.abc import Mapping

import dagster as dg

from fortnox_assets.catalogue.endpoint import Endpoint
from fortnox_assets.connection_status import ConnectionStatus, connection_status
from fortnox_assets.connections import Connections
from fortnox_assets.defs.partitions import COMPANY, cell_of
from fortnox_assets.warehouse.sync_state import StoredTables

CHECK = "connection_healthy"
_DESCRIPTION = (
    "The company answers, is the one fortnox.yaml means, has granted every scope the selected endpoints need, and its "
    "refresh token is not about to die. Licences that are missing are told by each endpoint's own check."
)


def connection_check(company_information: dg.AssetKey, endpoints: Mapping[str, Endpoint]) -> dg.AssetChecksDefinition:
    """The check of one company, run with its registers: two requests at most, and none for each raw table."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", dg.PreviewWarning)

        @dg.asset_check(asset=company_information, name=CHECK, description=_DESCRIPTION, partitions_def=COMPANY)
        def look(
            context: dg.AssetCheckExecutionContext,
            fortnox: dg.ResourceParam[Connections],
            stored: dg.ResourceParam[StoredTables],
        ) -> dg.AssetCheckResult:
            company = cell_of(context).company
            return told(connection_status(fortnox, company, endpoints, stored, licences=False))

    return look


def told(status: ConnectionStatus) -> dg.AssetCheckResult:
    """The status as Dagster shows it."""
    remarks = "; ".join([*status.troubles(), *status.remarks()])
    return dg.AssetCheckResult(
        passed=not remarks,
        severity=dg.AssetCheckSeverity.WARN if status.healthy else dg.AssetCheckSeverity.ERROR,
        description=remarks or None,
        metadata={name: value for name, value in status.as_json().items() if isinstance(value, str | int | float)},
    )
