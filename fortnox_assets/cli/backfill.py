"""``fortnox-assets backfill``: asks Dagster's daemon to copy chosen companies and years, each cell a run of its own.

The same backfill as the web interface makes of the same assets and partitions, and shown there. A cell that fails stops
no other; the sensor ``reports_after_changes`` rebuilds the reports when all have ended.
"""

import time
import uuid
from collections.abc import Iterable
from dataclasses import dataclass

import dagster as dg
from dagster._core.definitions.assets.graph.asset_graph_subset import AssetGraphSubset
from dagster._core.execution.backfill import PartitionBackfill
from rich.console import Console

from fortnox_assets.cli.instance import dagster_instance, home_failures_in_one_line
from fortnox_assets.cli.interrupts import held_back
from fortnox_assets.cli.mistakes import chosen_companies, refuse_unknown_endpoints
from fortnox_assets.connections import Connections
from fortnox_assets.definitions import build_definitions
from fortnox_assets.defs.assets import FULL_TAG, raw_key
from fortnox_assets.defs.jobs import SYNC_FINANCIAL_YEAR
from fortnox_assets.defs.partitions import COMPANY_YEAR, Cell, cell_of_key, register
from fortnox_assets.settings import Settings
from fortnox_assets.settings_errors import SettingsError


@dataclass(frozen=True, kw_only=True)
class Choice:
    """Which cells: ``companies`` x ``labels``, where empty means all there are, or exactly ``partitions``."""

    companies: tuple[str, ...] = ()
    labels: tuple[int, ...] = ()
    partitions: tuple[str, ...] = ()
    endpoints: tuple[str, ...] = ()
    full: bool = False


def run_backfill(settings: Settings, choice: Choice, console: Console) -> int:
    """Stores the backfill for the daemon to run; 0 when it is stored.

    Raises: SettingsError for a company, year, partition or endpoint there is not; DagsterHomeError; FortnoxError for a
    company that does not answer which years it has.
    """
    refuse_unknown_endpoints(settings, choice.endpoints)
    with Connections(settings) as connections:
        cells = chosen_cells(choice, connections)
    with held_back():
        definitions = build_definitions(settings)
    with dagster_instance(settings) as instance, home_failures_in_one_line(instance.root_directory):
        register(instance, {cell.company for cell in cells}, {cell.label for cell in cells if cell.label is not None})
        backfill = backfill_of(definitions, instance, cells, choice)
        instance.add_backfill(backfill)
    several = "partition" if len(cells) == 1 else "partitions"
    told = f"Backfill {backfill.backfill_id} of {len(cells)} {several} waits for Dagster's daemon (make dev, or yours)."
    console.print(told, highlight=False, soft_wrap=True)
    return 0


def chosen_cells(choice: Choice, connections: Connections) -> list[Cell]:
    """The cells that ``choice`` names and the companies have, in order. Raises: SettingsError, FortnoxError."""
    if choice.partitions:
        if choice.companies or choice.labels:
            raise SettingsError("--partition: says company and year already; leave --company and --financial-year out")
        return [_existing(key, connections) for key in dict.fromkeys(choice.partitions)]
    companies = chosen_companies(connections.settings, choice.companies)
    known = {company: connections.labels(company) for company in companies}
    cells = [
        Cell(company=company, label=label)
        for company in companies
        for label in known[company]
        if not choice.labels or label in choice.labels
    ]
    missing = sorted(set(choice.labels) - {cell.label for cell in cells})
    if missing or not cells:
        years = _listed(label for labels in known.values() for label in labels)
        wanted = f"--financial-year {missing[0]}: " if missing else ""
        raise SettingsError(f"{wanted}no chosen company has that year; known: {years}")
    return cells


def _existing(key: str, connections: Connections) -> Cell:
    company, _, label = key.partition("|")
    if not label.isdecimal():
        raise SettingsError(f"--partition {key}: must be a company and a year, such as 'are-cykel|2024'")
    chosen_companies(connections.settings, (company,))
    if int(label) not in connections.labels(company):
        raise SettingsError(
            f"--partition {key}: {company} has no such year; known: {_listed(connections.labels(company))}"
        )
    return cell_of_key(key)


def _listed(labels: Iterable[int]) -> str:
    return ", ".join(map(str, sorted(set(labels)))) or "none"


def backfill_of(
    definitions: dg.Definitions, instance: dg.DagsterInstance, cells: list[Cell], choice: Choice
) -> PartitionBackfill:
    """The backfill of the year's assets, or of the endpoints chosen, as the daemon takes it."""
    every = definitions.resolve_job_def(SYNC_FINANCIAL_YEAR).asset_layer.executable_asset_keys
    wanted = {raw_key(each) for each in choice.endpoints}
    if registers := sorted(each.path[-1] for each in wanted - set(every)):
        raise SettingsError(f"--endpoint {registers[0]}: has no financial years; copy it with fortnox-assets sync")
    partitions = COMPANY_YEAR.subset_with_partition_keys([cell.key for cell in cells])
    backfill: PartitionBackfill = PartitionBackfill.from_asset_graph_subset(
        backfill_id=uuid.uuid4().hex[:8],
        backfill_timestamp=time.time(),
        tags={FULL_TAG: "true"} if choice.full else {},
        dynamic_partitions_store=instance,
        asset_graph_subset=AssetGraphSubset(  # type: ignore[call-arg]  # a decorator hides its defaults
            non_partitioned_asset_keys=set(),
            partitions_subsets_by_asset_key=dict.fromkeys(sorted(wanted or every), partitions),
        ),
        title=f"{len(cells)} company years from the command line",
        description=None,
        run_config=None,
    )
    return backfill
