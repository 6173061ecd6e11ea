"""Copies what Fortnox's events say has changed, within a minute or two: just those endpoints, just those years.

Events are a quick hint. What guarantees that nothing is missed are the schedules, which compare keys; where the
WebSocket cannot be reached, this sensor asks for the open years every hour until it can.
"""

import json
import time
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass, field
from hashlib import sha256

import dagster as dg
from dagster._core.definitions.unresolved_asset_job_definition import UnresolvedAssetJobDefinition
from pydantic import SecretStr

from fortnox_assets.catalogue import RAW_TABLES
from fortnox_assets.catalogue.sie_tables import SIE_TABLES
from fortnox_assets.connections import COMPANY_TROUBLE, Connections
from fortnox_assets.coordinator import PARTITION_TAG
from fortnox_assets.defs.companies import open_labels
from fortnox_assets.defs.partitions import Cell, cell_of_key, register
from fortnox_assets.defs.requests import Priority, copying
from fortnox_assets.fortnox.errors import FortnoxError
from fortnox_assets.fortnox.events import KEPT_DAYS, Event, Heard, Patience, Subscription, listen
from fortnox_assets.settings import load_settings

SECONDS_BETWEEN_TICKS = 30
SECONDS_BETWEEN_POLLS = 3600
CAUSE_TAG = "fortnox/cause"
CAUSE = {CAUSE_TAG: "event"}
# A day less than Fortnox keeps events: then something may have been lost.
LONGEST_SILENCE_SECONDS = (KEPT_DAYS - 1) * 24 * 3600
_LEDGER = ("vouchers", *(each.name for each in SIE_TABLES))
# The tables whose rows an event of the topic may have touched.
TABLES: Mapping[str, tuple[str, ...]] = {
    "invoices": ("invoices", "invoice_payments"),
    "customers": ("customers",),
    "orders": ("orders",),
    "offers": ("offers",),
    "articles": ("articles", "prices"),
    "currencies": ("currencies",),
    "termsofdeliveries": ("terms_of_deliveries",),
    "waysofdeliveries": ("ways_of_delivery",),
    "termsofpayments": ("terms_of_payments",),
    "cost-centers": ("cost_centers",),
    "financial-years": ("financial_years", "accounts", "voucher_series"),
    "projects": ("projects",),
    "suppliers": ("suppliers",),
    "supplier-invoices": ("supplier_invoices", "supplier_invoice_payments"),
    "vouchers": _LEDGER,
    "warehouse-stockbalances": ("stock_balance",),
}


@dataclass(frozen=True, kw_only=True)
class Heeded:
    """The sensor's cursor: the last offset of each topic, and when (epoch seconds) Fortnox was last heard or polled."""

    offsets: Mapping[str, int] = field(default_factory=dict)
    heard_at: float = 0.0
    polled_at: float = 0.0


def fortnox_events(
    jobs: list[UnresolvedAssetJobDefinition],
    tables: Iterable[str],
    patience: Patience | None = None,
    clock: Callable[[], float] = time.time,
) -> dg.SensorDefinition:
    """The sensor that listens for a while at each tick and has ``jobs`` copy what of ``tables`` has changed."""
    copied = frozenset(tables)

    @dg.sensor(
        name="fortnox_events",
        jobs=jobs,
        minimum_interval_seconds=SECONDS_BETWEEN_TICKS,
        description=(
            "Listens to Fortnox's change events and copies the endpoints and years they name. Asks for the open years "
            "hourly while events cannot be heard. Needs the WebSocket right of the integration."
        ),
    )
    def look(context: dg.SensorEvaluationContext) -> dg.SensorResult:
        heeded = Heeded(**json.loads(context.cursor)) if context.cursor else Heeded()
        with Connections(load_settings()) as connections:
            listening = _Listening(context, connections, copied)
            requests, after = listening.tick(heeded, patience or Patience(), clock())
        register(
            context.instance,
            {cell.company for cell in _cells(requests)},
            {cell.label for cell in _cells(requests) if cell.label is not None},
        )
        return dg.SensorResult(run_requests=requests, cursor=json.dumps(asdict(after)))

    return look


def _cells(requests: Iterable[dg.RunRequest]) -> list[Cell]:
    return [cell_of_key(str(each.partition_key)) for each in requests]


