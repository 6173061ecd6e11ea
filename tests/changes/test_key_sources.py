"""Attachments hang on invoices, orders, offers and contracts, and a company may lack some of these."""

from dataclasses import replace

import dagster as dg
import pytest

from fortnox_assets.cli.instance import dagster_instance
from fortnox_assets.cli.sync import QUIET
from fortnox_assets.definitions import copying_definitions
from fortnox_assets.defs.jobs import SYNC_REGISTERS
from fortnox_assets.defs.partitions import Cell, register
from fortnox_assets.defs.resources import Nobody
from fortnox_assets.simulator.company import Document
from fortnox_assets.simulator.sample_companies import sample_companies
from fortnox_assets.warehouse.results import Unavailable

ORDERS_LACKING = "of orders: missing scope"


@pytest.fixture
def place(place):
    """The company that has attachments of all four kinds."""
    company = sample_companies("tiny")[1]
    place.app.companies.clear()
    place.app.companies[company.tenant_id] = company
    place.app.tokens.consents.add(company.tenant_id)
    return replace(place, company=company)


@pytest.fixture
def copy(place):
    return place.copy()


@pytest.fixture
def lacking(place, monkeypatch):
    """Takes scopes away from the company until ``undo``."""

    def take(*scopes):
        monkeypatch.setattr(place.company, "scopes", place.company.scopes - set(scopes))
        place.app.tokens.end_access(place.company.tenant_id)

    take.undo = monkeypatch.undo
    return take


def kinds(copy, *, deleted=False):
    sql = "select entityType, count(*) from fortnox_raw.attachments where (_deleted_at is not null) = ? group by 1"
    return dict(copy.query(sql, deleted))


def at_fortnox(place):
    found = [each.body["entityType"] for each in place.company.of("attachments")]
    return {kind: found.count(kind) for kind in found}


def of_kind(place, kind):
    return next(each for each in place.company.of("attachments") if each.body["entityType"] == kind)


def test_a_first_load_brings_what_hangs_on_the_sources_that_are_there_and_says_what_is_missing(place, copy, lacking):
    there = at_fortnox(place)
    assert set(there) == {"F", "O", "OF", "C"}
    lacking("order")
    copy.sync("attachments")
    assert kinds(copy) == {kind: rows for kind, rows in there.items() if kind != "O"}
    said = copy.said["attachments", None]
    assert said["missing"] == ORDERS_LACKING
    assert said["not available"].startswith("of orders: bjork-konsult: reading: GET /3/orders?")
    lacking.undo()
    copy.sync("attachments")
    assert kinds(copy) == there
    assert "missing" not in copy.said["attachments", None]


@pytest.mark.parametrize("full", [False, True], ids=["changes", "everything again"])
def test_nothing_that_could_not_be_asked_for_counts_as_gone_and_the_rest_is_kept_up_to_date(place, copy, lacking, full):
    copy.sync("attachments")
    before = at_fortnox(place)
    of_order, of_invoice = of_kind(place, "O"), of_kind(place, "F")
    added = Document({**of_kind(place, "OF").body, "id": "an-attachment-that-is-new"}, of_order.modified)
    attachments = place.company.of("attachments")
    attachments[:] = [each for each in attachments if each not in (of_order, of_invoice)] + [added]
    place.company.revision += 1

    lacking("order")
    copy.sync("attachments", full=full)
    assert kinds(copy) == {**before, "F": before["F"] - 1, "OF": before["OF"] + 1}
    assert kinds(copy, deleted=True) == {"F": 1}
    assert copy.said["attachments", None]["missing"] == ORDERS_LACKING

    lacking.undo()
    copy.sync("attachments")
    assert kinds(copy) == at_fortnox(place)
    assert kinds(copy, deleted=True) == {"F": 1, "O": 1}
    truth = place.truth(copy, "attachments")
    assert copy.rows("attachments") == truth.rows("attachments")


def test_where_no_column_tells_whose_a_row_is_none_counts_as_gone_until_all_can_be_asked_for(place, lacking):
    copy = place.copy(fields={"attachments": {"exclude": ["entityType"]}})
    copy.sync("attachments")
    rows = len(copy.rows("attachments"))
    place.company.of("attachments").remove(of_kind(place, "F"))
    place.company.revision += 1
    lacking("order")
    copy.sync("attachments")
    assert len(copy.rows("attachments")) == rows
    lacking.undo()
    copy.sync("attachments")
    assert len(copy.rows("attachments")) == rows - 1


def test_a_column_that_is_not_stored_yet_tells_nothing(place, lacking):
    copy = place.copy(fields={"attachments": {"exclude": ["entityType"]}})
    copy.sync("attachments")
    rows = len(copy.rows("attachments"))
    config = copy.settings.config.model_validate({**copy.settings.config.model_dump(), "fields": {}})
    copy.settings = copy.settings.model_copy(update={"config": config})
    lacking("order")
    copy.sync("attachments")
    assert (len(copy.rows("attachments")), kinds(copy, deleted=True)) == (rows, {})


def test_without_any_source_or_without_the_files_themselves_nothing_is_available(copy, lacking):
    copy.sync("attachments")
    before = kinds(copy)
    seen = []
    lacking("order", "offer", "invoice")
    copy.sync("attachments", store=seen.append)
    lacking.undo()
    lacking("connectfile")
    copy.sync("attachments", store=seen.append)
    assert [type(each) for each in seen] == [Unavailable] * 2
    assert "/3/contracts?" in seen[0].reason
    assert "attachments-v1" in seen[1].reason
    assert kinds(copy) == before


def test_dagster_shows_neither_the_source_as_available_nor_the_rows_as_complete(place, lacking):
    copy = place.copy(endpoints={"include": ["attachments"]})
    lacking("order")
    with dagster_instance(copy.settings) as instance:
        register(instance, [place.company.key], set())
        job = copying_definitions(copy.settings, Nobody()).resolve_job_def(SYNC_REGISTERS)
        result = job.execute_in_process(
            run_config=QUIET,
            instance=instance,
            partition_key=Cell(company=place.company.key).key,
            asset_selection=[dg.AssetKey(["fortnox_raw", "attachments"])],
        )
    checks = {each.check_name: each for each in result.get_asset_check_evaluations()}
    assert {name for name, each in checks.items() if not each.passed} == {"available", "complete"}
    assert {each.severity for each in checks.values() if not each.passed} == {dg.AssetCheckSeverity.WARN}
    assert checks["complete"].description == checks["available"].description
    assert checks["available"].description.startswith("of orders: ")
