"""What a partition's three checks say about it."""

import dagster as dg
import pytest

from fortnox_assets.simulator.access import NO_RESTRICTIONS, Restrictions
from fortnox_assets.simulator.company import Document
from fortnox_assets.simulator.faults import Fault

ARE_CYKEL = 900001


def checks_of(result: dg.ExecuteInProcessResult, table: str) -> dict[str, dg.AssetCheckEvaluation]:
    evaluations = {each.check_name: each for each in result.get_asset_check_evaluations()}
    assert evaluations.keys() == {"available", "complete", "known_fields", "parsed_values"}
    assert {each.asset_key for each in evaluations.values()} == {dg.AssetKey(["fortnox_raw", table])}
    return evaluations


def failed(result: dg.ExecuteInProcessResult, table: str) -> dict[str, str]:
    return {name: each.description for name, each in checks_of(result, table).items() if not each.passed}


@pytest.fixture
def restricted(desk):
    yield lambda **what: desk.simulator.api.restrict(ARE_CYKEL, Restrictions(**what))
    desk.simulator.api.restrict(ARE_CYKEL, NO_RESTRICTIONS)


def test_a_partition_with_nothing_odd_passes(desk):
    result = desk.copy("are-cykel", None, "customers")
    assert failed(result, "customers") == {}


def test_completeness_tells_fortnoxs_own_count(desk):
    evaluation = checks_of(desk.copy("are-cykel", None, "customers"), "customers")["complete"]
    rows = len(desk.company("are-cykel").of("customers"))
    assert {name: each.value for name, each in evaluation.metadata.items()} == {"listed": rows, "@TotalResources": rows}


def test_a_list_that_does_not_add_up_fails_its_check_and_stores_nothing(desk):
    desk.copy("are-cykel", None, "customers")
    before = desk.query("select max(_loaded_at) from fortnox_raw.customers")
    company = desk.company("are-cykel")
    customers, kept = company.of("customers"), list(company.of("customers"))
    body, moment = customers[0].body, customers[0].modified
    customers += [Document(body={**body, "CustomerNumber": f"X{number}"}, modified=moment) for number in range(1000)]
    company.revision += 1
    # At every reading somebody deletes a row while it is under way.
    desk.simulator.faults.script(Fault.ROW_DELETED, "/3/customers", page=2, times=100)
    result = desk.copy("are-cykel", None, "customers")
    desk.simulator.faults.clear()
    customers[:] = kept
    company.revision += 1
    (evaluation,) = result.get_asset_check_evaluations()
    assert (evaluation.check_name, evaluation.passed) == ("complete", False)
    assert evaluation.metadata["listed"].value != evaluation.metadata["@TotalResources"].value
    assert desk.query("select max(_loaded_at) from fortnox_raw.customers") == before


def test_checks_belong_to_their_partition(desk):
    result = desk.copy("are-cykel", None, "customers")
    assert {each.partition for each in checks_of(result, "customers").values()} == {"are-cykel"}


def test_a_dated_table_has_checks_for_company_and_year(desk):
    result = desk.copy("are-cykel", 2026, "voucher_series")
    partitions = {each.partition for each in checks_of(result, "voucher_series").values()}
    assert partitions == {"are-cykel|2026"}


def test_an_unknown_field_is_reported_and_its_row_kept(desk, edited):
    edited("are-cykel", "customers", Nyhet="något nytt")
    result = desk.copy("are-cykel", None, "customers")
    assert failed(result, "customers") == {"known_fields": "Nyhet (text): 1"}
    (event,) = result.get_asset_materialization_events()
    assert event.step_materialization_data.materialization.metadata["unknown fields"].value == {"Nyhet": 1}
    assert desk.query("select count(*) from fortnox_raw.customers") == [
        (len(desk.company("are-cykel").of("customers")),)
    ]


def test_a_value_that_does_not_fit_is_reported_and_kept_as_text(desk, edited):
    edited("are-cykel", "invoices", -1, Total="mycket")
    result = desk.copy("are-cykel", 2026, "invoices")
    assert failed(result, "invoices") == {"parsed_values": "Total: 1"}
    kept = desk.query("select Total, _unparsed from fortnox_raw.invoices where _unparsed is not null")
    assert kept == [(None, '{"Total": "mycket"}')]


def test_a_hidden_value_is_reported_as_a_missing_right(desk, restricted):
    restricted(fields={"customers": frozenset({"Email"})})
    result = desk.copy("are-cykel", None, "customers")
    rows = len(desk.company("are-cykel").of("customers"))
    assert failed(result, "customers") == {"parsed_values": f"Email (API_NORIGHT): {rows}"}
    assert desk.query("select count(Email) from fortnox_raw.customers where company = 'are-cykel'") == [(0,)]


def test_a_missing_licence_is_not_available_and_what_was_stored_stays(desk):
    desk.copy("are-cykel", None, "assets")
    company = desk.company("are-cykel")
    before, licences = desk.query("select count(*) from fortnox_raw.assets"), company.licences
    assert before[0][0] > 0
    company.licences = frozenset()
    result = desk.copy("are-cykel", None, "assets")
    company.licences = licences
    assert result.success
    told = failed(result, "assets")
    assert told.keys() == {"available"}
    assert "licen" in told["available"].lower()
    assert desk.query("select count(*) from fortnox_raw.assets") == before


@pytest.mark.parametrize(
    ("what", "reason"),
    [({"rights": frozenset({"suppliers"})}, "right"), ({"features": frozenset({"suppliers"})}, "feature")],
)
def test_a_missing_right_or_feature_is_not_available(desk, restricted, what, reason):
    restricted(**what)
    result = desk.copy("are-cykel", None, "suppliers")
    assert result.success
    assert failed(result, "suppliers").keys() == {"available"}
    (event,) = result.get_asset_materialization_events()
    metadata = event.step_materialization_data.materialization.metadata
    assert reason in metadata["missing"].value
    assert metadata["not available"].value == failed(result, "suppliers")["available"]


def test_a_missing_scope_is_not_available(desk):
    company = desk.company("bjork-konsult")
    scopes, company.scopes = company.scopes, company.scopes - {"project"}
    result = desk.copy("bjork-konsult", None, "projects")
    company.scopes = scopes
    assert result.success
    assert failed(result, "projects").keys() == {"available"}


def test_a_failed_check_warns_and_stops_nothing(desk, edited):
    edited("are-cykel", "customers", Nyhet="något nytt")
    evaluation = checks_of(desk.copy("are-cykel", None, "customers"), "customers")["known_fields"]
    assert evaluation.severity == dg.AssetCheckSeverity.WARN
    assert evaluation.metadata["rows affected"].value == 1
