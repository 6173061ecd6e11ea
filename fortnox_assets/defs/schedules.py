"""When Fortnox is read: open years every hour, registers and every key daily, closed years weekly.

Each tick asks for one run a company (and year). All are off until somebody turns them on.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime

import dagster as dg
from dagster._core.definitions.unresolved_asset_job_definition import UnresolvedAssetJobDefinition

from fortnox_assets.connections import COMPANY_TROUBLE, Connections
from fortnox_assets.defs.assets import KEYS_TAG
from fortnox_assets.defs.companies import cells_by_company, open_labels
from fortnox_assets.defs.jobs import SYNC_FINANCIAL_YEAR, SYNC_REGISTERS
from fortnox_assets.defs.partitions import Cell, register
from fortnox_assets.defs.requests import Priority, copying, under_way
from fortnox_assets.settings import load_settings

TIME_ZONE = "Europe/Stockholm"

Choose = Callable[[Connections, str, list[Cell]], Iterator[Cell]]


def _registers(_: Connections, company: str, __: list[Cell]) -> Iterator[Cell]:
    yield Cell(company=company)


def _open(connections: Connections, company: str, years: list[Cell]) -> Iterator[Cell]:
    wanted = open_labels(connections, company)
    return (cell for cell in years if cell.label in wanted)


def _closed(connections: Connections, company: str, years: list[Cell]) -> Iterator[Cell]:
    wanted = open_labels(connections, company)
    return (cell for cell in years if cell.label not in wanted)


@dataclass(frozen=True, kw_only=True)
class Rhythm:
    """A schedule: when, which of a company's cells, and how they are copied."""

    name: str
    cron: str
    job: str
    choose: Choose
    description: str
    priority: Priority = Priority.USUAL
    tags: dict[str, str] = field(default_factory=dict)


RHYTHMS = (
    Rhythm(
        name="open_years_hourly",
        cron="7 * * * *",
        job=SYNC_FINANCIAL_YEAR,
        choose=_open,
        priority=Priority.OPEN_YEAR,
        description="What changed in the financial years that are still open: not locked, ended under 7 months ago.",
    ),
    Rhythm(
        name="registers_daily",
        cron="23 4 * * *",
        job=SYNC_REGISTERS,
        choose=_registers,
        description="What changed in customers, articles, accounts and the other registers.",
    ),
    Rhythm(
        name="key_reconciliation_daily",
        cron="37 2 * * *",
        job=SYNC_FINANCIAL_YEAR,
        choose=_open,
        tags={KEYS_TAG: "true"},
        description="Compares every key of the open years with Fortnox, which finds what was deleted there.",
    ),
    Rhythm(
        name="closed_years_weekly",
        cron="11 1 * * 6",
        job=SYNC_FINANCIAL_YEAR,
        choose=_closed,
        priority=Priority.CLOSED_YEAR,
        tags={KEYS_TAG: "true"},
        description="Whether anything was changed in the other years after all: late corrections, years to come.",
    ),
)


def schedules(jobs: list[UnresolvedAssetJobDefinition]) -> list[dg.ScheduleDefinition]:
    """The schedules of ``RHYTHMS`` for the copying jobs."""
    by_name = {each.name: each for each in jobs}
    return [_schedule(each, by_name[each.job]) for each in RHYTHMS]


def _schedule(rhythm: Rhythm, job: UnresolvedAssetJobDefinition) -> dg.ScheduleDefinition:
    @dg.schedule(
        name=rhythm.name,
        cron_schedule=rhythm.cron,
        job=job,
        execution_timezone=TIME_ZONE,
        description=rhythm.description,
    )
    def tick(context: dg.ScheduleEvaluationContext) -> list[dg.RunRequest] | dg.SkipReason:
        # A tick that is evaluated again, after a crash or by hand, has the same run keys and starts nothing twice.
        moment = context.scheduled_execution_time.astimezone(UTC)
        busy = under_way(context.instance, rhythm.job, rhythm.tags)
        wanted = list(_chosen(context, rhythm))
        register(
            context.instance,
            {cell.company for cell in wanted},
            {cell.label for cell in wanted if cell.label is not None},
        )
        requests = [_request(rhythm, cell, moment) for cell in wanted if cell.key not in busy]
        if requests:
            return requests
        return dg.SkipReason(f"{len(wanted)} partitions to copy, all of which are being copied or wait for it")

    return tick


def _chosen(context: dg.ScheduleEvaluationContext, rhythm: Rhythm) -> Iterator[Cell]:
    with Connections(load_settings()) as connections:
        for company, years in cells_by_company(connections, context.log):
            try:
                yield from rhythm.choose(connections, company, years)
            except COMPANY_TROUBLE as error:
                context.log.warning("%s: %s", company, error)


def _request(rhythm: Rhythm, cell: Cell, moment: datetime) -> dg.RunRequest:
    run_key = f"{rhythm.name} {moment.isoformat()} {cell.key}"
    return copying(cell, run_key, priority=rhythm.priority, tags=rhythm.tags)
