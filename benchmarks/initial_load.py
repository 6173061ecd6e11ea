"""The first load of one company and year: 10 000 vouchers and a tenth as many invoices with rows, into DuckDB.

    python benchmarks/initial_load.py [VOUCHERS] [--paced VOUCHERS] [--answer-ms MS]

Both ledger modes are run twice against the simulator, which answers over a socket from a process of its own:
unpaced at full size, for what our own work costs, and paced by the real rate budget. ``sie`` is paced at full size.
``vouchers`` at full size takes over half an hour, so it is paced at the smaller size and the whole is extrapolated.
The floor is what Fortnox's limit of 25 requests in 5 seconds allows at best; its share of the time is what we reach.
"""

import argparse
import datetime as dt
import json
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path

from pydantic import SecretStr

from fortnox_assets.catalogue import ENDPOINTS, RAW_TABLES, allowed_paths
from fortnox_assets.catalogue.sie_tables import SIE_TABLES
from fortnox_assets.extract.client import Row
from fortnox_assets.extract.financial_years import financial_years
from fortnox_assets.extract.ledger import LedgerSource, download, sie_rows
from fortnox_assets.extract.slices import Slice, slices
from fortnox_assets.extract.snapshot import snapshot
from fortnox_assets.fortnox.client import FortnoxClient
from fortnox_assets.fortnox.connect import ConnectionSettings, connect
from fortnox_assets.fortnox.throttle import DEFAULT_BUDGET
from fortnox_assets.simulator.app import CLIENT_ID, CLIENT_SECRET, SimulatorSettings, create_app
from fortnox_assets.simulator.faults import Fault, Faults
from fortnox_assets.simulator.rate_limit import RateLimit
from fortnox_assets.simulator.sample_companies import sample_companies
from fortnox_assets.simulator.server import background
from fortnox_assets.warehouse.columns import Caster
from fortnox_assets.warehouse.duckdb_file import locked, opened
from fortnox_assets.warehouse.duckdb_tables import ensure_table, replace_slice, transaction
from fortnox_assets.warehouse.results import spill

COMPANY, TENANT = "are-cykel", 900001
LIMIT, WINDOW_SECONDS = 25, 5
UNPACED = 1_000_000


@dataclass(frozen=True, kw_only=True)
class Load:
    """What one load did. ``rows`` are by table; ``megabytes`` is the most memory the loading process had."""

    mode: LedgerSource
    paced: bool
    requests: int
    refused: int
    seconds: float
    fetching: float
    megabytes: int
    rows: dict[str, int]

    @property
    def floor(self) -> float:
        """Seconds these requests take at least: the first 25 at once, then five a second."""
        return max(0, self.requests - LIMIT) / (LIMIT / WINDOW_SECONDS)

    def line(self) -> str:
        """Everything in one line."""
        paced = f"{self.floor / self.seconds:6.0%} of the floor used" if self.paced else "not paced"
        return (
            f"{self.mode:<9} {self.rows['vouchers']:>6} vouchers {self.rows['invoices']:>5} invoices "
            f"{self.requests:>6} requests {self.refused} refused {self.seconds:8.1f} s "
            f"({self.fetching:.1f} s until all had arrived)  {paced}  peak {self.megabytes} MB"
        )


def load(url: str, mode: LedgerSource, budget: int, directory: Path) -> Load:
    """Copies the newest year of the company and says what it took."""
    started = time.perf_counter()
    with connected(url, budget, directory) as client:
        part = list(slices(COMPANY, financial_years(client)).values())[-1]
        fetching, rows = 0.0, {}
        for name, details in (("vouchers", mode == "vouchers"), ("invoices", True)):
            begun = time.perf_counter()
            with snapshot(client, ENDPOINTS[name], part, directory / "spool", details=details) as extraction:
                fetching += time.perf_counter() - begun
                rows[name] = stored(extraction.rows, name, part, directory)
        for year in part.years:
            with download(client, year, mode, directory) as file:
                for table in SIE_TABLES:
                    rows[table.name] = stored(sie_rows(file, table.name), table.name, part, directory)
        counted = client.counters.snapshot()
    return Load(
        mode=mode,
        paced=budget != UNPACED,
        requests=counted.requests,
        refused=counted.rate_limited,
        seconds=time.perf_counter() - started,
        fetching=fetching,
        megabytes=resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024,
        rows=rows,
    )