class _Listening:
    """One tick."""

    def __init__(self, context: dg.SensorEvaluationContext, connections: Connections, copied: frozenset[str]) -> None:
        self._context = context
        self._connections = connections
        self._copied = copied
        companies = connections.settings.companies
        self._by_tenant = {each.tenant_id: key for key, each in companies.items() if connections.is_connected(key)}

    def tick(self, heeded: Heeded, patience: Patience, now: float) -> tuple[list[dg.RunRequest], Heeded]:
        """What to copy, and the cursor that goes with it."""
        try:
            heard = self._listen(heeded, patience)
        except FortnoxError as error:
            self._context.log.warning("%s; polling the open years every hour instead", error)
            if now - heeded.polled_at < SECONDS_BETWEEN_POLLS:
                return [], heeded
            polled = Heeded(offsets=heeded.offsets, heard_at=heeded.heard_at, polled_at=now)
            return list(self._open_years(f"polled after {heeded.polled_at}")), polled
        requests = list(self._requests(heard))
        gap = heeded.heard_at and now - heeded.heard_at > LONGEST_SILENCE_SECONDS
        if gap or heard.forgotten:
            self._context.log.warning("events of the past were lost; the open years are copied instead")
            requests += self._open_years(f"events lost after {heeded.heard_at}")
        return requests, Heeded(offsets=heard.offsets, heard_at=now, polled_at=heeded.polled_at)

    def _listen(self, heeded: Heeded, patience: Patience) -> Heard:
        environment = self._connections.settings.environment
        _, secret = self._connections.settings.credentials()
        wanted = Subscription(
            url=environment.fortnox_events_url,
            client_secret=secret,
            tokens=list(self._tokens()),
            topics=[topic for topic, tables in TABLES.items() if self._copied & set(tables)],
            offsets=heeded.offsets,
        )
        return listen(wanted, patience)

    def _tokens(self) -> Iterator[SecretStr]:
        for company in self._by_tenant.values():
            try:
                yield self._connections.client(company).access_token()
            except COMPANY_TROUBLE as error:
                self._context.log.warning("%s: %s", company, error)

    def _requests(self, heard: Heard) -> Iterator[dg.RunRequest]:
        touched: dict[Cell, set[str]] = defaultdict(set)
        for event in heard.events:
            for cell, table in self._touched(event):
                touched[cell].add(table)
        # The same events heard again, after a crash, ask for the same runs.
        name = sha256(json.dumps(heard.offsets, sort_keys=True).encode()).hexdigest()[:12]
        waiting = self._waiting()
        for cell, tables in touched.items():
            if not any(tables <= others for others in waiting.get(cell.key, ())):
                yield copying(cell, f"events {name} of {cell.key}", priority=Priority.EVENT, tags=CAUSE, tables=tables)

    def _touched(self, event: Event) -> Iterator[tuple[Cell, str]]:
        """The cells and tables an event is about; none for a company that is not configured or does not answer."""
        company = self._by_tenant.get(event.tenant)
        if company is None:
            return
        for table in TABLES.get(event.topic, ()):
            if table not in self._copied:
                continue
            if not RAW_TABLES[table].by_financial_year:
                yield Cell(company=company), table
                continue
            for label in self._labels(company, event.year):
                yield Cell(company=company, label=label), table

    def _labels(self, company: str, year: int | None) -> frozenset[int]:
        """The year an event names; the open ones when it does not say."""
        try:
            if year is None:
                return open_labels(self._connections, company)
            return frozenset(each.label for each in self._connections.years(company) if each.id == year)
        except COMPANY_TROUBLE as error:
            self._context.log.warning("%s: %s", company, error)
            return frozenset()

    def _waiting(self) -> Mapping[str, list[set[str]]]:
        """The tables of runs for events that have not begun: they will read what has changed by then."""
        queued = dg.RunsFilter(statuses=[dg.DagsterRunStatus.QUEUED], tags=CAUSE)
        found: dict[str, list[set[str]]] = defaultdict(list)
        for run in self._context.instance.get_runs(filters=queued):
            found[run.tags.get(PARTITION_TAG, "")].append({key.path[-1] for key in run.asset_selection or ()})
        return found

    def _open_years(self, reason: str) -> Iterator[dg.RunRequest]:
        for company in self._connections.settings.companies:
            for label in sorted(self._labels(company, None)):
                cell = Cell(company=company, label=label)
                yield copying(cell, f"{cell.key} {reason}", priority=Priority.OPEN_YEAR)
