"""Every queued run says whose it is, and dagster.yaml limits runs by that."""

import dagster as dg
import pytest
from dagster._core.remote_origin import InProcessCodeLocationOrigin, RemoteJobOrigin, RemoteRepositoryOrigin
from dagster._core.run_coordinator import SubmitRunContext
from dagster._core.types.loadable_target_origin import LoadableTargetOrigin

from fortnox_assets.defs.assets import raw_key
from fortnox_assets.defs.jobs import SYNC_FINANCIAL_YEAR, SYNC_REGISTERS

# A run that is queued must say where the daemon finds its job.
PLACE = InProcessCodeLocationOrigin(LoadableTargetOrigin(module_name="fortnox_assets.definitions"))
ORIGIN = RemoteJobOrigin(RemoteRepositoryOrigin(PLACE, "__repository__"), SYNC_FINANCIAL_YEAR)


@pytest.fixture
def queued(desk):
    """What becomes of a run that somebody launches with these tags."""

    def submitted(tags: dict[str, str], table: str | None) -> dict[str, str]:
        job = desk.definitions.resolve_job_def(SYNC_REGISTERS if table == "customers" else SYNC_FINANCIAL_YEAR)
        selection = None if table is None else {raw_key(table)}
        run = desk.instance.create_run_for_job(job, tags=tags, asset_selection=selection, remote_job_origin=ORIGIN)
        context = SubmitRunContext(dagster_run=run, workspace=None)
        result = desk.instance.run_coordinator.submit_run(context)
        assert desk.instance.run_coordinator.submit_run(context).status == dg.DagsterRunStatus.QUEUED
        desk.instance.delete_run(run.run_id)
        assert result.status == dg.DagsterRunStatus.QUEUED
        return result.tags

    return submitted


def test_a_backfill_of_a_register_is_tagged_with_its_company(queued):
    assert queued({"dagster/partition": "are-cykel"}, "customers")["fortnox/company"] == "are-cykel"


def test_a_backfill_of_a_year_is_tagged_with_its_company(queued):
    tags = {
        "dagster/partition": "are-cykel|2026",
        "dagster/partition/company": "are-cykel",
        "dagster/partition/financial_year": "2026",
    }
    assert queued(tags, "invoices")["fortnox/company"] == "are-cykel"


def test_a_run_of_no_single_partition_belongs_to_no_company(queued):
    tags = {"dagster/asset_partition_range_start": "are-cykel", "dagster/asset_partition_range_end": "bjork-konsult"}
    assert "fortnox/company" not in queued(tags, "customers")


def test_a_run_of_something_else_belongs_to_no_company(queued):
    assert "fortnox/company" not in queued({"dagster/partition": "2026-01-01"}, None)


def test_runs_from_the_command_line_are_tagged_too(desk):
    assert desk.copy("are-cykel", None, "currencies").dagster_run.tags["fortnox/company"] == "are-cykel"
    assert desk.copy("are-cykel", 2026, "voucher_series").dagster_run.tags["fortnox/company"] == "are-cykel"


def test_one_run_a_company_at_a_time(desk):
    queue = desk.instance.get_concurrency_config().run_queue_config
    assert [each["key"] for each in queue.tag_concurrency_limits] == ["fortnox/company"]
    assert queue.tag_concurrency_limits[0]["limit"] == 1
    assert queue.max_concurrent_runs == 8
