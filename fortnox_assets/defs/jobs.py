"""The three jobs everything else is made of: registers, one financial year, reports."""

import dagster as dg
from dagster._core.definitions.unresolved_asset_job_definition import UnresolvedAssetJobDefinition

from fortnox_assets.coordinator import COMPANY_TAG
from fortnox_assets.defs.partitions import COMPANY, COMPANY_YEAR, cell_of_key

SYNC_REGISTERS = "sync_registers"
SYNC_FINANCIAL_YEAR = "sync_financial_year"
BUILD_REPORTS = "build_reports"


def copying_jobs(raw: list[dg.AssetsDefinition]) -> list[UnresolvedAssetJobDefinition]:
    """The two jobs whose run copies one partition."""
    by_company = [each for each in raw if each.partitions_def == COMPANY]
    by_year = [each for each in raw if each.partitions_def == COMPANY_YEAR]
    return [
        dg.define_asset_job(
            SYNC_REGISTERS,
            selection=dg.AssetSelection.assets(*by_company),
            config=_tagged(COMPANY),
            description="Copies every register (customers, articles, cost centres, ...) of one company.",
        ),
        dg.define_asset_job(
            SYNC_FINANCIAL_YEAR,
            selection=dg.AssetSelection.assets(*by_year),
            config=_tagged(COMPANY_YEAR),
            description="Copies the ledger and every dated document of one company and financial year.",
        ),
    ]


def _tagged(partitions: dg.PartitionsDefinition[str]) -> dg.PartitionedConfig[dg.PartitionsDefinition[str]]:
    """Every run of a partition says whose it is: in the list of runs, and to the limit of runs a company."""
    return dg.PartitionedConfig(
        partitions_def=partitions,
        run_config_for_partition_key_fn=lambda _: {},
        tags_for_partition_key_fn=lambda key: {COMPANY_TAG: cell_of_key(key).company},
    )


def building_job(reports: list[dg.AssetsDefinition]) -> UnresolvedAssetJobDefinition:
    """The job that rebuilds the reporting tables as a whole."""
    return dg.define_asset_job(
        BUILD_REPORTS,
        selection=dg.AssetSelection.assets(*reports),
        description="Rebuilds staging, dimensions, ledger and statements with dbt, and runs their tests.",
    )
