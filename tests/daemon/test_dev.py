"""From a fortnox.yaml to reports with nothing but Dagster's web interface: the short form of test_ui.py."""

import pytest

ENDPOINTS = ["customers", "invoices", "vouchers"]


@pytest.fixture(scope="module")
def running(dagster):
    dagster.configure("bjork-konsult", endpoints={"include": ENDPOINTS}, first_load={"past_years": 0})
    dagster.start("dev")
    dagster.wait_until_loaded()
    return dagster


def test_a_sensor_makes_partitions_and_loads_them_and_the_reports_begin_after_them(running):
    running.start_sensor("new_companies_and_years")
    running.start_sensor("reports_after_changes")
    (report,) = running.wait("reports", lambda: [each for each in running.reports() if each["startTime"]])
    copies = [each for each in running.runs() if each["jobName"] != "build_reports"]
    assert {(each["jobName"], each["tags"]["dagster/partition"], each["status"]) for each in copies} == {
        ("sync_registers", "bjork-konsult", "SUCCESS"),
        ("sync_financial_year", "bjork-konsult|2026", "SUCCESS"),
    }
    assert {each["tags"]["fortnox/company"] for each in copies} == {"bjork-konsult"}
    # One at a time, and the reports after both.
    first, second = sorted(copies, key=lambda each: each["startTime"])
    assert first["endTime"] <= second["startTime"]
    assert second["endTime"] <= report["startTime"]


def test_a_schedule_would_copy_the_open_year(running):
    (request,) = running.dry_run("registers_daily")
    tags = {each["key"]: each["value"] for each in request["tags"]}
    assert tags["fortnox/company"] == tags["dagster/partition"] == "bjork-konsult"


def test_sigterm_stops_it_all_in_the_middle_of_the_reports(running):
    assert running.stop("dev") == 0
