import datetime as dt
import json

import pytest

from fortnox_assets.connection_status import ConnectionStatus
from fortnox_assets.defs.connection import told


def statuses(terminal):
    ran = terminal.run("companies", "--json")
    return ran.code, {each["company"]: each for each in json.loads(ran.out)}


def test_what_a_company_lacks_is_told_and_is_no_failure(terminal, fortnox, monkeypatch):
    company = fortnox.companies["are-cykel"]
    monkeypatch.setattr(company, "scopes", company.scopes - {"salary"})
    monkeypatch.setattr(company, "licences", company.licences - {"Order"})
    code, found = statuses(terminal)
    assert code == 0
    assert found["are-cykel"]["scopes_missing"] == ["salary"]
    assert found["are-cykel"]["licences_missing"] == ["Order"]
    assert "salary" not in found["are-cykel"]["scopes_granted"]
    ran = terminal.run("companies")
    assert (ran.code, ran.failed) == (0, [])
    assert "are-cykel: scopes missing: salary; run fortnox-assets authorize are-cykel\n" in ran.out
    assert "are-cykel: licences missing: Order\n" in ran.out


def test_a_company_that_is_another_one_than_the_settings_say_is_a_failure(terminal):
    terminal.configure(
        {"are-cykel": {"tenant_id": 900001, "name": "Björk Konsult AB", "organisation_number": "556000-0001"}}
    )
    code, found = statuses(terminal)
    assert code == 1
    assert found["are-cykel"]["reachable"]
    assert found["are-cykel"]["tenant_found"] == "900001"
    assert [each.partition(" is ")[0] for each in found["are-cykel"]["mismatches"]] == ["name", "organisation_number"]
    assert terminal.run("companies").failed[0].startswith("failed  are-cykel: name is Åre Cykel AB, in fortnox.yaml it")


def test_the_name_is_compared_as_people_write_it(terminal):
    terminal.configure({"are-cykel": {"tenant_id": 900001, "name": "åre cykel ab"}})
    assert statuses(terminal)[0] == 0


def test_the_last_sync_is_that_of_what_is_stored(ready):
    only = ("--company", "are-cykel", "--no-reports")
    assert statuses(ready)[1]["are-cykel"]["last_sync"] is None
    assert ready.run("sync", "--endpoint", "customers", "--endpoint", "suppliers", *only).failed == []
    found = statuses(ready)[1]
    assert found["bjork-konsult"]["last_sync"] is None
    [(tables, stalest, freshest)] = ready.query(
        "select count(distinct watermark), epoch_us(min(watermark)), epoch_us(max(watermark)) "
        "from fortnox_raw._sync_state where company = 'are-cykel'"
    )
    assert tables > 1
    told = [dt.datetime.fromisoformat(found["are-cykel"][name]) for name in ("oldest_table_sync", "last_sync")]
    assert told == [
        dt.datetime.fromtimestamp(0, dt.UTC) + dt.timedelta(microseconds=each) for each in (stalest, freshest)
    ]


@pytest.mark.parametrize(
    ("found", "passed", "severity", "says"),
    [
        ({"reachable": True}, True, "WARN", None),
        ({"problem": "no answer"}, False, "ERROR", "no answer"),
        ({"reachable": True, "mismatches": ("name is A, in fortnox.yaml it is B",)}, False, "ERROR", "name is A"),
        ({"reachable": True, "scopes_missing": ("salary",)}, False, "WARN", "scopes missing: salary; run fortnox"),
        ({"reachable": True, "token_age_days": 40.0}, False, "WARN", "40 days old and dies at 45"),
        ({"reachable": True, "token_age_days": 4.0}, True, "WARN", None),
    ],
)
def test_the_check_says_what_the_command_says(found, passed, severity, says):
    result = told(ConnectionStatus(company="are-cykel", connected=True, **found))
    assert (result.passed, result.severity.value) == (passed, severity)
    assert (says in result.description) if says else result.description is None
