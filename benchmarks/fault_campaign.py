"""Syncs a company while everything goes wrong, and compares the tables with the truth after every round.

    python benchmarks/fault_campaign.py [ROUNDS] [--seed N] [--ledger sie|vouchers] [--real-pace]

A round: people work in the simulated company, some hours pass, and a sync runs in a process of its own that meets one
kind of trouble: faulty answers by chance, kill -9 at a request or at a moment chosen at random, another sync of the
same company beside it, people who work while it reads, a scope or licence withdrawn half-way, or a renewal of its
tokens that fails before or after Fortnox has spent the refresh token. When it says that it succeeded, and nobody worked
meanwhile, the tables must be the truth at once; in any case they must be after one more sync that is left in peace. The
truth is what the simulator's books hold, not what our own reading makes of them.

``--real-pace`` keeps Fortnox's rate budget and waits between retries as they are; without it both are shortened.
"""

import argparse
import json
import os
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from decimal import Decimal
from functools import partial
from pathlib import Path
from random import Random
from typing import Any

import yaml
from pydantic import SecretStr

from fortnox_assets.catalogue import COPIED
from fortnox_assets.catalogue.sie_tables import SIE_TABLES
from fortnox_assets.cli.demo import demo_environment
from fortnox_assets.connections import COMPANY_TROUBLE, Connections
from fortnox_assets.defs.copying import Copying
from fortnox_assets.defs.partitions import Cell
from fortnox_assets.fortnox import connect
from fortnox_assets.fortnox.retry import Backoff
from fortnox_assets.fortnox.tokens import FileTokenStore, Tokens
from fortnox_assets.settings import Settings, load_settings
from fortnox_assets.simulator.app import CLIENT_ID, Simulator, SimulatorSettings, create_app
from fortnox_assets.simulator.company import SimulatedCompany
from fortnox_assets.simulator.faults import Fault
from fortnox_assets.simulator.rate_limit import RateLimit
from fortnox_assets.simulator.sample_companies import sample_companies
from fortnox_assets.simulator.server import background
from fortnox_assets.simulator.work import work
from fortnox_assets.warehouse.duckdb import DuckDBStored, DuckDBTables, locked, query
from fortnox_assets.warehouse.duckdb_file import opened
from fortnox_assets.warehouse.errors import WarehouseError
from fortnox_assets.warehouse.results import Changes, Snapshot

NAMES = {
    "sie": ("customers", "invoices", "invoice_payments", "vouchers", "sie"),
    "vouchers": ("customers", "invoices", "invoice_payments", "vouchers"),
}
ANSWERS_THAT_FAIL = (
    Fault.SERVER_ERROR,
    Fault.UNAVAILABLE,
    Fault.BAD_GATEWAY,
    Fault.EMPTY_BODY,
    Fault.ERROR_IN_200,
    Fault.TRUNCATED,
    Fault.RESET,
    Fault.ANSWER_LOST,
    Fault.RATE_LIMITED,
    Fault.TOLD_TO_WAIT,
    Fault.SLOW,
    Fault.SLOW_BODY,
    Fault.EXPIRED_TOKEN,
)
# Fortnox has not looked at the refresh token: sent again it works.
RENEWAL_NOT_REACHED = (Fault.RESET, Fault.UNAVAILABLE, Fault.BAD_GATEWAY, Fault.EMPTY_BODY, Fault.TOLD_TO_WAIT)
# Fortnox has spent the refresh token, and the next one never arrives; the slow ones are those it is killed in.
RENEWAL_LOST = (Fault.ANSWER_LOST, Fault.TRUNCATED, Fault.SLOW, Fault.SLOW_BODY)
TROUBLES = (
    "answers",
    "killed at a request",
    "two syncs",
    "work meanwhile",
    "killed at a moment",
    "access withdrawn",
    "refresh not reached",
    "refresh answer lost",
)
Truth = dict[str, dict[str, tuple[Any, ...]]]


def copy_once(settings: Settings, company: str, names: tuple[str, ...]) -> None:
    """One sync of these endpoints (``sie``: the tables of SIE files), as the assets and the IO manager do it."""
    with Connections(settings) as connections:
        labels = connections.labels(company)
        for name in names:
            for label in labels if name == "sie" or COPIED[name].by_financial_year else [None]:
                cell = Cell(company=company, label=label)
                stored = DuckDBStored(settings.duckdb_path, settings.environment.fortnox_raw_dataset)
                copying = Copying(connections=connections, cell=cell, run_id="campaign", stored=stored)
                if name != "sie":
                    _store(settings, copying.endpoint(COPIED[name])[0])
                    continue
                for _, result, _ in copying.sie(SIE_TABLES):
                    _store(settings, result)


