"""Dagster as its users live in it, with the daemon killed in the middle and pictures of what a browser shows.

The long form: ten minutes or more, so it runs when asked for, by ``make test-ui``. Pictures go to FORTNOX_PICTURES.
"""

import os
import shutil
from pathlib import Path

import pytest

from fortnox_assets.defs.assets import LEDGER_TABLES
from fortnox_assets.warehouse.duckdb import query

CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
ENDPOINTS = ["customers", "invoices", "vouchers"]
COMPANIES = ("are-cykel", "bjork-konsult", "cedergrens-bygg")
LONG = 900

pytestmark = pytest.mark.skipif("FORTNOX_UI" not in os.environ, reason="takes ten minutes; run make test-ui")
without_browser = pytest.mark.skipif(CHROMIUM is None, reason="there is no chromium: apt install chromium")


@pytest.fixture(scope="module")
def running(dagster):
    dagster.configure(*COMPANIES, endpoints={"include": ENDPOINTS}, first_load={"past_years": 0})
    dagster.simulator.companies[900001].of("customers")[0].body["Nyhet"] = "ett fält som katalogen inte känner"
    dagster.start("webserver")
    dagster.start("daemon")
    dagster.wait_until_loaded()
    return dagster


def reports_after(dagster, moment: float) -> dict:
    """The first reports that were begun after this moment, once they have ended, which they do well."""

    def ended():
        later = [each for each in dagster.reports() if each["endTime"] and each["startTime"] > moment]
        return later[-1] if later else None

    report = dagster.wait("reports", ended, LONG)
    assert report["status"] == "SUCCESS", report
    return report


def copies(dagster) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for each in dagster.runs():
        if each["jobName"] != "build_reports":
            found.setdefault(each["tags"]["dagster/partition"], []).append(each["status"])
    return found


def test_from_a_sensor_to_reports(running):
    for name in ("new_companies_and_years", "reports_after_changes", "run_failures", "fortnox_events"):
        running.start_sensor(name)
    report = reports_after(running, 0)
    found = copies(running)
    # Cedergrens' year that begins in 2026 has not begun yet.
    years = {"are-cykel|2026", "bjork-konsult|2026", "cedergrens-bygg|2025", "cedergrens-bygg|2026"}
    assert set(found) == {*COMPANIES, *years}
    assert {status for each in found.values() for status in each} == {"SUCCESS"}
    ends = [each["endTime"] for each in running.runs() if each["jobName"] != "build_reports"]
    assert max(ends) <= report["startTime"]
    assert len(running.reports()) == 1


def test_an_event_copies_what_it_names_and_nothing_else(running):
    company = running.simulator.companies[900002]
    before = len(running.runs())
    running.simulator.events.add("customers", "customer-updated-v2", 900002, company.now(), entityId="1")

    # A topic nobody has heard anything of yet is heard while the sensor listens: people keep working.
    def heard():
        running.simulator.events.add("customers", "customer-updated-v2", 900002, company.now(), entityId="1")
        return [each for each in running.runs(fortnox__cause="event") if each["status"] == "SUCCESS"]

    (run, *_) = running.wait("a run for the event", heard, LONG)
    assert run["tags"]["dagster/partition"] == run["tags"]["fortnox/company"] == "bjork-konsult"
    assert len(running.runs()) > before


def test_one_failing_company_stops_no_other_and_the_reports_follow(running):
    running.simulator.tokens.consents.discard(900003)
    keys = [f"{company}|2024" for company in COMPANIES]
    # The ledger as a whole: vouchers whose rows are not copied with them are an error in the reports.
    backfill = running.backfill(["invoices", "vouchers", *(each.name for each in LEDGER_TABLES)], keys)
    running.wait("the backfill", lambda: running.backfill_status(backfill).startswith("COMPLETED"), LONG)
    running.simulator.tokens.consents.add(900003)
    runs = running.runs(dagster__backfill=backfill)
    assert {each["tags"]["dagster/partition"]: each["status"] for each in runs} == {
        "are-cykel|2024": "SUCCESS",
        "bjork-konsult|2024": "SUCCESS",
        "cedergrens-bygg|2024": "FAILURE",
    }
    assert {each["tags"]["fortnox/company"] for each in runs} == set(COMPANIES)
    reports_after(running, max(each["endTime"] for each in runs))


