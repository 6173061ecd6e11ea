"""Puts the company on every run that is queued, whoever asked for it, so that Dagster can limit runs by company.

``dagster.yaml`` names :class:`CompanyRunCoordinator`. It is loaded by the web interface, the daemon and every run:
nothing else of the package may be imported here.
"""

from collections.abc import Iterable, Mapping

import dagster as dg
from dagster._core.run_coordinator import QueuedRunCoordinator, SubmitRunContext

RAW = "fortnox_raw"
COMPANY_TAG = "fortnox/company"
PARTITION_TAG = "dagster/partition"
COMPANY_DIMENSION_TAG = "dagster/partition/company"


class CompanyRunCoordinator(QueuedRunCoordinator):
    """Dagster's queue. A run that copies one partition is tagged with its company before it is queued.

    The jobs' own runs have the tag already. Those of a backfill of assets have not: Dagster tags them with the
    partition alone, which for registers is the company and for dated tables has it as one of two dimensions.
    """

    def submit_run(self, context: SubmitRunContext) -> dg.DagsterRun:
        """Queues the run. Asking for the same run again changes nothing."""
        run = context.dagster_run
        company = company_of(run.tags, run.asset_selection or ())
        if company is not None and COMPANY_TAG not in run.tags:
            self._instance.add_run_tags(run.run_id, {COMPANY_TAG: company})
        return super().submit_run(context)


def company_of(tags: Mapping[str, str], assets: Iterable[dg.AssetKey]) -> str | None:
    """The company whose partition a run of these assets copies; None for a run that copies no single partition."""
    if company := tags.get(COMPANY_DIMENSION_TAG):
        return company
    # Another code location may have partitions too, whose keys are no companies.
    if any(each.path[0] == RAW for each in assets):
        return tags.get(PARTITION_TAG)
    return None
