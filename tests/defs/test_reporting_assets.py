"""The dbt project as Dagster sees it: every model an asset, and a way from Fortnox to each report."""

import json

import dagster as dg
import pytest

from fortnox_assets.catalogue import RAW_TABLES
from fortnox_assets.defs import dbt
from fortnox_assets.defs.dbt import prepared_manifest
from fortnox_assets.settings_errors import SettingsError

BALANCE_SHEET = dg.AssetKey(["fortnox_reporting", "rpt_balance_sheet"])


@pytest.fixture(scope="module")
def graph(defined):
    return defined().resolve_asset_graph()


@pytest.fixture(scope="module")
def manifest(configured):
    return json.loads(prepared_manifest(configured(None)).read_text(encoding="utf-8"))


def upstream(graph, key: dg.AssetKey) -> set[str]:
    found, waiting = set(), [key]
    while waiting:
        for parent in graph.get(waiting.pop()).parent_keys - found:
            found.add(parent)
            waiting.append(parent)
    return {each.to_user_string() for each in found}


def test_every_model_is_an_asset_under_the_name_of_its_dataset(graph, manifest):
    models = [each for each in manifest["nodes"].values() if each["resource_type"] in ("model", "seed")]
    expected = {
        f"{'fortnox_reporting' if 'marts' in each['fqn'] else 'fortnox_reporting_staging'}/{each['name']}"
        for each in models
    }
    found = {each.to_user_string() for each in graph.get_all_asset_keys() if each.path[0] != "fortnox_raw"}
    assert found == expected
    assert len(found) > 100


def test_the_dataset_of_an_asset_is_where_its_table_is(graph, manifest):
    for each in manifest["nodes"].values():
        if each["resource_type"] in ("model", "seed"):
            prefix = "fortnox_reporting" if "marts" in each["fqn"] else "fortnox_reporting_staging"
            table = graph.get(dg.AssetKey([prefix, each["name"]])).metadata["dagster/table_name"]
            assert table == f"fortnox.{prefix}.{each['name']}"


def test_every_source_is_a_raw_asset_and_every_raw_asset_a_source(graph):
    raw = {each.path[1] for each in graph.get_all_asset_keys() if each.path[0] == "fortnox_raw"}
    assert raw == set(RAW_TABLES)
    for name in raw:
        children = {each.path[0] for each in graph.get(dg.AssetKey(["fortnox_raw", name])).child_keys}
        assert "fortnox_reporting_staging" in children, name


def test_lineage_runs_from_fortnox_to_the_balance_sheet(graph):
    assert {
        "fortnox_raw/vouchers",
        "fortnox_raw/sie_vouchers",
        "fortnox_raw/sie_balances",
        "fortnox_raw/financial_years",
        "fortnox_raw/accounts",
        "fortnox_reporting_staging/stg_fortnox__sie_vouchers",
        "fortnox_reporting_staging/seed_statement_lines",
    } <= upstream(graph, BALANCE_SHEET)


def test_every_mart_says_what_it_is_and_who_answers_for_it(graph):
    marts = [each for each in graph.get_all_asset_keys() if each.path[0] == "fortnox_reporting"]
    groups = {}
    for each in marts:
        node = graph.get(each)
        groups.setdefault(node.group_name, set()).add(each.path[1])
        assert node.owners == ["team:finance-data"]
        assert {"dbt", "duckdb"} <= node.kinds
        columns = node.metadata["dagster/column_schema"].columns
        assert [column.name for column in columns if not column.description] == [], each
    assert groups.keys() == {"dimensions", "facts", "reports", "quality"}
    assert "fct_general_ledger" in groups["facts"]
    assert "rpt_balance_sheet" in groups["reports"]


def test_every_dbt_test_is_a_check_of_a_model(graph, manifest):
    """One of several models needs meta.dagster.ref, else its result is nowhere to be seen."""
    tests = {
        each["name"]
        for each in manifest["nodes"].values()
        if each["resource_type"] == "test" and (each.get("test_metadata") or {}).get("name") != "no_findings"
    }
    checks = {each.name: each.asset_key for each in graph.asset_check_keys}
    assert sorted(tests - set(checks)) == []
    assert checks["balance_sheet_balances"] == BALANCE_SHEET


def test_no_raw_partition_waits_for_a_dbt_test(graph):
    for name in RAW_TABLES:
        names = {each.name for each in graph.get(dg.AssetKey(["fortnox_raw", name])).check_keys}
        assert names <= {"available", "complete", "known_fields", "parsed_values", "sie_agrees_with_vouchers"}


def test_the_project_is_parsed_again_only_when_it_or_the_settings_have_changed(configured, monkeypatch):
    settings = configured(None)
    manifest = prepared_manifest(settings)
    parsed = []
    monkeypatch.setattr(dbt, "_parse", lambda target, variables: parsed.append(variables["FORTNOX_AS_OF"]))
    assert prepared_manifest(settings) == manifest
    assert parsed == []
    later = settings.model_copy(update={"environment": settings.environment.model_copy(update={"fortnox_as_of": None})})
    mark = manifest.parent / "made_from"
    before = mark.read_text(encoding="utf-8")
    prepared_manifest(later)
    mark.write_text(before, encoding="utf-8")
    assert len(parsed) == 1


def test_a_missing_dbt_is_one_line(configured, monkeypatch, tmp_path):
    monkeypatch.setattr("sys.executable", str(tmp_path / "python"))
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(SettingsError, match="dbt: there is no such program"):
        dbt.dbt_resource(configured(None))
