"""The run requests of schedules and sensors, made in one place so that they all look alike in the list of runs."""

from collections.abc import Iterable, Mapping
from enum import IntEnum

import dagster as dg

from fortnox_assets.coordinator import PARTITION_TAG
from fortnox_assets.defs.assets import raw_key
from fortnox_assets.defs.jobs import SYNC_FINANCIAL_YEAR, SYNC_REGISTERS
from fortnox_assets.defs.partitions import Cell

UNDER_WAY = (
    dg.DagsterRunStatus.QUEUED,
    dg.DagsterRunStatus.NOT_STARTED,
    dg.DagsterRunStatus.STARTING,
    dg.DagsterRunStatus.STARTED,
    dg.DagsterRunStatus.CANCELING,
)
PRIORITY_TAG = "dagster/priority"


class Priority(IntEnum):
    """Which of a company's waiting runs goes first; a backfill has 0."""

    EVENT = 2
    OPEN_YEAR = 1
    USUAL = 0
    CLOSED_YEAR = -1


def job_of(cell: Cell) -> str:
    """The job whose run copies the cell."""
    return SYNC_REGISTERS if cell.label is None else SYNC_FINANCIAL_YEAR


def copying(
    cell: Cell,
    run_key: str,
    *,
    priority: Priority = Priority.USUAL,
    tags: Mapping[str, str] | None = None,
    tables: Iterable[str] | None = None,
) -> dg.RunRequest:
    """A run that copies the cell, or of it only ``tables``. Dagster starts no second run for the same ``run_key``."""
    return dg.RunRequest(
        run_key=run_key,
        job_name=job_of(cell),
        partition_key=cell.key,
        asset_selection=None if tables is None else [raw_key(each) for each in sorted(tables)],
        tags={PRIORITY_TAG: str(int(priority)), **(tags or {})},
    )


def under_way(instance: dg.DagsterInstance, job: str, tags: Mapping[str, str]) -> frozenset[str]:
    """The partitions for which a run of the whole job with these tags waits or runs; another one would do the same."""
    runs = instance.get_runs(filters=dg.RunsFilter(job_name=job, statuses=list(UNDER_WAY), tags=dict(tags)))
    return frozenset(run.tags[PARTITION_TAG] for run in runs if PARTITION_TAG in run.tags and not run.asset_selection)
