"""Runs the Dagster assets in this process, partition by partition, and says what failed."""

import sys
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass, field
from io import StringIO
from typing import Any, Protocol

import dagster as dg
from dagster._utils.interrupts import capture_interrupts

from fortnox_assets.cli.errors import DagsterHomeError
from fortnox_assets.cli.failures import Trouble, failures
from fortnox_assets.cli.instance import home_failures_in_one_line
from fortnox_assets.cli.mistakes import chosen_companies, refuse_unknown_endpoints
from fortnox_assets.connections import COMPANY_TROUBLE, Connections
from fortnox_assets.defs.assets import FULL_TAG, LEDGER_TABLES, raw_key
from fortnox_assets.defs.copying import MISSING
from fortnox_assets.defs.jobs import BUILD_REPORTS, SYNC_FINANCIAL_YEAR, SYNC_REGISTERS
from fortnox_assets.defs.partitions import Cell, register
from fortnox_assets.defs.resources import stored_tables
from fortnox_assets.ledger_sources import coming_changes
from fortnox_assets.settings import Settings
from fortnox_assets.settings_errors import SettingsError

QUIET = {"loggers": {"console": {"config": {"log_level": "CRITICAL"}}}}
REPORTS = "reports"
REST = "the rest"
DIFFERENCES = ("new", "changed", "reappeared", "deleted")
DBT_OUTPUT = "dbt-output.log"


@dataclass(frozen=True, kw_only=True)
class Request:
    """What to sync. Empty ``companies``, ``labels`` and ``endpoints`` mean all of them.

    ``full`` reads everything again, instead of what changed since the last sync.
    """

    companies: tuple[str, ...] = ()
    labels: tuple[int, ...] = ()
    two_past_years: bool = False
    endpoints: tuple[str, ...] = ()
    full: bool = False
    reports: bool = True


@dataclass
class Outcome:
    """What a sync did. ``rows`` counts what was written to raw tables, ``requests`` what was asked of Fortnox for it.

    ``differences``: rows that are new, changed, reappeared, deleted, where changes were read instead of everything.

    ``unavailable`` has the endpoints each company (or company and year of uploaded files) lacks, by why.
    ``interrupted``: somebody pressed Ctrl-C, and what was left was not begun.
    """

    rows: int = 0
    requests: int = 0
    differences: Counter[str] = field(default_factory=Counter)
    partitions: int = 0
    unavailable: dict[tuple[str, str], set[str]] = field(default_factory=dict)
    troubles: list[Trouble] = field(default_factory=list)
    interrupted: bool = False


class Display(Protocol):
    """Who shows the sync to a person."""

    def began(self, where: str, assets: int) -> None:
        """A partition (or the reports) of so many assets begins."""

    def ended(self, where: str, *, rows: int, failed: int) -> None:
        """It ended."""


