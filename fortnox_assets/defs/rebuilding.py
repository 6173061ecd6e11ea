"""Rebuilds the reports once after a batch of copies, also when some of them failed, and once a new day has begun.

A declarative condition on each dbt asset cannot say that: it sees its own parents, and fires when those few are ready
while the rest of the batch is still being copied. See docs/adr/0018-reports-rebuild-after-a-batch.md.
"""

import json
import time
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, replace
from datetime import UTC, date, datetime
from typing import Any

import dagster as dg
from dagster._core.definitions.unresolved_asset_job_definition import UnresolvedAssetJobDefinition
from dagster._core.execution.backfill import BulkActionsFilter, BulkActionStatus
from dagster._core.storage.dagster_run import RunRecord

from fortnox_assets.coordinator import COMPANY_TAG, RAW
from fortnox_assets.defs.jobs import BUILD_REPORTS
from fortnox_assets.defs.requests import UNDER_WAY
from fortnox_assets.settings import STOCKHOLM, load_settings

SECONDS_BETWEEN_TICKS = 30
# Where something is always being copied, reports are rebuilt all the same when changes have waited this long.
LONGEST_WAIT_SECONDS = 2 * 3600
MOST_RUNS_A_TICK = 200
# Clocks of the database and of those who write to it may differ a little; looking twice at a run does no harm.
OVERLAP_SECONDS = 60
FINISHED = (dg.DagsterRunStatus.SUCCESS, dg.DagsterRunStatus.FAILURE, dg.DagsterRunStatus.CANCELED)
_COUNTS = ("rows_written", "rows_replaced", "deleted")


@dataclass(frozen=True, kw_only=True)
class Seen:
    """The sensor's cursor, all in epoch seconds.

    ``until``: runs updated before have been looked at. ``changed``: when the last run ended that changed raw data;
    ``since``: when the first one did that no reports have been built for.
    """

    until: float = 0.0
    changed: float = 0.0
    since: float = 0.0


def rebuilding(job: UnresolvedAssetJobDefinition, clock: Callable[[], float] = time.time) -> dg.SensorDefinition:
    """The sensor that asks for ``job`` when raw data has changed and nothing is being copied any more."""

    @dg.sensor(
        name="reports_after_changes",
        job=job,
        minimum_interval_seconds=SECONDS_BETWEEN_TICKS,
        description=(
            "Rebuilds the reports once everything that was being copied has ended, well or not, if that changed "
            "anything; and every day, because receivables and payables are by age."
        ),
    )
    def look(context: dg.SensorEvaluationContext) -> dg.SensorResult:
        instance, now = context.instance, clock()
        built = _newest(instance, BUILD_REPORTS)
        begun = built.create_timestamp.timestamp() if built else 0.0
        seen = Seen(**json.loads(context.cursor)) if context.cursor else Seen(until=begun)
        seen, more = _looked(instance, seen if seen.changed > begun else replace(seen, since=0.0), begun)
        run_key = _run_key(seen, begun, now)
        hold = _hold(instance, built, waited=now - seen.since if seen.since else 0.0, more=more)
        cursor = json.dumps(asdict(seen))
        if run_key and not hold:
            return dg.SensorResult(run_requests=[dg.RunRequest(run_key=run_key)], cursor=cursor)
        why = hold if run_key else "nothing has changed since the reports were built"
        return dg.SensorResult(skip_reason=why, cursor=cursor)

    return look


def _run_key(seen: Seen, begun: float, now: float) -> str:
    """Why the reports should be built, by which Dagster knows that it did so; empty when they need not be."""
    if seen.changed > begun:
        return f"changes until {seen.changed}"
    today = _day(now)
    if begun and load_settings().environment.fortnox_as_of is None and _day(begun) < today:
        return f"reports of {today}"
    return ""


def _day(moment: float) -> date:
    return datetime.fromtimestamp(moment, STOCKHOLM).date()


def _hold(instance: dg.DagsterInstance, built: RunRecord | None, *, waited: float, more: bool) -> str:
    """What has to end first; empty when nothing has."""
    if built and built.dagster_run.status in UNDER_WAY:
        return "the reports are being built"
    if more:
        return "looking at what earlier runs changed"
    runs = instance.get_runs(filters=dg.RunsFilter(statuses=list(UNDER_WAY)))
    copies = sum(COMPANY_TAG in run.tags for run in runs)
    unfinished = [BulkActionStatus.REQUESTED, BulkActionStatus.CANCELING]
    backfills = len(instance.get_backfills(filters=BulkActionsFilter(statuses=unfinished)))
    if (copies or backfills) and waited < LONGEST_WAIT_SECONDS:
        return f"waiting for {copies} runs that copy and {backfills} backfills to end"
    return ""


def _looked(instance: dg.DagsterInstance, seen: Seen, begun: float) -> tuple[Seen, bool]:
    """What is known after looking at the runs that ended meanwhile, and whether there are more of them."""
    after = datetime.fromtimestamp(max(seen.until - OVERLAP_SECONDS, 0.0), UTC)
    ended = dg.RunsFilter(statuses=list(FINISHED), updated_after=after)
    records = instance.get_run_records(ended, limit=MOST_RUNS_A_TICK, order_by="update_timestamp", ascending=True)
    for record in records:
        moment = record.update_timestamp.timestamp()
        if moment > begun and _changed_raw_data(instance, record.dagster_run):
            seen = replace(seen, changed=max(seen.changed, moment), since=seen.since or moment)
        seen = replace(seen, until=max(seen.until, moment))
    return seen, len(records) == MOST_RUNS_A_TICK


def _changed_raw_data(instance: dg.DagsterInstance, run: dg.DagsterRun) -> bool:
    """Whether the run stored rows that differ from what was stored before, as far as a sync can tell."""
    if run.job_name == BUILD_REPORTS:
        return False
    events = instance.get_records_for_run(run.run_id, of_type=dg.DagsterEventType.ASSET_MATERIALIZATION).records
    stored = (each.asset_materialization for each in events)
    return any(each.asset_key.path[0] == RAW and _changed(each.metadata) for each in stored if each)


def _changed(metadata: Mapping[str, dg.MetadataValue[Any]]) -> bool:
    return any(name in metadata and metadata[name].value for name in _COUNTS)


def _newest(instance: dg.DagsterInstance, job: str) -> RunRecord | None:
    return next(iter(instance.get_run_records(dg.RunsFilter(job_name=job), limit=1)), None)
