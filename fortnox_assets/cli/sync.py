"""Runs the Dagster assets in this process, partition by partition, and says what failed."""

import sys
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, redirect_stderr, redirect_stdout
from dataclasses import dataclass, field
from functools import partial
from io import StringIO
from typing import Any, Protocol

import dagster as dg
from dagster._utils.interrupts import capture_interrupts

from fortnox_assets.cli.errors import DagsterHomeError
from fortnox_assets.cli.failures import Trouble, failures, found
from fortnox_assets.cli.instance import home_failures_in_one_line
from fortnox_assets.cli.mistakes import chosen_companies, refuse_unknown_endpoints
from fortnox_assets.connections import COMPANY_TROUBLE, Connections
from fortnox_assets.defs.assets import FULL_TAG
from fortnox_assets.defs.copying import MISSING, NEW_FIELDS
from fortnox_assets.defs.jobs import BUILD_REPORTS, SYNC_FINANCIAL_YEAR, SYNC_REGISTERS
from fortnox_assets.defs.partitions import Cell, register
from fortnox_assets.settings import Settings
from fortnox_assets.settings_errors import SettingsError
from fortnox_assets.warehouse.shapes import EMPTY

QUIET = {"loggers": {"console": {"config": {"log_level": "CRITICAL"}}}}
REPORTS = "reports"
REST = "the rest"
DIFFERENCES = ("new", "changed", "reappeared", "deleted")
DBT_OUTPUT = "dbt-output.log"


@dataclass(frozen=True, kw_only=True)
class Request:
    """What to sync. Empty ``companies``, ``labels`` and ``endpoints`` mean all of them.

    ``full`` reads everything again, instead of what changed since the last sync. ``yes``: do not ask before values of
    fields that are no longer selected are removed.
    """

    companies: tuple[str, ...] = ()
    labels: tuple[int, ...] = ()
    two_past_years: bool = False
    endpoints: tuple[str, ...] = ()
    full: bool = False
    reports: bool = True
    yes: bool = False


@dataclass
class Outcome:
    """What a sync did. ``rows`` counts what was written to raw tables, ``requests`` what was asked of Fortnox for it.

    ``differences``: rows that are new, changed, reappeared, deleted, where changes were read instead of everything.

    ``unavailable`` has the endpoints each company (or company and year of uploaded files) lacks, by why.
    ``found``: a line for each check that found errors in the books; the sync did its work all the same.
    ``new_fields``: what the values of fields that are not in the catalogue look like, by endpoint and dotted path;
    ``copies_new``: whether they were copied. ``interrupted``: somebody pressed Ctrl-C, and what was left was not begun.
    """

    rows: int = 0
    requests: int = 0
    differences: Counter[str] = field(default_factory=Counter)
    partitions: int = 0
    unavailable: dict[tuple[str, str], set[str]] = field(default_factory=dict)
    troubles: list[Trouble] = field(default_factory=list)
    found: list[str] = field(default_factory=list)
    new_fields: dict[str, str] = field(default_factory=dict)
    copies_new: bool = False
    interrupted: bool = False

    def add(self, other: "Outcome") -> None:
        """Counts what another process did as well."""
        self.rows += other.rows
        self.requests += other.requests
        self.differences.update(other.differences)
        self.partitions += other.partitions
        for lacking, endpoints in other.unavailable.items():
            self.unavailable.setdefault(lacking, set()).update(endpoints)
        self.troubles += other.troubles
        self.found += other.found
        self.new_fields = {**other.new_fields, **self.new_fields}
        self.interrupted = self.interrupted or other.interrupted


class Display(Protocol):
    """Who shows the sync to a person."""

    def began(self, where: str, assets: int) -> None:
        """A partition (or the reports) of so many assets begins."""

    def ended(self, where: str, *, rows: int, failed: int) -> None:
        """It ended."""


# Copies the partitions of several companies and gives an outcome for each.
AtOnce = Callable[[Request, Mapping[str, tuple[Cell, ...]]], Iterator[Outcome]]