class Sync:
    """One sync of ``settings``' companies through ``definitions`` into ``instance``."""

    def __init__(
        self, settings: Settings, definitions: dg.Definitions, instance: dg.DagsterInstance, display: Display
    ) -> None:
        self._settings = settings
        self._definitions = definitions
        self._instance = instance
        self._display = display
        self._outcome = Outcome()
        self._tags: dict[str, str] = {}

    def run(self, request: Request, connections: Connections, tell: Callable[[str], object] = str) -> Outcome:
        """Everything ``request`` names, each partition its own Dagster run; a failed one stops no other.

        ``tell`` hears a line for each year whose ledger is about to come from somewhere else, before anything is done.
        Raises SettingsError for a company, year or endpoint that does not exist.
        """
        self._tags = {FULL_TAG: "true"} if request.full else {}
        companies = chosen_companies(self._settings, request.companies)
        selection = self._selection(request.endpoints)
        labels = {company: self._labels(company, connections) for company in companies}
        if not self._outcome.troubles:  # a year may belong to a company that could not be asked
            self._refuse_unknown_years(request.labels, labels)
        register(self._instance, companies, {label for known in labels.values() for label in known})
        cells = [cell for company in companies for cell in self._cells(company, request, labels[company])]
        for cell in cells if self._reads_ledgers(selection) else ():
            for line in self._changes_of_source(cell, connections):
                tell(line)
        try:
            with home_failures_in_one_line(self._instance.root_directory):
                for cell in cells:
                    self._materialise(cell, selection)
                if request.reports:
                    self._build_reports()
        except (KeyboardInterrupt, dg.DagsterExecutionInterruptedError):
            self._outcome.interrupted = True
        except DagsterHomeError as error:  # no further run could begin
            self._outcome.troubles.append(Trouble(where=REST, asset="runs", reason=str(error)))
        return self._outcome

    @staticmethod
    def _reads_ledgers(selection: set[dg.AssetKey] | None) -> bool:
        return selection is None or not selection.isdisjoint(raw_key(table.name) for table in LEDGER_TABLES)

    def _changes_of_source(self, cell: Cell, connections: Connections) -> tuple[str, ...]:
        """What the cell's ledger changes to; nothing where its files cannot be used, as the load itself will say."""
        if cell.label is None:
            return ()
        try:
            return tuple(coming_changes(connections, stored_tables(self._settings), cell.company, cell.label))
        except COMPANY_TROUBLE:
            return ()

    def _labels(self, company: str, connections: Connections) -> tuple[int, ...]:
        try:
            return connections.labels(company)
        except COMPANY_TROUBLE as error:
            self._outcome.troubles.append(Trouble(where=company, asset="financial_years", reason=str(error)))
            return ()

    def _refuse_unknown_years(self, wanted: Iterable[int], labels: dict[str, tuple[int, ...]]) -> None:
        known = sorted({label for each in labels.values() for label in each})
        if missing := sorted(set(wanted) - set(known)):
            years = ", ".join(map(str, known)) or "none"
            raise SettingsError(f"--financial-year {missing[0]}: no chosen company has that year; known: {years}")

    def _cells(self, company: str, request: Request, labels: tuple[int, ...]) -> Iterator[Cell]:
        if any(each.where == company for each in self._outcome.troubles) and not labels:
            return
        yield Cell(company=company)
        chosen = [label for label in labels if not request.labels or label in request.labels]
        if request.two_past_years:
            current = max((label for label in chosen if label <= self._settings.as_of.year), default=0)
            chosen = [label for label in chosen if label >= current - 2]
        for label in chosen:
            yield Cell(company=company, label=label)

    def _selection(self, endpoints: tuple[str, ...]) -> set[dg.AssetKey] | None:
        if not endpoints:
            return None
        refuse_unknown_endpoints(self._settings, endpoints)
        return {dg.AssetKey(["fortnox_raw", name]) for name in endpoints}

    def _materialise(self, cell: Cell, selection: set[dg.AssetKey] | None) -> None:
        job = self._definitions.resolve_job_def(SYNC_REGISTERS if cell.label is None else SYNC_FINANCIAL_YEAR)
        keys = set(job.asset_layer.executable_asset_keys)
        chosen = sorted(keys if selection is None else keys & selection)
        if not chosen:
            return
        where = cell.company if cell.label is None else f"{cell.company} {cell.label}"
        self._display.began(where, len(chosen))
        result = self._execute(
            job, partition_key=cell.key, asset_selection=None if selection is None else chosen, tags=self._tags
        )
        self._outcome.partitions += 1
        self._account(where, result)

    def _build_reports(self) -> None:
        job = self._definitions.resolve_job_def(BUILD_REPORTS)
        self._display.began(REPORTS, len(set(job.asset_layer.executable_asset_keys)))
        self._settings.state_dir.mkdir(parents=True, exist_ok=True)
        with (self._settings.state_dir / DBT_OUTPUT).open("w", encoding="utf-8") as output, redirect_stdout(output):
            result = self._execute(job)
        self._account(REPORTS, result)

    def _execute(self, job: dg.JobDefinition, **part: Any) -> dg.ExecuteInProcessResult:
        """Runs the job; what Dagster says on standard error is shown afterwards, unless its own storage fails."""
        said = StringIO()
        # Dagster raises a Ctrl-C inside an asset; here one that comes before the run has begun waits until then.
        with capture_interrupts(), redirect_stderr(said):
            result = job.execute_in_process(run_config=QUIET, instance=self._instance, raise_on_error=False, **part)
        sys.stderr.write(said.getvalue())
        return result

    def _account(self, where: str, result: dg.ExecuteInProcessResult) -> None:
        failed = list(failures(where, result))
        self._outcome.troubles += failed
        rows = 0
        for event in result.get_asset_materialization_events():
            metadata = event.step_materialization_data.materialization.metadata
            rows += _number(metadata, "rows")
            self._outcome.requests += _number(metadata, "requests")
            self._outcome.differences.update({name: _number(metadata, name) for name in DIFFERENCES})
            if event.asset_key and MISSING in metadata:
                lacking = (where.split(maxsplit=1)[0], str(metadata[MISSING].value))
                self._outcome.unavailable.setdefault(lacking, set()).add(event.asset_key.path[-1])
        self._outcome.rows += rows
        self._display.ended(where, rows=rows, failed=len(failed))


def _number(metadata: Mapping[str, dg.MetadataValue[Any]], name: str) -> int:
    found = metadata.get(name)
    return found.value or 0 if isinstance(found, dg.IntMetadataValue) else 0
