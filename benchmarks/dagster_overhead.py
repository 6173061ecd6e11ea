"""What Dagster adds: a backfill of companies x years, beside the same cells fetched and stored without it.

    python benchmarks/dagster_overhead.py [--companies 10] [--years 3]

Both copy invoices with rows and the ledger by SIE of the newest years, from a simulator without a rate limit in a
process of its own, into a new DuckDB file. The floor is one process that does nothing else, cell after cell. The
backfill is asked for with ``fortnox-assets backfill`` and run by Dagster's daemon, eight runs at a time as
``dagster.yaml`` has it, with the web interface beside it; it ends when the daemon says so. CPU and memory are sampled
ten times a second for every process; a page that several share is counted once. Before both, the definitions are loaded
alone.
"""

import argparse
import datetime as dt
import json
import os
import resource
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections import defaultdict
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path

import dagster as dg
import yaml
from dagster._core.execution.backfill import BulkActionStatus
from many_companies import SECONDS_BETWEEN_SAMPLES, companies, family, proportional_megabytes

from fortnox_assets.catalogue import ENDPOINTS, RAW_TABLES
from fortnox_assets.catalogue.sie_tables import SIE_TABLES
from fortnox_assets.cli.demo import demo_environment, unlimited_simulator
from fortnox_assets.connections import Connections
from fortnox_assets.extract.client import Row
from fortnox_assets.extract.ledger import download, sie_rows
from fortnox_assets.extract.slices import Slice
from fortnox_assets.extract.snapshot import snapshot
from fortnox_assets.places import DAGSTER_YAML
from fortnox_assets.settings import load_settings
from fortnox_assets.simulator.server import background
from fortnox_assets.warehouse.columns import Caster
from fortnox_assets.warehouse.duckdb_file import locked, opened
from fortnox_assets.warehouse.duckdb_tables import ensure_table, replace_slice, transaction
from fortnox_assets.warehouse.results import spill

BIN = Path(sys.executable).parent
MODULE = "fortnox_assets.definitions"
COPIED = ("vouchers", "invoices")
LONGEST_SECONDS = 3600
TICKS = os.sysconf("SC_CLK_TCK")
# What stands in the command line of each kind of process; the first that does.
ROLES = {
    "web interface": "dagster-webserver",
    "daemon": "dagster-daemon",
    "code location": "api grpc",
    "run": "multiprocessing",
}
OTHER = "other"


class Watch:
    """Samples what processes and all they start use, by role: CPU seconds of all, the most megabytes of one."""

    def __init__(self, *pids: int) -> None:
        self._pids = pids
        self._begun = dict(self._cpu())
        self._last: dict[int, tuple[str, float]] = {}
        self._over = threading.Event()
        self.megabytes: dict[str, float] = defaultdict(float)
        self._thread = threading.Thread(target=self._look, daemon=True)
        self._thread.start()

    def stop(self) -> Mapping[str, float]:
        """The CPU seconds since the beginning. A process that lives shorter than a sample is not seen."""
        self._over.set()
        self._thread.join()
        spent: dict[str, float] = defaultdict(float)
        for pid, (role, seconds) in self._last.items():
            spent[role] += seconds - self._begun.get(pid, 0.0)
        return spent

    def _look(self) -> None:
        while not self._over.wait(SECONDS_BETWEEN_SAMPLES):
            for pid, seconds in self._cpu():
                # A process that has ended and was not yet waited for has no command line any more.
                role = self._last[pid][0] if pid in self._last and _role(pid) == OTHER else _role(pid)
                self._last[pid] = role, seconds
                self.megabytes[role] = max(self.megabytes[role], proportional_megabytes(pid))

    def _cpu(self) -> Iterator[tuple[int, float]]:
        for pid in [each for root in self._pids for each in family(root)]:
            with suppress(OSError):
                fields = Path(f"/proc/{pid}/stat").read_text(encoding="ascii").rpartition(")")[2].split()
                yield pid, (int(fields[11]) + int(fields[12])) / TICKS