def _store(settings: Settings, result: object) -> None:
    tables = DuckDBTables(str(settings.duckdb_path), longest_wait=600, config={})
    if not isinstance(result, Snapshot):
        return
    try:
        with locked(settings.duckdb_path), opened(settings.duckdb_path) as connection:
            if isinstance(result, Changes):
                tables.merge(connection, settings.environment.fortnox_raw_dataset, result)
            else:
                tables.store(connection, settings.environment.fortnox_raw_dataset, result)
        result.committed()
    finally:
        result.discard()


@dataclass
class Report:
    """What a campaign met. Rows lost are missing, doubled are there twice, stale are old or no longer there.

    A refresh token is ``sent_again`` when no newer one was stored and the process had not been refused it: Fortnox's
    answer was lost, and only Fortnox knows that the token is spent. It is ``spent_twice`` in every other case.
    """

    rounds: int = 0
    syncs_that_succeeded: int = 0
    syncs_that_failed: int = 0
    kills: int = 0
    rounds_by_trouble: Counter[str] = field(default_factory=Counter)
    faults: Counter[str] = field(default_factory=Counter)
    work: Counter[str] = field(default_factory=Counter)
    compared: int = 0
    rows_compared: int = 0
    rows_lost: int = 0
    rows_doubled: int = 0
    rows_stale: int = 0
    reauthorised: int = 0
    refresh_answers_lost: int = 0
    refresh_tokens_sent_again: int = 0
    refresh_tokens_spent_twice: int = 0
    requests: int = 0
    most_requests_in_5_seconds: int = 0
    examples: list[str] = field(default_factory=list)


