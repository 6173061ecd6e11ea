"""How long a sync of 1, 5 and 20 companies takes, beside the one, with every process and every byte counted.

    python benchmarks/many_companies.py [1 5 20] [--at-once 8] [--endpoints customers invoices vouchers]

Each company is the smallest sample company under a key and tenant of its own, behind Fortnox's real rate limit of 25
requests in 5 seconds for each. ``fortnox-assets sync`` runs as a person would run it, twice: the first load, and a sync
when little has changed. Memory is the most that all its processes had together, sampled ten times a second; a page that
several share is counted once.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Sequence
from contextlib import suppress
from copy import deepcopy
from dataclasses import dataclass
from pathlib import Path

import yaml

from fortnox_assets.cli.demo import demo_environment
from fortnox_assets.fortnox.throttle import DEFAULT_BUDGET
from fortnox_assets.simulator.app import Simulator, SimulatorSettings, create_app
from fortnox_assets.simulator.company import SimulatedCompany
from fortnox_assets.simulator.rate_limit import RateLimit
from fortnox_assets.simulator.sample_companies import sample_companies
from fortnox_assets.simulator.server import background

FIRST_TENANT = 910_001
SECONDS_BETWEEN_SAMPLES = 0.1
PROGRAM = Path(sys.executable).parent / "fortnox-assets"


@dataclass(frozen=True, kw_only=True)
class Measured:
    """One sync. ``share`` is that of the rate budget of the average company while the sync ran."""

    companies: int
    what: str
    seconds: float
    cpu_seconds: float
    requests: int
    share: float
    refused: int
    most_in_5_seconds: int
    megabytes: float
    processes: int
    failed: int


class Watch:
    """Samples the memory of a process and of everything it has started."""

    def __init__(self, pid: int) -> None:
        self._pid = pid
        self._over = threading.Event()
        self.megabytes, self.processes = 0.0, 0
        self._thread = threading.Thread(target=self._look)
        self._thread.start()

    def stop(self) -> None:
        """No further sample."""
        self._over.set()
        self._thread.join()

    def _look(self) -> None:
        while not self._over.wait(SECONDS_BETWEEN_SAMPLES):
            processes = family(self._pid)
            self.megabytes = max(self.megabytes, sum(map(proportional_megabytes, processes)))
            self.processes = max(self.processes, len(processes))


def family(pid: int) -> list[int]:
    found = [pid]
    for each in found:
        # A child belongs to the thread that started it.
        with suppress(OSError):
            for thread in Path(f"/proc/{each}/task").iterdir():
                children = (thread / "children").read_text(encoding="ascii").split()
                found += [int(child) for child in children if int(child) not in found]
    return found


def proportional_megabytes(pid: int) -> float:
    with suppress(OSError):
        for line in Path(f"/proc/{pid}/smaps_rollup").read_text(encoding="ascii").splitlines():
            if line.startswith("Pss:"):
                return int(line.split()[1]) / 1024
    return 0.0


def companies(number: int) -> list[SimulatedCompany]:
    """So many companies that differ in key and tenant alone."""
    found = []
    for place in range(number):
        company = deepcopy(found[0]) if found else sample_companies("tiny")[1]
        company.key, company.tenant_id = f"company-{place + 1:02}", FIRST_TENANT + place
        found.append(company)
    return found


def measure(app: Simulator, directory: Path, environment: dict[str, str], what: str, words: Sequence[str]) -> Measured:
    """One run of the program."""
    app.journal.clear()
    before, began = os.times(), time.monotonic()
    with (directory / f"{what}.log").open("w") as log:
        command = [str(PROGRAM), "sync", "--no-reports", *words]
        process = subprocess.Popen(command, env=environment, cwd=directory, stdout=log, stderr=subprocess.STDOUT)
        watch = Watch(process.pid)
        failed = process.wait()
        watch.stop()
    seconds, after = time.monotonic() - began, os.times()
    statistics, number = app.journal.statistics(), len(app.companies)
    requests = sum(len(app.journal.requests(tenant)) for tenant in app.companies)
    return Measured(
        companies=number,
        what=what,
        seconds=round(seconds, 1),
        cpu_seconds=round(
            after.children_user + after.children_system - before.children_user - before.children_system, 1
        ),
        requests=requests,
        share=round(requests / number / (seconds * DEFAULT_BUDGET / 5), 2),
        refused=sum(each.get("429", 0) for each in statistics["by_tenant_and_status"].values()),
        most_in_5_seconds=max(statistics["most_requests_in_5_seconds"].values(), default=0),
        megabytes=round(watch.megabytes),
        processes=watch.processes,
        failed=failed,
    )


def main() -> None:
    """Prints a table, and the same as JSON."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("numbers", type=int, nargs="*", default=[1, 5, 20])
    parser.add_argument("--at-once", type=int, default=8)
    parser.add_argument("--endpoints", nargs="*", default=["customers", "invoices", "vouchers"])
    wanted = parser.parse_args()
    words = [word for name in wanted.endpoints for word in ("--endpoint", name)]
    found = []
    for number in wanted.numbers:
        app = create_app(companies(number), settings=SimulatorSettings(rate_limit=RateLimit()))
        with tempfile.TemporaryDirectory() as place, background(app) as url:
            directory = Path(place)
            chosen = {each.key: {"tenant_id": each.tenant_id} for each in app.companies.values()}
            (directory / "fortnox.yaml").write_text(yaml.safe_dump({"companies": chosen}), encoding="utf-8")
            environment = os.environ | demo_environment(directory, url)
            environment |= {"FORTNOX_REQUESTS_PER_WINDOW": str(DEFAULT_BUDGET)}
            environment |= {"FORTNOX_COMPANIES_AT_ONCE": str(wanted.at_once)}
            # dbt's parse is made once for an installation, and no part of what is measured.
            subprocess.run(
                [str(PROGRAM), "sync", "--no-reports", "--endpoint", "me"],
                env=environment,
                cwd=directory,
                check=True,
                stdout=subprocess.DEVNULL,
            )
            found += [measure(app, directory, environment, what, words) for what in ("first load", "little changed")]
            print(found[-2:], file=sys.stderr)
    names = list(vars(found[0]))
    print(f"| {' | '.join(names)} |\n|{'---|' * len(names)}")
    for each in found:
        print(f"| {' | '.join(map(str, vars(each).values()))} |")
    print(json.dumps([vars(each) for each in found]))


if __name__ == "__main__":
    main()