def _role(pid: int) -> str:
    with suppress(OSError):
        words = Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ").decode()
        return next((role for role, mark in ROLES.items() if mark in words), OTHER)
    return OTHER


def serve(number: int) -> None:
    """Serves so many companies until standard input ends; the first line says where, the second their tenants."""
    app = unlimited_simulator(companies(number))
    with background(app) as url:
        print(json.dumps([url, {each.key: each.tenant_id for each in app.companies.values()}]), flush=True)
        sys.stdin.read()


def floor(years: int) -> None:
    """Fetches and stores the cells, in this process alone, and prints how many and its peak memory in MB."""
    cells = 0
    with Connections(load_settings()) as connections:
        for company in connections.settings.companies:
            for label in sorted(connections.labels(company))[-years:]:
                copy(connections, connections.slice(company, label))
                cells += 1
    print(json.dumps([cells, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024]))


def copy(connections: Connections, part: Slice) -> None:
    client, settings = connections.client(part.company), connections.settings
    for name in COPIED:
        details = name != "vouchers"
        with snapshot(client, ENDPOINTS[name], part, settings.state_dir / "spool", details=details) as extraction:
            store(extraction.rows, name, part, settings.duckdb_path)
    for year in part.years:
        with download(client, year, "sie", settings.state_dir) as file:
            for table in SIE_TABLES:
                store(sie_rows(file, table.name), table.name, part, settings.duckdb_path)


def store(rows: Iterator[list[Row]], table: str, part: Slice, database: Path) -> None:
    caster = Caster(RAW_TABLES[table], None, part.company, part.label, dt.datetime.now(dt.UTC), "benchmark")
    result = spill(rows, caster, database.parent)
    with locked(database), opened(database) as connection, transaction(connection):
        ensure_table(connection, "fortnox_raw", table, result.schema)
        replace_slice(connection, "fortnox_raw", result)


def timed(command: list[str], environment: Mapping[str, str], directory: Path) -> tuple[float, float, str]:
    """Wall and CPU seconds of a command, and what it printed."""
    before, began = os.times(), time.monotonic()
    done = subprocess.run(command, env=environment, cwd=directory, check=True, stdout=subprocess.PIPE, text=True)
    seconds, after = time.monotonic() - began, os.times()
    cpu = after.children_user + after.children_system - before.children_user - before.children_system
    return seconds, cpu, done.stdout