@dataclass(kw_only=True)
class Campaign:
    """One company, its simulator, and a copy of it that is synced round by round."""

    directory: Path
    url: str
    app: Simulator
    company: SimulatedCompany
    ledger: str
    draw: Random
    budget: int
    hasty: bool
    report: Report = field(default_factory=Report)
    running: int = 0
    may_send_again: int = 0

    def __post_init__(self) -> None:
        chosen = {
            self.company.key: {"tenant_id": self.company.tenant_id, "ledger": self.ledger, "auth": "refresh_token"}
        }
        (self.directory / "fortnox.yaml").write_text(yaml.safe_dump({"companies": chosen}), encoding="utf-8")
        self.settings = _settings(self.directory, self.url, self.budget)
        self._scopes, self._licences = self.company.scopes, self.company.licences
        self._authorise()
        self.app.tokens.ends_families = True
        self.app.tokens.when_spent_again = self._spent_again

    def round(self, trouble: str) -> None:
        """One round of this trouble, and the comparison at its end."""
        self.report.rounds += 1
        self.report.rounds_by_trouble[trouble] += 1
        for _ in range(self.draw.randrange(1, 5)):
            self.report.work[work(self.company, self.draw)] += 1
        self._later(hours=self.draw.choice([1, 3, 30, 200]))
        getattr(self, "_" + trouble.replace(" ", "_"))()
        self._quiet()
        if self._sync_in_peace():
            self.compare()

    def compare(self) -> None:
        """Every table with the simulator's books, key by key and öre by öre."""
        truth, have = truth_of(self.company, self.ledger), stored_rows(self.settings, self.ledger)
        self.report.compared += 1
        for table, rows in truth.items():
            self.report.rows_compared += len(rows)
            found = Counter(key for key, _ in have[table])
            values = dict(have[table])
            self._note("lost", table, [key for key in rows if key not in found])
            self._note("doubled", table, [key for key, count in found.items() if count > 1])
            self._note("stale", table, [key for key in found if key not in rows or rows[key] != values[key]])

    def finish(self) -> Report:
        """The report, with what the simulator counted."""
        self._count()
        return self.report

    def _note(self, what: str, table: str, keys: list[str]) -> None:
        setattr(self.report, f"rows_{what}", getattr(self.report, f"rows_{what}") + len(keys))
        self.report.examples += [f"round {self.report.rounds}: {what}: {table} {key}" for key in keys[:3]]

    def _answers(self) -> None:
        self.app.faults.seed = self.draw.randrange(10**6)
        self.app.faults.slow_seconds = 0.01
        self.app.faults.rates.update(dict.fromkeys(ANSWERS_THAT_FAIL, 0.012))
        # A lost answer to a refresh is the one loss that only a new consent cures; it has a round of its own.
        self.app.faults.rates_path = "/3/"
        if self._ended(self._start()):
            self.compare()

    def _killed_at_a_request(self) -> None:
        started: list[subprocess.Popen[bytes]] = []
        self.app.faults.sleep = lambda _: self._kill(started[0])
        self.app.faults.script(Fault.SLOW, "/3/", skip=self.draw.randrange(3, 40))
        started.append(self._start())
        if self._ended(started[0]):
            self.compare()

    def _killed_at_a_moment(self) -> None:
        process = self._start()
        timer = threading.Timer(self.draw.uniform(2.0, 5.0), self._kill, [process])
        timer.start()
        if self._ended(process):
            self.compare()
        timer.cancel()
        timer.join()

    def _two_syncs(self) -> None:
        both = [self._start(), self._start()]
        if all([self._ended(each) for each in both]):  # noqa: C419 - both must be waited for
            self.compare()

    def _work_meanwhile(self) -> None:
        self.app.faults.seed = self.draw.randrange(10**6)
        self.app.faults.rates[Fault.WORK] = 0.15
        self._ended(self._start())

    def _access_withdrawn(self) -> None:
        fault = self.draw.choice([Fault.SCOPE_WITHDRAWN, Fault.LICENCE_WITHDRAWN])
        self.app.faults.script(fault, "/3/invoice", skip=self.draw.randrange(4))
        self._ended(self._start())

    def _refresh_not_reached(self) -> None:
        fault, times = self.draw.choice(RENEWAL_NOT_REACHED), self.draw.randrange(1, 4)
        self.app.tokens.end_access(self.company.tenant_id)
        self.app.faults.script(fault, "/oauth-v1/token", times=times)
        if not self._ended(self._start()):
            self.report.examples.append(f"round {self.report.rounds}: a refresh token that was not spent was given up")
            return
        self.compare()

    def _refresh_answer_lost(self) -> None:
        fault, started = self.draw.choice(RENEWAL_LOST), list[subprocess.Popen[bytes]]()
        self.app.tokens.end_access(self.company.tenant_id)
        self.app.faults.sleep = lambda _: self._kill(started[0])
        self.app.faults.script(fault, "/oauth-v1/token")
        self.report.refresh_answers_lost += 1
        started.append(self._start())
        if self._ended(started[0]):
            self.report.examples.append(f"round {self.report.rounds}: succeeded without a refresh token")

    def _spent_again(self, _: int, token: str) -> None:
        kept = self._kept()
        if self.may_send_again and kept == token:
            self.may_send_again -= 1
            self.report.refresh_tokens_sent_again += 1
        else:
            self.report.refresh_tokens_spent_twice += 1

    def _kept(self) -> str | None:
        kept = FileTokenStore(self.settings.state_dir / "tokens").load(self.company.key)
        return None if kept is None or kept.refresh_token is None else kept.refresh_token.get_secret_value()

    def _start(self) -> subprocess.Popen[bytes]:
        words = [self.directory, self.url, self.company.key, self.ledger, self.budget, int(self.hasty)]
        command = [sys.executable, "-W", "ignore", __file__, "--one-sync", *map(str, words)]
        # Each process may find out once that the token it was left with is spent.
        self.running, self.may_send_again = self.running + 1, self.may_send_again + 1
        return subprocess.Popen(command, stdout=subprocess.DEVNULL)

    def _ended(self, process: subprocess.Popen[bytes]) -> bool:
        succeeded = process.wait(timeout=1800) == 0
        self.running -= 1
        self.may_send_again = self.may_send_again if self.running else 0
        self.report.syncs_that_succeeded += succeeded
        self.report.syncs_that_failed += not succeeded
        return succeeded

    def _kill(self, process: subprocess.Popen[bytes]) -> None:
        if process.poll() is None:
            self.report.kills += 1
            os.kill(process.pid, signal.SIGKILL)

    def _quiet(self) -> None:
        self._count()
        self.app.faults.clear()
        self.app.faults.sleep = time.sleep
        if (self.company.scopes, self.company.licences) != (self._scopes, self._licences):
            self.company.scopes, self.company.licences = self._scopes, self._licences
            self.app.tokens.end_access(self.company.tenant_id)
        self._later(hours=1)

    def _sync_in_peace(self) -> bool:
        """Left in peace it must succeed; only a refresh token that was lost on its way needs a person first."""
        for _ in range(2):
            if self._ended(self._start()):
                return True
            if not self._lost_refresh_token():
                break
            self._authorise()
            self.report.reauthorised += 1
        self.report.examples.append(f"round {self.report.rounds}: the sync in peace failed")
        return False

    def _lost_refresh_token(self) -> bool:
        return self._kept() not in self.app.tokens._refresh  # noqa: SLF001 - what only Fortnox knows

    def _authorise(self) -> None:
        tokens = self.app.tokens
        code = tokens.code(CLIENT_ID, self.company.tenant_id, "", "", service=False)
        form = {"grant_type": "authorization_code", "code": code, "redirect_uri": ""}
        answer = tokens.token(CLIENT_ID, form, None)
        store = FileTokenStore(self.settings.state_dir / "tokens")
        pair = Tokens(
            access_token=SecretStr(str(answer["access_token"])),
            expires_at=time.time() + 3600,
            refresh_token=SecretStr(str(answer["refresh_token"])),
        )
        store.save(self.company.key, pair)

    def _count(self) -> None:
        journal = self.app.journal
        self.report.faults.update(journal.statistics()["faults"])
        self.report.requests += len(journal.requests(self.company.tenant_id))
        most = journal.most_in_a_window[self.company.tenant_id]
        self.report.most_requests_in_5_seconds = max(self.report.most_requests_in_5_seconds, most)
        journal.clear()

    def _later(self, **by: float) -> None:
        now = self.company.now() + timedelta(**by)
        self.company.now = lambda: now


