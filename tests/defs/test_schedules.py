"""What a tick of each schedule asks for."""

import datetime as dt

import dagster as dg
import pytest

from fortnox_assets.connections import Connections
from fortnox_assets.defs.companies import open_labels
from fortnox_assets.defs.jobs import SYNC_FINANCIAL_YEAR
from fortnox_assets.defs.partitions import Cell

pytestmark = pytest.mark.filterwarnings("ignore:Non-compliant tag keys:DeprecationWarning")

NOON = dt.datetime(2026, 9, 30, 12, 7, tzinfo=dt.UTC)


@pytest.fixture
def tick(desk, monkeypatch):
    for name, value in desk.environment.items():
        monkeypatch.setenv(name, value)
    repository = desk.definitions.get_repository_def()

    def ticked(name: str, moment: dt.datetime = NOON) -> dict[str, dg.RunRequest]:
        schedule = repository.get_schedule_def(name)
        context = dg.build_schedule_context(
            instance=desk.instance, scheduled_execution_time=moment, repository_def=repository
        )
        requests = schedule.evaluate_tick(context).run_requests or []
        assert len({each.run_key for each in requests}) == len(requests)
        return {each.partition_key: each for each in requests}

    return ticked


def test_open_years_are_those_that_ended_less_than_seven_months_ago(tick):
    assert set(tick("open_years_hourly")) == {
        "are-cykel|2026",
        "bjork-konsult|2025",
        "bjork-konsult|2026",
        "cedergrens-bygg|2025",
    }


def test_closed_years_are_all_the_others(desk, tick):
    with Connections(desk.settings) as connections:
        every = {
            Cell(company=each, label=label).key
            for each in desk.settings.companies
            for label in connections.labels(each)
        }
    assert set(tick("closed_years_weekly")) == every - set(tick("open_years_hourly"))


def test_a_locked_period_closes_a_year_that_just_ended(tick, edited):
    edited("bjork-konsult", "locked_period", EndDate="2026-04-30")
    keys = set(tick("open_years_hourly"))
    assert "bjork-konsult|2025" not in keys
    assert "bjork-konsult|2026" in keys


def test_registers_are_one_run_a_company(tick):
    assert set(tick("registers_daily")) == {"are-cykel", "bjork-konsult", "cedergrens-bygg"}


def test_a_repeated_tick_has_the_same_run_keys_and_the_next_one_others(tick):
    first = {each.run_key for each in tick("registers_daily").values()}
    assert {each.run_key for each in tick("registers_daily").values()} == first
    later = {each.run_key for each in tick("registers_daily", NOON + dt.timedelta(days=1)).values()}
    assert first & later == set()


def test_every_run_says_whose_it_is_and_how_urgent(tick):
    (request,) = [each for key, each in tick("open_years_hourly").items() if key == "are-cykel|2026"]
    assert request.tags["fortnox/company"] == "are-cykel"
    assert request.tags["dagster/priority"] == "1"
    reconciled = tick("key_reconciliation_daily")["are-cykel|2026"]
    assert reconciled.tags["fortnox/list_keys"] == "true"


def test_a_year_that_is_being_copied_is_not_asked_for_again(desk, tick):
    tags = {"dagster/partition": "are-cykel|2026"}
    run = dg.DagsterRun(job_name=SYNC_FINANCIAL_YEAR, run_id="one", status=dg.DagsterRunStatus.STARTED, tags=tags)
    desk.instance.add_run(run)
    try:
        assert "are-cykel|2026" not in tick("open_years_hourly")
        # It does not compare every key, so it is no reason not to.
        assert "are-cykel|2026" in tick("key_reconciliation_daily")
    finally:
        desk.instance.delete_run(run.run_id)


def test_a_company_that_does_not_answer_holds_up_nobody(desk, tick):
    desk.simulator.tokens.consents.discard(900001)
    try:
        keys = set(tick("open_years_hourly"))
    finally:
        desk.simulator.tokens.consents.add(900001)
    assert {key.split("|")[0] for key in keys} == {"bjork-konsult", "cedergrens-bygg"}


def test_a_tick_makes_unknown_years_known(desk, tick):
    desk.instance.delete_dynamic_partition("fortnox_financial_year", "2026")
    assert "are-cykel|2026" in tick("open_years_hourly")
    assert desk.instance.has_dynamic_partition("fortnox_financial_year", "2026")


def test_a_company_of_files_needs_no_answer_about_locks(desk, configured):
    settings = configured({"companies": {"arkiv": {"ledger": "sie_file"}}}, "http://fortnox.invalid")
    directory = settings.state_dir / "sie" / "arkiv"
    directory.mkdir(parents=True)
    text = (
        '#FLAGGA 0\n#PROGRAM "X" 1\n#FORMAT PC8\n#GEN 20260101\n#SIETYP 4\n#FNAMN "Arkiv"\n#RAR 0 20260101 20261231\n'
    )
    (directory / "arkiv.se").write_text(text, encoding="cp437")
    with Connections(settings) as connections:
        assert open_labels(connections, "arkiv") == {2026}


def test_all_are_off_until_turned_on_and_keep_swedish_time(desk):
    for each in desk.definitions.get_repository_def().schedule_defs:
        assert each.default_status == dg.DefaultScheduleStatus.STOPPED
        assert each.execution_timezone == "Europe/Stockholm"
