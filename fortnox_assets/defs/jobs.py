"""The three jobs everything else is made of: registers, one financial year, reports."""

from typing import Any

import dagster as dg
from dagster._core.definitions.unresolved_asset_job_definition import UnresolvedAssetJobDefinition

from fortnox_assets.defs.partitions import COMPANY, COMPANY_YEAR

SYNC_REGISTERS = "sync_registers"
SYNC_FINANCIAL_YEAR = "sync_financial_year"
BUILD_REPORTS = "build_reports"
COMPANY_TAG = "fortnox/company"


def copying_jobs(raw: list[dg.AssetsDefinition]) -> list[UnresolvedAssetJobDefinition]:
    """The two jobs whose run copies one partition."""
    by_company = [each for each in raw if each.partitions_def == COMPANY]
    by_year = [each for each in raw if each.partitions_def == COMPANY_YEAR]
    return [
        dg.define_asset_job(
            SYNC_REGISTERS,
            selection=dg.AssetSelection.assets(*by_company),
            config=_tagged_with_company(COMPANY),
            description="Copies every register (customers, articles, cost centres, ...) of one company.",
        ),
        dg.define_asset_job(
            SYNC_FINANCIAL_YEAR,
            selection=dg.AssetSelection.assets(*by_year),
            config=_tagged_with_company(COMPANY_YEAR),
            description="Copies the ledger and every dated document of one company and financial year.",
        ),
    ]


def _tagged_with_company(partitions: dg.PartitionsDefinition[str]) -> "dg.PartitionedConfig[Any]":
    """No configuration, and a tag that is the same for every run of a company, by which the queue keeps them apart."""
    return dg.PartitionedConfig(
        partitions_def=partitions,
        run_config_for_partition_key_fn=lambda _key: {},
        tags_for_partition_key_fn=lambda key: {COMPANY_TAG: key.split("|", 1)[0]},
    )


def building_job(reports: list[dg.AssetsDefinition]) -> UnresolvedAssetJobDefinition:
    """The job that rebuilds the reporting tables as a whole."""
    return dg.define_asset_job(
        BUILD_REPORTS,
        selection=dg.AssetSelection.assets(*reports),
        description="Rebuilds staging, dimensions, ledger and statements with dbt, and runs their tests.",
    )