def truth_of(company: SimulatedCompany, ledger: str) -> Truth:
    """What the simulator's books hold, by table and key."""
    vouchers = {
        _key(body["Year"], body["VoucherSeries"], body["VoucherNumber"]): _voucher(body, rows=ledger == "vouchers")
        for body in (each.body for each in company.of("vouchers"))
    }
    truth: Truth = {
        "customers": {_key(each.body["CustomerNumber"]): _customer(each.body) for each in company.of("customers")},
        "invoices": {_key(each.body["DocumentNumber"]): _invoice(each.body) for each in company.of("invoices")},
        "invoice_payments": {
            _key(each.body["Number"]): (_amount(each.body["Amount"]), str(each.body["InvoiceNumber"]))
            for each in company.of("invoice_payments")
        },
        "vouchers": vouchers,
    }
    if ledger == "sie":
        truth["sie_vouchers"] = dict(_sie_truth(company))
    return truth


def _sie_truth(company: SimulatedCompany) -> Iterator[tuple[str, tuple[Any, ...]]]:
    """By the vouchers' own rows, so that what our SIE reader makes of a file is part of what is tested."""
    for each in company.of("vouchers"):
        body = each.body
        rows = [row for row in body["VoucherRows"] if not row["Removed"]]
        amounts = sorted((int(row["Account"]), _amount(row["Debit"]) - _amount(row["Credit"])) for row in rows)
        yield _key(body["Year"], body["VoucherSeries"], body["VoucherNumber"]), tuple(amounts)


def _voucher(body: Mapping[str, Any], *, rows: bool) -> tuple[Any, ...]:
    head = (str(body["TransactionDate"]), body["Description"] or None, str(body["ReferenceNumber"] or "") or None)
    if not rows:
        return head
    inside = sorted(
        (int(row["Account"]), _amount(row["Debit"]), _amount(row["Credit"]), bool(row["Removed"]))
        for row in body["VoucherRows"]
    )
    return (*head, tuple(inside))


def _customer(body: Mapping[str, Any]) -> tuple[Any, ...]:
    return (body["Name"], body["Comments"] or None)


def _invoice(body: Mapping[str, Any]) -> tuple[Any, ...]:
    rows = tuple(_amount(row["Total"]) for row in body["InvoiceRows"])
    return (_amount(body["Total"]), _amount(body["Balance"]), bool(body["Booked"]), bool(body["Cancelled"]), rows)


