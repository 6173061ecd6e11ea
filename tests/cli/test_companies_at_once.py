"""Companies copied together, each in its own process."""

import os
import signal
from multiprocessing import active_children

import pytest

from fortnox_assets.simulator.faults import Fault

COMPANIES = {
    "are-cykel": {"tenant_id": 900001},
    "bjork-konsult": {"tenant_id": 900002},
    "cedergrens-bygg": {"tenant_id": 900003},
}
CUSTOMERS = ("sync", "--endpoint", "customers", "--no-reports")


@pytest.fixture
def three(ready):
    ready.configure(COMPANIES)
    ready.variables["FORTNOX_COMPANIES_AT_ONCE"] = "2"
    return ready


@pytest.fixture
def when_asked(fortnox):
    """Does something while a company's customers are being asked for."""
    calls = []

    def do(act, tenant=None, times=1):
        def once(_):
            calls.append(1)
            act()

        fortnox.app.faults.sleep = once
        fortnox.app.faults.script(Fault.SLOW, "/3/customers", tenant=tenant, times=times)
        return calls

    return do


def test_a_company_whose_process_is_killed_fails_alone_and_no_more_run_than_the_setting_says(three, when_asked):
    seen = set()

    def look_and_kill():
        processes = {each.name: each for each in active_children()}
        seen.add(frozenset(processes))
        if "are-cykel" in processes:
            processes["are-cykel"].kill()

    when_asked(look_and_kill, tenant=900001, times=1)
    when_asked(look_and_kill, times=100)
    ran = three.run(*CUSTOMERS)
    assert ran.failed == [
        "failed  are-cykel: sync: its process ended by signal 9; what is stored is whole: run again",
    ]
    assert max(map(len, seen)) == 2
    assert three.count("customers", "are-cykel") == 0
    assert three.count("customers", "bjork-konsult") > 0
    assert three.count("customers", "cedergrens-bygg") > 0
    assert "bjork-konsult" in ran.out
    assert " rows in 2 partitions, " in ran.out.splitlines()[-1]

    three.fortnox.app.faults.clear()
    assert three.run(*CUSTOMERS, "--company", "are-cykel").failed == []
    assert three.count("customers", "are-cykel") == 12
    assert active_children() == []


def test_ctrl_c_stops_every_company_and_leaves_whole_rows(three, when_asked):
    when_asked(lambda: os.kill(os.getpid(), signal.SIGINT))
    ran = three.run("sync", "--endpoint", "customers", "--endpoint", "offers", "--no-reports")
    assert ran.code == 130
    assert ran.err == (
        "fortnox-assets: interrupted; what is stored is whole: each partition has its old rows or its new ones\n"
    )
    assert active_children() == []
    assert three.run(*CUSTOMERS, "--company", "are-cykel").failed == []