@contextmanager
def started(directory: Path, environment: Mapping[str, str]) -> Iterator[list[int]]:
    """Dagster's web interface and daemon."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    commands = [
        [str(BIN / "dagster-webserver"), "-m", MODULE, "-p", str(port)],
        [str(BIN / "dagster-daemon"), "run", "-m", MODULE],
    ]
    processes = []
    try:
        for command in commands:
            with (directory / f"{Path(command[0]).name}.log").open("w") as log:
                processes.append(
                    subprocess.Popen(
                        command,
                        cwd=directory,
                        env=environment,
                        stdout=log,
                        stderr=log,
                        start_new_session=True,
                        # A background job of a shell ignores it, and Dagster would then ignore SIGTERM too.
                        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.default_int_handler),  # noqa: PLW1509
                    )
                )
        yield [each.pid for each in processes]
    finally:
        for each in processes:
            each.terminate()
        for each in processes:
            each.wait(timeout=120)


def backfill(directory: Path, environment: Mapping[str, str], years: list[str]) -> None:
    """Asks for it, waits until the daemon says that it has ended, and prints what it took."""
    # Made by one process: two that begin with an empty home would both make the tables.
    with dg.DagsterInstance.from_config(environment["DAGSTER_HOME"]) as instance:
        assert instance.get_runs_count() == 0
    with started(directory, environment) as pids:
        # Both have a code location of their own, which loads the definitions first.
        while sum(_role(pid) == "code location" for root in pids for pid in family(root)) < len(pids):
            time.sleep(SECONDS_BETWEEN_SAMPLES)
        time.sleep(20)
        chosen = [word for year in years for word in ("--financial-year", year)]
        command = [str(BIN / "fortnox-assets"), "backfill", *chosen]
        asking, _, told = timed(command, environment, directory)
        watch, began = Watch(*pids), time.monotonic()
        with dg.DagsterInstance.from_config(environment["DAGSTER_HOME"]) as instance:
            name = told.split()[1]
            while instance.get_backfill(name).status == BulkActionStatus.REQUESTED:
                time.sleep(0.5)
                assert time.monotonic() < began + LONGEST_SECONDS
            seconds, cpu = time.monotonic() - began, watch.stop()
            runs = instance.get_runs(dg.RunsFilter(tags={"dagster/backfill": name}))
            failed = sum(not each.is_success for each in runs)
        assert {*ROLES} <= {*watch.megabytes}, f"one of {[*ROLES]} did not run: {dict(watch.megabytes)}"
        print(f"backfill: {len(runs)} runs, {failed} failed, {seconds:.1f} s; asking {asking:.1f} s")
        print(f"CPU: {sum(cpu.values()):.1f} s: {_listed(cpu, 's')}")
        print(f"the most of one process: {_listed(watch.megabytes, 'MB')}")


def _listed(figures: Mapping[str, float], unit: str) -> str:
    return ", ".join(f"{role} {figures[role]:.1f} {unit}" for role in sorted(figures))


def main() -> None:
    """Prints a line for each part."""
    match sys.argv[1:]:
        case ["serve", number]:
            return serve(int(number))
        case ["floor", years]:
            return floor(int(years))
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--companies", type=int, default=10)
    parser.add_argument("--years", type=int, default=3)
    given = parser.parse_args()
    serving = [sys.executable, __file__, "serve", str(given.companies)]
    with (
        subprocess.Popen(serving, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as simulator,
        tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as place,
    ):
        compare(Path(place), *json.loads(simulator.stdout.readline()), given.years)
        simulator.stdin.close()
    return None


def compare(directory: Path, url: str, tenants: Mapping[str, int], years: int) -> None:
    """Definitions, floor and backfill, one after the other."""
    environments = {}
    for name in ("floor", "backfill"):
        (directory / name).mkdir()
        config = {
            "companies": {key: {"tenant_id": tenant} for key, tenant in tenants.items()},
            "endpoints": {"include": list(COPIED)},
        }
        (directory / name / "fortnox.yaml").write_text(yaml.safe_dump(config), encoding="utf-8")
        home = directory / name / "dagster"
        home.mkdir()
        (home / "dagster.yaml").write_text(DAGSTER_YAML.read_text(encoding="utf-8"), encoding="utf-8")
        environments[name] = {**os.environ, **demo_environment(directory / name, url), "DAGSTER_HOME": str(home)}
    load = (
        "import resource, time; from fortnox_assets.definitions import defs; defs().get_repository_def();"
        "print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024)"
    )
    # The first one lets dbt parse the project, once for an installation.
    for what in ("first", "again"):
        seconds, cpu, peak = timed([sys.executable, "-c", load], environments["backfill"], directory / "backfill")
        print(f"definitions, {what}: {seconds:.1f} s, {cpu:.1f} s of CPU, {peak.strip()} MB", flush=True)
    command = [sys.executable, __file__, "floor", str(years)]
    seconds, cpu, told = timed(command, environments["floor"], directory / "floor")
    cells, peak = json.loads(told)
    print(f"floor: {cells} cells, {seconds:.1f} s, {cpu:.1f} s of CPU, {peak} MB", flush=True)
    os.environ.update(environments["floor"])
    with Connections(load_settings()) as connections:
        newest = sorted({label for key in tenants for label in sorted(connections.labels(key))[-years:]})
    backfill(directory / "backfill", environments["backfill"], [str(label) for label in newest])


if __name__ == "__main__":
    main()