def stored_rows(settings: Settings, ledger: str) -> dict[str, list[tuple[str, tuple[Any, ...]]]]:
    """The same of the tables' rows that are not marked as deleted."""
    raw, found = settings.environment.fortnox_raw_dataset, {}

    def rows(table: str, columns: str) -> list[tuple[Any, ...]]:
        return query(settings.duckdb_path, f"select {columns} from {raw}.{table} where _deleted_at is null")

    found["customers"] = [
        (_key(number), (name, comments or None))
        for number, name, comments in rows("customers", "CustomerNumber, Name, Comments")
    ]
    found["invoices"] = [
        (_key(number), (total, balance, booked, cancelled, tuple(row["Total"] for row in inside or ())))
        for number, total, balance, booked, cancelled, inside in rows(
            "invoices", "DocumentNumber, Total, Balance, Booked, Cancelled, InvoiceRows"
        )
    ]
    found["invoice_payments"] = [
        (_key(number), (amount, invoice))
        for number, amount, invoice in rows("invoice_payments", "Number, Amount, InvoiceNumber")
    ]
    head = "Year, VoucherSeries, VoucherNumber, TransactionDate, Description, ReferenceNumber, VoucherRows"
    found["vouchers"] = [
        (_key(year, series, number), _stored_voucher(day, text, reference, inside if ledger == "vouchers" else None))
        for year, series, number, day, text, reference, inside in rows("vouchers", head)
    ]
    if ledger == "sie":
        columns = "FinancialYearId, VoucherSeries, VoucherNumber, Transactions"
        found["sie_vouchers"] = [
            (_key(year, series, number), tuple(sorted((each["Account"], each["Amount"]) for each in _booked(inside))))
            for year, series, number, inside in rows("sie_vouchers", columns)
        ]
    return found


def _stored_voucher(day: object, text: str, reference: str, inside: list[dict[str, Any]] | None) -> tuple[Any, ...]:
    head = (str(day), text or None, reference or None)
    if inside is None:
        return head
    rows = sorted((each["Account"], each["Debit"] or 0, each["Credit"] or 0, bool(each["Removed"])) for each in inside)
    return (*head, tuple(rows))


def _booked(inside: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [each for each in inside if each["Kind"] == "TRANS"]


def _key(*parts: object) -> str:
    return "/".join(map(str, parts))


def _amount(value: object) -> Decimal:
    return Decimal(str(value or 0))


def _settings(directory: Path, url: str, budget: int) -> Settings:
    environment = demo_environment(directory, url)
    return load_settings({**environment, "FORTNOX_REQUESTS_PER_WINDOW": str(budget)}, directory)


@contextmanager
def campaign(
    directory: Path, *, ledger: str = "sie", seed: int = 1, real_pace: bool = False, sample: int = 0
) -> Iterator[Campaign]:
    """A campaign in an empty directory, against a simulator whose limit leaves a twenty-fifth to spare."""
    budget = 24 if real_pace else 192
    company = sample_companies("tiny")[sample]
    app = create_app([company], settings=SimulatorSettings(rate_limit=RateLimit(requests=budget * 25 // 24)))
    with background(app) as url:
        yield Campaign(
            directory=directory,
            url=url,
            app=app,
            company=company,
            ledger=ledger,
            draw=Random(seed),
            budget=budget,
            hasty=not real_pace,
        )


def _one_sync(directory: str, url: str, company: str, ledger: str, budget: str, hasty: str) -> int:
    if int(hasty):
        connect.Backoff = partial(Backoff, first_wait=0.02, longest_wait=0.2, wait_when_refused=0.1)  # type: ignore[attr-defined]
    try:
        copy_once(_settings(Path(directory), url, int(budget)), company, NAMES[ledger])
    except (*COMPANY_TROUBLE, WarehouseError) as error:
        print(f"    {error}", file=sys.stderr)
        return 1
    return 0


def main() -> None:
    """Runs the campaign and prints its report."""
    if sys.argv[1:2] == ["--one-sync"]:
        sys.exit(_one_sync(*sys.argv[2:]))
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("rounds", type=int, nargs="?", default=60)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--ledger", choices=["sie", "vouchers"], default="sie")
    parser.add_argument("--real-pace", action="store_true")
    wanted = parser.parse_args()
    began, cpu = time.monotonic(), time.process_time()
    with (
        tempfile.TemporaryDirectory() as directory,
        campaign(Path(directory), ledger=wanted.ledger, seed=wanted.seed, real_pace=wanted.real_pace) as running,
    ):
        for number in range(wanted.rounds):
            running.round(TROUBLES[number % len(TROUBLES)])
            print(f"{number + 1}: {TROUBLES[number % len(TROUBLES)]}", file=sys.stderr)
        report = vars(running.finish())
    print(json.dumps({**report, "seconds": round(time.monotonic() - began), "cpu": round(time.process_time() - cpu)}))


if __name__ == "__main__":
    main()
