"""Killed, refused by the warehouse, or not alone: nothing is lost, and little is asked twice."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from fortnox_assets.cell_lock import BusyError, CellLock
from fortnox_assets.simulator.faults import Fault
from fortnox_assets.warehouse.errors import WarehouseError

PROGRAM = Path(__file__).parent / "sync_process.py"
IN_FLIGHT = 6


def start(copy, *names):
    settings = copy.settings
    words = [settings.state_dir, settings.environment.fortnox_api_url, copy.company.key, *names]
    command = [sys.executable, "-W", "ignore", str(PROGRAM), *map(str, words)]
    return subprocess.Popen(command, stderr=subprocess.PIPE, text=True, cwd=PROGRAM.parents[2])


def finished(process):
    _, said = process.communicate(timeout=300)
    return process.returncode, said


def details(place, name="invoices"):
    return len(place.app.journal.requests(path=f"/3/{name}/"))


def kill_at(place, process, number, name="invoices"):
    """The process ends while its detail request of this number waits for its answer."""
    place.app.faults.slow_seconds = 0
    place.app.faults.sleep = lambda _: os.kill(process().pid, signal.SIGKILL)
    place.app.faults.script(Fault.SLOW, f"/3/{name}/", skip=number)


def test_a_killed_run_is_taken_up_where_it_was(place):
    copy = place.copy()
    number = len(place.company.of("invoices"))
    started = []
    for killed_at in (9, 14):
        kill_at(place, lambda: started[-1], killed_at)
        started.append(start(copy, "invoices"))
        assert finished(started[-1])[0] == -signal.SIGKILL
    code, said = finished(start(copy, "invoices"))
    assert code == 0, said
    assert number <= details(place) <= number + 2 * 2 * IN_FLIGHT
    assert copy.rows("invoices") == place.truth(copy, "invoices").rows("invoices")
    assert not list((copy.settings.state_dir / "spool").rglob("*.sqlite"))


def test_what_changed_after_a_kill_is_asked_for_again(place):
    copy = place.copy()
    customer = place.company.of("customers")[0]
    started = []
    kill_at(place, lambda: started[-1], 10, "customers")
    started.append(start(copy, "customers"))
    finished(started[0])
    copy.later(hours=2)
    # Nothing of this shows in the list of customers.
    customer.body["Comments"] = "Ändrad"
    place.company._touch(customer)
    copy.sync("customers")
    assert copy.total("details kept from an earlier run", "customers") > 0
    path = f"/3/customers/{customer.body['CustomerNumber']}"
    assert [each.path for each in place.app.journal.requests()].count(path) == 1
    assert copy.rows("customers") == place.truth(copy, "customers").rows("customers")


def test_details_are_kept_when_the_warehouse_refuses_and_the_next_run_stores_them(place):
    copy = place.copy()

    def refuse(result):
        result.discard()
        raise WarehouseError("the disk is full")

    with pytest.raises(WarehouseError):
        copy.sync("customers", store=refuse)
    copy.sync("customers")
    assert copy.asked("/3/customers/") == 0
    assert copy.rows("customers") == place.truth(copy, "customers").rows("customers")


def test_a_run_waits_for_another_one_of_the_same_company_and_does_not_repeat_its_work(place):
    copy = place.copy()
    for process in [start(copy, "invoices"), start(copy, "invoices")]:
        code, said = finished(process)
        assert code == 0, said
    assert details(place) == len(place.company.of("invoices"))
    assert copy.rows("invoices") == place.truth(copy, "invoices").rows("invoices")


def test_a_partition_that_stays_busy_is_one_clear_line(tmp_path):
    first, second = (CellLock(tmp_path, "invoices", "are-cykel", 2024) for _ in range(2))
    first.acquire()
    with pytest.raises(BusyError, match=r"invoices\.lock: another run still has this partition after 0 seconds"):
        second.acquire(longest_wait=0)
    first.release()
    second.acquire(longest_wait=0)
    second.release()
