"""Whoever started the companies' processes is killed: they end by themselves and leave whole rows."""

import os
import select
import signal
import subprocess
import sys
from pathlib import Path

import dagster as dg
import pytest

from fortnox_assets.simulator.faults import Fault

PROGRAM = Path(sys.executable).parent / "fortnox-assets"
ORPHAN = Path(__file__).with_name("orphan.py")
COMPANIES = ("are-cykel", "bjork-konsult")
WORDS = ("sync", "--no-reports", "--endpoint", "customers", "--endpoint", "offers")
LONGEST_SECONDS = 120


def workers_of(pid: int) -> list[int]:
    children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    commands = {int(child): Path(f"/proc/{child}/cmdline").read_bytes() for child in children}
    return [child for child, command in commands.items() if b"spawn_main" in command]


def ended(pidfds: list[int]) -> int:
    """How many of these processes end in time."""
    poll, over = select.poll(), set()
    for each in pidfds:
        poll.register(each, select.POLLIN)
    while len(over) < len(pidfds):
        told = poll.poll(LONGEST_SECONDS * 1000)
        if not told:
            break
        for each, _ in told:
            over.add(each)
            poll.unregister(each)
    return len(over)


def runs_of(ready) -> list[dg.DagsterRun]:
    with dg.DagsterInstance.from_config(str(ready.state / "dagster")) as instance:
        return instance.get_runs()


@pytest.fixture
def killed(ready, fortnox):
    """A sync of both companies whose first process is killed while a company's customers are asked for."""
    pidfds: list[int] = []
    environment = {name: value for name, value in os.environ.items() if not name.startswith("FORTNOX_")}
    environment |= {**ready.environment(), "FORTNOX_COMPANIES_AT_ONCE": "2", "DAGSTER_HOME": ""}
    process = None

    def kill(_):
        if not pidfds:
            pidfds.extend(map(os.pidfd_open, workers_of(process.pid)))
            process.kill()
            process.wait()

    fortnox.app.faults.sleep = kill
    fortnox.app.faults.script(Fault.SLOW, "/3/customers", times=1)
    fortnox.app.journal.clear()
    process = subprocess.Popen(
        [str(PROGRAM), *WORDS],
        env=environment,
        cwd=ready.directory,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    process.wait(timeout=LONGEST_SECONDS)
    yield process.returncode, pidfds
    for each in pidfds:
        os.close(each)


def test_the_processes_of_the_companies_end_soon_and_leave_whole_rows(ready, fortnox, killed):
    code, pidfds = killed
    assert code == -signal.SIGKILL
    assert pidfds
    assert ended(pidfds) == len(pidfds)
    # They did not go on to the years, and none of them is taken for running.
    assert not fortnox.app.journal.requests(path="/3/offers")
    assert all(each.is_finished for each in runs_of(ready))
    assert not list(ready.state.rglob("*.arrow"))
    whole = {company: len(fortnox.companies[company].of("customers")) for company in COMPANIES}
    tables = "select table_name from information_schema.tables where table_schema = 'fortnox_raw'"
    if ready.database.exists() and ("customers",) in ready.query(tables):
        for company, rows in whole.items():
            assert ready.count("customers", company) in {0, rows}
    assert ready.run("sync", "--no-reports", "--endpoint", "customers").failed == []
    assert {company: ready.count("customers", company) for company in COMPANIES} == whole


def test_a_process_that_does_not_hear_the_interrupt_is_killed():
    with subprocess.Popen([sys.executable, ORPHAN], stdout=subprocess.PIPE, text=True) as starter:
        pidfd = os.pidfd_open(int(starter.stdout.readline()))
        starter.kill()
    try:
        assert ended([pidfd]) == 1
    finally:
        os.close(pidfd)