def test_a_daemon_killed_in_the_middle_of_a_backfill_goes_on_with_it(running):
    done = running.run("backfill", "--endpoint", "invoices")
    assert done.returncode == 0, done.stderr
    backfill = done.stdout.split()[1]
    running.wait(
        "a first run",
        lambda: [each for each in running.runs(dagster__backfill=backfill) if each["status"] == "SUCCESS"],
        LONG,
    )
    running.kill("daemon")
    running.start("daemon")
    running.wait("the backfill", lambda: running.backfill_status(backfill) == "COMPLETED_SUCCESS", LONG)
    succeeded = [each for each in running.runs(dagster__backfill=backfill) if each["status"] == "SUCCESS"]
    cells = sorted(each["tags"]["dagster/partition"] for each in succeeded)
    assert len(cells) == len(set(cells)) == 12
    stored = query(
        running.directory / "fortnox.duckdb", "select distinct company, financial_year from fortnox_raw.invoices"
    )
    assert {f"{company}|{year}" for company, year in stored} <= set(cells)


def test_every_schedule_asks_for_its_runs(running):
    asked = {}
    for name in ("open_years_hourly", "registers_daily", "key_reconciliation_daily", "closed_years_weekly"):
        tags = [{each["key"]: each["value"] for each in request["tags"]} for request in running.dry_run(name)]
        asked[name] = {each["dagster/partition"] for each in tags}
        assert all(each["fortnox/company"] == each["dagster/partition"].split("|")[0] for each in tags)
    assert asked["registers_daily"] == set(COMPANIES)
    assert "are-cykel|2026" in asked["open_years_hourly"] == asked["key_reconciliation_daily"]
    assert asked["closed_years_weekly"] & asked["open_years_hourly"] == set()


def pictured(running, tab, picture: str) -> None:
    directory = Path(os.environ.get("FORTNOX_PICTURES", running.directory / "pictures"))
    directory.mkdir(parents=True, exist_ok=True)
    (directory / f"{picture}.png").write_bytes(tab.picture())


@without_browser
@pytest.mark.parametrize(
    ("picture", "path", "words"),
    [
        ("partitions", "/assets/fortnox_raw/vouchers?view=partitions", "Failed (1)"),
        ("asset", "/assets/fortnox_reporting/rpt_income_statement", "rpt_income_statement.sql"),
        ("report", "/assets/fortnox_reporting/rpt_income_statement?view=events", "Result for the year"),
        ("lineage", "/assets/fortnox_reporting/rpt_balance_sheet?view=lineage", "rpt_balance_sheet"),
        ("runs", "/runs", "sync_financial_year"),
        ("backfills", "/runs?view=backfills", "invoices"),
        ("schedules", "/automation", "open_years_hourly"),
    ],
)
def test_a_browser_shows_it(running, browser, picture, path, words):
    with browser(CHROMIUM) as tab:
        text = tab.open(f"{running.url}{path}", words)
        pictured(running, tab, picture)
    assert words in text


@without_browser
@pytest.mark.parametrize(
    ("picture", "path", "label", "words"),
    [
        (
            "failed-check",
            "/assets/fortnox_raw/customers?view=checks&checkDetail=known_fields",
            "Execution history",
            "Nyhet (text)",
        ),
        ("columns", "/assets/fortnox_reporting/fct_general_ledger?view=events", "[Show Markdown]", "goes back to"),
    ],
)
def test_a_browser_shows_what_is_one_click_away(running, browser, picture, path, label, words):
    with browser(CHROMIUM) as tab:
        tab.open(f"{running.url}{path}", label)
        text = tab.press(label, words)
        pictured(running, tab, picture)
    assert words in text
