import os
import signal

import pytest

from fortnox_assets.simulator.faults import Fault, Script

REGISTERS = ("--endpoint", "customers", "--endpoint", "suppliers")
INTERRUPTED = "fortnox-assets: interrupted; what is stored is whole: each partition has its old rows or its new ones\n"
ALWAYS = 1_000_000


def ctrl_c(_):
    os.kill(os.getpid(), signal.SIGINT)


def test_an_endpoint_without_scope_or_licence_is_listed_and_everything_else_copied(ready, fortnox, monkeypatch):
    words = ("sync", *REGISTERS, "--endpoint", "employees", "--endpoint", "offers", "--financial-year", "2026")
    only = ("--company", "bjork-konsult", "--no-reports")
    before = ready.run(*words, *only)
    assert (before.failed, before.not_available) == ([], [])
    tables = ("customers", "suppliers", "employees", "offers")
    stored = {table: ready.count(table, "bjork-konsult") for table in tables}
    assert all(stored.values())

    company = fortnox.companies["bjork-konsult"]
    monkeypatch.setattr(company, "scopes", company.scopes - {"salary"})
    monkeypatch.setattr(company, "licences", company.licences - {"Order"})
    ran = ready.run(*words, *only)
    assert ran.failed == []
    assert ran.not_available == [
        "not available  bjork-konsult: employees (missing scope)",
        "not available  bjork-konsult: offers (missing licence)",
    ]
    assert {table: ready.count(table, "bjork-konsult") for table in tables} == stored


def test_an_endpoint_that_keeps_failing_is_named_with_its_partition_and_heals_with_the_next_sync(ready, fortnox):
    words = ("sync", *REGISTERS, "--endpoint", "offers", "--financial-year", "2026", "--no-reports")
    fortnox.app.faults.script(Fault.SERVER_ERROR, "/3/customers", times=ALWAYS, tenant=900001)
    fortnox.app.faults.script(Fault.SERVER_ERROR, "/3/offers", times=ALWAYS, tenant=900002)
    ran = ready.run(*words)
    [customers, offers] = ran.failed
    assert customers.startswith("failed  are-cykel: customers: reading: GET /3/customers?")
    assert offers.startswith("failed  bjork-konsult 2026: offers: reading: GET /3/offers?")
    assert "answered 500 with nothing to say why" in customers
    assert "; gave up after 6 tries in " in customers
    assert ran.out.endswith("; 2 failed\n")
    assert ready.count("customers", "bjork-konsult") > 0
    assert ready.count("suppliers", "are-cykel") > 0
    assert ready.count("offers", "bjork-konsult") == 0

    fortnox.app.faults.clear()
    assert ready.run(*words).failed == []
    assert ready.count("customers", "are-cykel") == 12
    assert ready.count("offers", "bjork-konsult") > 0


@pytest.mark.parametrize("path", ["/3/financialyears", "/3/customers"])
def test_ctrl_c_is_one_line_leaves_whole_partitions_and_the_next_sync_completes(ready, fortnox, path):
    words = ("sync", "--company", "are-cykel", *REGISTERS, "--no-reports")
    assert ready.run(*words).failed == []
    stored = {table: ready.count(table) for table in ("customers", "suppliers")}

    fortnox.app.faults.add(Script(fault=Fault.CHANGE, path=path, change=ctrl_c))
    ran = ready.run(*words, "--endpoint", "offers")
    assert (ran.code, ran.err) == (130, INTERRUPTED)
    assert "are-cykel 2023" not in ran.out
    assert {table: ready.count(table) for table in stored} == stored

    assert ready.run(*words).failed == []
    assert {table: ready.count(table) for table in stored} == stored


def test_ctrl_c_while_companies_are_asked_is_one_line(terminal, fortnox):
    fortnox.app.faults.add(Script(fault=Fault.CHANGE, path="/3/companyinformation", change=ctrl_c))
    ran = terminal.run("companies")
    assert (ran.code, ran.out, ran.err) == (130, "", INTERRUPTED)
