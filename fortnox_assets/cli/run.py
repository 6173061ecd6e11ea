"""One sync from settings to exit code, shared by ``sync`` and ``demo``."""

from rich.console import Console

from fortnox_assets.cli.display import SyncDisplay
from fortnox_assets.cli.instance import dagster_instance
from fortnox_assets.cli.sync import Outcome, Request, Sync
from fortnox_assets.connections import Connections
from fortnox_assets.definitions import build_definitions
from fortnox_assets.settings import Settings


def run_sync(settings: Settings, request: Request, console: Console) -> int:
    """Syncs and prints what happened; 0 when all of it worked, else 1."""
    with Connections(settings) as connections, dagster_instance(settings) as instance, SyncDisplay(console) as display:
        definitions = build_definitions(settings, display)
        outcome = Sync(settings, definitions, instance, display).run(request, connections)
    _print_outcome(outcome, console)
    return 1 if outcome.troubles else 0


def _print_outcome(outcome: Outcome, console: Console) -> None:
    for (company, missing), endpoints in outcome.unavailable.items():
        line = f"not available  {company}: {', '.join(sorted(endpoints))} ({missing.replace('_', ' ')})"
        console.print(line, highlight=False, markup=False, soft_wrap=True)
    for trouble in outcome.troubles:
        line = f"failed  {trouble.where}: {trouble.asset}: {trouble.reason}"
        console.print(line, style="red", highlight=False, markup=False, soft_wrap=True)
    rows = f"{outcome.rows:,}".replace(",", " ")
    console.print(f"{rows} rows in {outcome.partitions} partitions; {len(outcome.troubles)} failed", highlight=False)
