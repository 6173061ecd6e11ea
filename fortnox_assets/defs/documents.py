"""The asset of fetched files: off until ``fortnox.yaml`` names what files are wanted of."""

import warnings
from collections.abc import Iterator

import dagster as dg

from fortnox_assets.catalogue.own_tables import DOCUMENTS
from fortnox_assets.connections import Connections
from fortnox_assets.defs.assets import copying_of, raw_key, raw_spec
from fortnox_assets.defs.checks import raw_check_results, raw_check_specs
from fortnox_assets.defs.copying import Copied, failures_in_one_line
from fortnox_assets.defs.partitions import COMPANY_YEAR
from fortnox_assets.documents.modules import endpoints_of
from fortnox_assets.extract.progress import Progress
from fortnox_assets.settings import DocumentsSelection, Settings
from fortnox_assets.warehouse.sync_state import StoredTables

FILES_PRESENT = "files_present"


def documents_asset(choice: DocumentsSelection, settings: Settings) -> dg.AssetsDefinition:
    """The files linked in a company's financial year, fetched into the document store, with the table of them."""
    key = raw_key(DOCUMENTS.name)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", dg.PreviewWarning)
        present = dg.AssetCheckSpec(
            FILES_PRESENT,
            asset=key,
            description="Every linked file could be fetched; the metadata says of each other one why not.",
            partitions_def=COMPANY_YEAR,
        )

    @dg.multi_asset(
        name=DOCUMENTS.name,
        specs=[raw_spec(DOCUMENTS, settings, [raw_key(name) for name in sorted(endpoints_of(choice.modules))])],
        check_specs=[*raw_check_specs(DOCUMENTS, key), present],
        partitions_def=COMPANY_YEAR,
    )
    def fetch_documents(
        context: dg.AssetExecutionContext,
        fortnox: dg.ResourceParam[Connections],
        progress: dg.ResourceParam[Progress],
        stored: dg.ResourceParam[StoredTables],
    ) -> Iterator[dg.MaterializeResult[Copied]]:
        with failures_in_one_line():
            copied, metadata, lacking = copying_of(context, fortnox, progress, stored).documents(
                choice, context.log.info
            )
        result = dg.AssetCheckResult(
            asset_key=key,
            check_name=FILES_PRESENT,
            passed=not lacking,
            severity=dg.AssetCheckSeverity.WARN,
            metadata={"not there": dict(lacking)} if lacking else {},
        )
        checks = [*raw_check_results(key, copied), result]
        yield dg.MaterializeResult(asset_key=key, value=copied, metadata=metadata, check_results=checks)

    return fetch_documents