def stored(rows: Iterator[list[Row]], table: str, part: Slice, directory: Path) -> int:
    """Casts the rows, replaces the partition by them in DuckDB, and answers how many there were."""
    caster = Caster(RAW_TABLES[table], None, COMPANY, part.label, dt.datetime.now(dt.UTC), "benchmark")
    result = spill(rows, caster, directory)
    database = directory / "benchmark.duckdb"
    with locked(database), opened(database) as connection, transaction(connection):
        ensure_table(connection, "fortnox_raw", table, result.schema)
        replace_slice(connection, "fortnox_raw", result)
    return result.rows


def connected(url: str, budget: int, directory: Path) -> FortnoxClient:
    return connect(
        ConnectionSettings(
            company=COMPANY,
            tenant_id=TENANT,
            client_id=CLIENT_ID,
            client_secret=SecretStr(CLIENT_SECRET),
            state_dir=directory,
            allowed_paths=allowed_paths(),
            api_url=url,
            auth_url=f"{url}/oauth-v1",
            budget=budget,
        )
    )


def serve(vouchers: int, answer_ms: int, limit: int) -> None:
    """Serves until standard input ends; the first line says where."""
    faults = Faults(rates={Fault.SLOW: 1.0} if answer_ms else {}, slow_seconds=answer_ms / 1000)
    settings = SimulatorSettings(rate_limit=RateLimit(requests=limit))
    app = create_app(sample_companies(vouchers=vouchers), faults=faults, settings=settings)
    with background(app) as url:
        print(url, flush=True)
        sys.stdin.read()


@contextmanager
def simulator(vouchers: int, answer_ms: int, limit: int) -> Iterator[str]:
    command = [sys.executable, __file__, "serve", str(vouchers), str(answer_ms), str(limit)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdin
        assert process.stdout
        try:
            yield process.stdout.readline().strip()
        finally:
            process.stdin.close()


def run(mode: LedgerSource, vouchers: int, answer_ms: int, *, paced: bool) -> Load:
    """One load in a process of its own, so that the memory it needs is its own."""
    budget = DEFAULT_BUDGET if paced else UNPACED
    with tempfile.TemporaryDirectory() as directory, simulator(vouchers, answer_ms, LIMIT if paced else 0) as url:
        command = [sys.executable, __file__, "load", url, mode, str(budget), directory]
        done = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True)
    result = Load(**json.loads(done.stdout))
    print(result.line(), flush=True)
    return result


def main() -> None:
    match sys.argv[1:]:
        case ["serve", vouchers, answer_ms, limit]:
            serve(int(vouchers), int(answer_ms), int(limit))
        case ["load", url, "sie" | "vouchers" as mode, budget, directory]:
            print(json.dumps(asdict(load(url, mode, int(budget), Path(directory)))))
        case _:
            compare()


def compare() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("vouchers", nargs="?", type=int, default=10_000)
    parser.add_argument("--paced", type=int, default=400, help="vouchers of the paced run in vouchers mode")
    parser.add_argument("--answer-ms", type=int, default=85, help="how long the simulator takes to answer when paced")
    given = parser.parse_args()
    print(f"Measured; paced runs: {DEFAULT_BUDGET} requests in {WINDOW_SECONDS} s, answers after {given.answer_ms} ms")
    run("sie", given.vouchers, 0, paced=False)
    whole = run("vouchers", given.vouchers, 0, paced=False)
    run("sie", given.vouchers, given.answer_ms, paced=True)
    small = run("vouchers", given.paced, given.answer_ms, paced=True)
    pace = max(0, small.requests - DEFAULT_BUDGET) / small.seconds
    print(
        f"Extrapolated: vouchers mode at full size, {whole.requests} requests at the {pace:.2f} a second of the paced "
        f"run after its first {DEFAULT_BUDGET}: {(whole.requests - DEFAULT_BUDGET) / pace / 60:.1f} min "
        f"(floor {whole.floor / 60:.1f} min)"
    )


if __name__ == "__main__":
    main()