class Sync:
    """One sync of ``settings``' companies through ``definitions`` into ``instance``."""

    def __init__(
        self, settings: Settings, definitions: dg.Definitions, instance: dg.DagsterInstance, display: Display
    ) -> None:
        self._settings = settings
        self._definitions = definitions
        self._instance = instance
        self._display = display
        self._outcome = Outcome(copies_new=settings.config is not None and settings.config.new_fields == "copy")
        self._tags: dict[str, str] = {}

    def run(self, request: Request, connections: Connections, at_once: AtOnce | None = None) -> Outcome:
        """Everything ``request`` names, each partition its own Dagster run; a failed one stops no other.

        ``at_once`` copies several companies, each elsewhere; without it they are copied here, one after the other.
        Raises SettingsError for a company, year or endpoint that does not exist.
        """
        companies = chosen_companies(self._settings, request.companies)
        refuse_unknown_endpoints(self._settings, request.endpoints)
        with ThreadPoolExecutor(self._settings.environment.fortnox_companies_at_once) as pool:
            labels = dict(zip(companies, pool.map(partial(self._labels, connections), companies), strict=True))
        if not self._outcome.troubles:  # a year may belong to a company that could not be asked
            self._refuse_unknown_years(request.labels, labels)
        register(self._instance, companies, {label for known in labels.values() for label in known})
        cells = {company: tuple(self._cells(company, request, labels[company])) for company in companies}
        with self._interruptible():
            self._copy_companies(request, cells, at_once)
            if request.reports and not self._outcome.interrupted:
                self._build_reports()
        return self._outcome

    def copy(self, cells: Iterable[Cell], request: Request) -> Outcome:
        """Copies these partitions, each its own Dagster run; what they are of must be known to the instance."""
        self._tags = {FULL_TAG: "true"} if request.full else {}
        selection = {dg.AssetKey(["fortnox_raw", name]) for name in request.endpoints} or None
        with self._interruptible():
            for cell in cells:
                self._materialise(cell, selection)
        return self._outcome

    def _copy_companies(self, request: Request, cells: Mapping[str, tuple[Cell, ...]], at_once: AtOnce | None) -> None:
        chosen = {company: each for company, each in cells.items() if each}
        if at_once is None or len(chosen) < 2:  # noqa: PLR2004 - one company needs nobody to share with
            self.copy((cell for each in chosen.values() for cell in each), request)
            return
        for outcome in at_once(request, chosen):
            self._outcome.add(outcome)

    @contextmanager
    def _interruptible(self) -> Iterator[None]:
        try:
            with home_failures_in_one_line(self._instance.root_directory):
                yield
        except (KeyboardInterrupt, dg.DagsterExecutionInterruptedError):
            self._outcome.interrupted = True
        except DagsterHomeError as error:  # no further run could begin
            self._outcome.troubles.append(Trouble(where=REST, asset="runs", reason=str(error)))

    def build_reports(self) -> Outcome:
        """The reporting tables alone, from what is stored."""
        self._build_reports()
        return self._outcome

    def _labels(self, connections: Connections, company: str) -> tuple[int, ...]:
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
        self._outcome.found += found(result)
        rows = 0
        for event in result.get_asset_materialization_events():
            metadata = event.step_materialization_data.materialization.metadata
            rows += _number(metadata, "rows")
            self._outcome.requests += _number(metadata, "requests")
            self._outcome.differences.update({name: _number(metadata, name) for name in DIFFERENCES})
            if event.asset_key and NEW_FIELDS in metadata:
                self._note_new_fields(event.asset_key.path[-1], metadata[NEW_FIELDS].value)
            if event.asset_key and MISSING in metadata:
                lacking = (where.split(maxsplit=1)[0], str(metadata[MISSING].value))
                self._outcome.unavailable.setdefault(lacking, set()).add(event.asset_key.path[-1])
        self._outcome.rows += rows
        self._display.ended(where, rows=rows, failed=len(failed))

    def _note_new_fields(self, endpoint: str, shapes: Any) -> None:
        for path, shape in shapes.items():
            name = f"{endpoint}.{path}"
            if self._outcome.new_fields.get(name, EMPTY) == EMPTY:
                self._outcome.new_fields[name] = shape


def _number(metadata: Mapping[str, dg.MetadataValue[Any]], name: str) -> int:
    found = metadata.get(name)
    return found.value or 0 if isinstance(found, dg.IntMetadataValue) else 0
