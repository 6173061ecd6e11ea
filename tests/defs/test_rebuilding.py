"""When the reports are rebuilt: once, after everything that was being copied has ended."""

import datetime as dt
import json

import dagster as dg
import pytest
from dagster._core.execution.backfill import BulkActionStatus, PartitionBackfill
from dagster._core.utils import make_new_run_id

from fortnox_assets.defs.jobs import BUILD_REPORTS, SYNC_FINANCIAL_YEAR, building_job
from fortnox_assets.defs.rebuilding import LONGEST_WAIT_SECONDS, rebuilding
from fortnox_assets.simulator.faults import Fault

COPYING = {"fortnox/company": "are-cykel"}


class Watch:
    def __init__(self, desk) -> None:
        self.desk = desk
        self.instance = desk.instance
        self.cursor = None
        self.said = None
        self.ahead = 0.0

    def tick(self) -> list[str]:
        sensor = rebuilding(building_job([]), clock=lambda: dt.datetime.now(dt.UTC).timestamp() + self.ahead)
        with dg.build_sensor_context(instance=self.instance, cursor=self.cursor) as context:
            data = sensor.evaluate_tick(context)
        self.cursor, self.said = data.cursor, data.skip_message
        return [each.run_key for each in data.run_requests or ()]

    def run(self, job: str, status: dg.DagsterRunStatus, **tags: str) -> dg.DagsterRun:
        return self.instance.add_run(dg.DagsterRun(job_name=job, run_id=make_new_run_id(), status=status, tags=tags))

    def build(self, status: dg.DagsterRunStatus = dg.DagsterRunStatus.SUCCESS) -> dg.DagsterRun:
        """The reports are built, as far as the instance knows."""
        return self.run(BUILD_REPORTS, status)


@pytest.fixture
def watch(desk, monkeypatch):
    for name, value in desk.environment.items():
        monkeypatch.setenv(name, value)
    yield Watch(desk)
    for each in desk.instance.get_runs():
        desk.instance.delete_run(each.run_id)


def test_nothing_is_built_before_anything_was_copied(watch):
    assert watch.tick() == []
    assert watch.said == "nothing has changed since the reports were built"


def test_changes_are_built_once(watch):
    watch.desk.copy("are-cykel", None, "customers")
    first = watch.tick()
    assert len(first) == 1
    # The same tick again, as after a crash: the same key, for which Dagster starts nothing.
    assert watch.tick() == first
    watch.build()
    assert watch.tick() == []


def test_a_copy_that_changed_nothing_builds_nothing(watch):
    watch.desk.copy("are-cykel", None, "customers")
    watch.build()
    job = watch.desk.definitions.resolve_job_def("sync_registers")
    key = dg.AssetKey(["fortnox_raw", "customers"])
    again = job.execute_in_process(instance=watch.instance, partition_key="are-cykel", asset_selection=[key])
    assert again.success
    assert watch.tick() == []


def test_reports_wait_until_all_that_is_copied_has_ended(watch):
    watch.desk.copy("are-cykel", None, "customers")
    other = watch.run(SYNC_FINANCIAL_YEAR, dg.DagsterRunStatus.STARTED, **COPYING)
    assert watch.tick() == []
    assert watch.said == "waiting for 1 runs that copy and 0 backfills to end"
    watch.instance.delete_run(other.run_id)
    assert len(watch.tick()) == 1


def test_reports_wait_for_a_backfill_between_its_runs(watch):
    watch.desk.copy("are-cykel", None, "customers")
    backfill = PartitionBackfill(
        backfill_id="one", status=BulkActionStatus.REQUESTED, from_failure=False, tags={}, backfill_timestamp=0.0
    )
    watch.instance.add_backfill(backfill)
    assert watch.tick() == []
    assert watch.said == "waiting for 0 runs that copy and 1 backfills to end"
    watch.instance.update_backfill(backfill.with_status(BulkActionStatus.COMPLETED_FAILED))
    assert len(watch.tick()) == 1


def test_reports_are_built_though_one_copy_failed(watch):
    watch.desk.copy("are-cykel", None, "customers")
    watch.desk.simulator.tokens.consents.discard(900002)
    try:
        failed = watch.desk.copy("bjork-konsult", None, "customers")
    finally:
        watch.desk.simulator.tokens.consents.add(900002)
    assert not failed.success
    assert len(watch.tick()) == 1


def test_what_a_failed_run_had_stored_is_built(watch):
    watch.desk.simulator.faults.script(Fault.ERROR_IN_200, "/3/customers", times=100)
    try:
        result = watch.desk.copy("are-cykel", None, "currencies", "customers")
    finally:
        watch.desk.simulator.faults.clear()
    assert not result.success
    assert len(watch.tick()) == 1


def test_where_something_is_always_copied_reports_do_not_wait_for_ever(watch):
    watch.desk.copy("are-cykel", None, "customers")
    watch.run(SYNC_FINANCIAL_YEAR, dg.DagsterRunStatus.STARTED, **COPYING)
    assert watch.tick() == []
    watch.ahead = LONGEST_WAIT_SECONDS
    assert len(watch.tick()) == 1


def test_reports_that_are_being_built_are_not_built_at_the_same_time(watch):
    building = watch.build(dg.DagsterRunStatus.STARTED)
    watch.desk.copy("are-cykel", None, "customers")
    assert watch.tick() == []
    assert watch.said == "the reports are being built"
    watch.instance.report_run_canceled(building)
    assert len(watch.tick()) == 1


def test_reports_that_failed_are_built_again_when_more_has_changed(watch):
    watch.desk.copy("are-cykel", None, "customers")
    watch.build(dg.DagsterRunStatus.FAILURE)
    assert watch.tick() == []
    watch.desk.copy("are-cykel", None, "customers")
    assert len(watch.tick()) == 1


def test_a_new_day_makes_new_ages(watch, monkeypatch):
    watch.build()
    monkeypatch.delenv("FORTNOX_AS_OF")
    assert watch.tick() == []
    watch.ahead = 24 * 3600
    (key,) = watch.tick()
    tomorrow = dt.datetime.now(dt.UTC) + dt.timedelta(days=1)
    assert key.startswith("reports of ")
    assert abs(dt.date.fromisoformat(key.split()[-1]) - tomorrow.date()) <= dt.timedelta(days=1)


def test_a_reporting_date_that_is_set_has_no_new_days(watch):
    watch.build()
    watch.ahead = 24 * 3600
    assert watch.tick() == []


def test_the_cursor_is_small(watch):
    watch.desk.copy("are-cykel", None, "customers")
    watch.tick()
    assert json.loads(watch.cursor).keys() == {"until", "changed", "since"}
