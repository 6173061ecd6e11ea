"""One sync from settings to exit code, shared by ``sync`` and ``demo``."""

import sys
from collections.abc import Iterable, Iterator, Mapping

from rich.console import Console

from fortnox_assets.cli.companies_at_once import CompanyJob, copy_companies
from fortnox_assets.cli.display import SyncDisplay
from fortnox_assets.cli.failures import lines
from fortnox_assets.cli.instance import dagster_instance
from fortnox_assets.cli.interrupts import held_back
from fortnox_assets.cli.mistakes import (
    chosen_companies,
    refuse_missing_connection,
    refuse_unknown_endpoints,
    refuse_unusable_warehouse,
)
from fortnox_assets.cli.narrow import narrow
from fortnox_assets.cli.sync import AtOnce, Outcome, Request, Sync
from fortnox_assets.connections import COMPANY_TROUBLE, Connections
from fortnox_assets.definitions import build_definitions
from fortnox_assets.defs.partitions import Cell
from fortnox_assets.ledger_sources import coming_changes
from fortnox_assets.settings import Settings
from fortnox_assets.warehouse.chosen import chosen_warehouse


def run_sync(settings: Settings, request: Request, console: Console) -> int:
    """Syncs and prints what happened; 0 when all of it worked, else 1.

    Raises: SettingsError or WarehouseError, before anything is asked, for what no company could be synced with;
    KeyboardInterrupt, after printing, when somebody pressed Ctrl-C.
    """
    with Connections(settings) as connections:
        _refuse_mistakes(request, connections, console)
        with dagster_instance(settings) as instance, SyncDisplay(console, settings) as display:
            upkeep = chosen_warehouse(settings).upkeep()
            narrowed = narrow(settings, upkeep, console, yes=request.yes)
            with held_back():
                definitions = build_definitions(settings, display)
            _tell_changes_of_source(request, connections, console)
            outcome = Sync(settings, definitions, instance, display).run(
                request, connections, _at_once(settings, display)
            )
            if narrowed:
                upkeep.compact()
    _print_outcome(outcome, console)
    if outcome.interrupted:
        raise KeyboardInterrupt
    return 1 if outcome.troubles else 0


def _at_once(settings: Settings, display: SyncDisplay) -> AtOnce | None:
    most = settings.environment.fortnox_companies_at_once
    if most == 1:
        return None

    def copy(request: Request, cells: Mapping[str, tuple[Cell, ...]]) -> Iterator[Outcome]:
        jobs = [
            CompanyJob(settings=settings, request=request, company=company, cells=each)
            for company, each in cells.items()
        ]
        return copy_companies(jobs, most, display)

    return copy


def _refuse_mistakes(request: Request, connections: Connections, console: Console) -> None:
    companies = chosen_companies(connections.settings, request.companies)
    refuse_unknown_endpoints(connections.settings, request.endpoints)
    refuse_missing_connection(connections, companies)
    refuse_unusable_warehouse(connections.settings, console.print)


def _tell_changes_of_source(request: Request, connections: Connections, console: Console) -> None:
    """Which years' ledgers will come from somewhere else than what is stored, before it happens."""
    with chosen_warehouse(connections.settings).stored() as stored:
        for company in chosen_companies(connections.settings, request.companies):
            try:
                labels = connections.labels(company)
                changes = [
                    line
                    for label in labels
                    if not request.labels or label in request.labels
                    for line in coming_changes(connections, stored, company, label)
                ]
            except COMPANY_TROUBLE:
                continue  # the sync meets the same trouble, and says so where it belongs
            for line in changes:
                _print(console, line)


def _print_outcome(outcome: Outcome, console: Console) -> None:
    for (company, missing), endpoints in outcome.unavailable.items():
        _print(console, f"not available  {company}: {', '.join(sorted(endpoints))} ({missing})")
    for name, shape in outcome.new_fields.items():
        _print(console, f"new field  {name}: {shape}{'' if outcome.copies_new else ', not copied'}")
    rows = f"{outcome.rows:,}".replace(",", " ")
    found = ", ".join(f"{count} {name}" for name, count in outcome.differences.items() if count)
    changes = f" ({found})" if found else ""
    asked = f", {outcome.requests} requests" if outcome.requests else ""
    done = f"{rows} rows{changes} in {outcome.partitions} partitions{asked}"
    _print(console, f"{done}; {len(outcome.troubles)} failed")
    for line in outcome.found:
        _print(console, f"found in the books  {line} (see qa_findings)")
    print_failures(lines(outcome.troubles))


def print_failures(failed: Iterable[str]) -> None:
    """Each on a line of its own on standard error, however long."""
    console = Console(file=sys.stderr)
    for line in failed:
        console.print(line, style="red", highlight=False, markup=False, soft_wrap=True)


def _print(console: Console, line: str) -> None:
    console.print(line, highlight=False, markup=False, soft_wrap=True)
