"""What Dagster is told about the raw tables, before anything has run."""

import dagster as dg
import pytest

from fortnox_assets.catalogue import COPIED, RAW_TABLES
from fortnox_assets.definitions import build_definitions
from fortnox_assets.defs.assets import LEDGER_TABLES
from fortnox_assets.settings_errors import SettingsError
from fortnox_assets.warehouse.errors import WarehouseError

GROUPS = {
    "fortnox_registers",
    "fortnox_sales",
    "fortnox_purchasing",
    "fortnox_ledger",
    "fortnox_payroll",
    "fortnox_time",
    "fortnox_warehouse",
    "fortnox_files",
}
CHECKS = {"available", "known_fields", "parsed_values"}
OF_LISTS = {"complete"}
COPIED_TABLES = sorted({name for name, each in COPIED.items() if each.default} | {each.name for each in LEDGER_TABLES})
LEFT_OUT = sorted(name for name, each in COPIED.items() if not each.default)


def key(table: str) -> dg.AssetKey:
    return dg.AssetKey(["fortnox_raw", table])


@pytest.fixture(scope="module")
def definitions(configured):
    """What there is without fortnox.yaml: everything that is on by default."""
    return build_definitions(configured(None))


@pytest.fixture(scope="module")
def graph(definitions):
    return definitions.resolve_asset_graph()


def raw_names(definitions: dg.Definitions) -> set[str]:
    keys = definitions.resolve_asset_graph().materializable_asset_keys
    return {each.path[1] for each in keys if each.path[0] == "fortnox_raw"}


@pytest.mark.parametrize("name", COPIED_TABLES)
def test_a_raw_table_is_an_asset_that_says_what_it_is(graph, name):
    table, node = RAW_TABLES[name], graph.get(key(name))
    assert node.is_materializable
    assert node.group_name == table.group
    assert node.group_name in GROUPS
    assert node.kinds == {"fortnox", "duckdb"}
    assert node.owners == ["team:finance-data"]
    assert node.code_version == "1"
    assert table.title in node.description
    assert table.description in node.description
    assert node.metadata["key"] == ", ".join(table.key)
    assert ("personal_data" in node.tags) == any(table.personal_fields())


@pytest.mark.parametrize("name", COPIED_TABLES)
def test_its_columns_are_fortnox_fields_with_warehouse_types_and_descriptions(graph, name):
    table = RAW_TABLES[name]
    columns = {each.name: each for each in graph.get(key(name)).metadata["dagster/column_schema"].columns}
    partition = ["company", "financial_year"] if table.by_financial_year else ["company"]
    assert list(columns)[: len(partition)] == partition
    assert [each for each in columns if each in {field.name for field in table.fields}] == [
        field.name for field in table.fields
    ]
    assert [each.name for each in columns.values() if not each.description] == []
    assert {each.type for each in columns.values()} & {"string", "int64", "double", "bool"} == set()
    assert columns["company"].type == "VARCHAR"
    assert columns["_loaded_at"].type == "TIMESTAMP WITH TIME ZONE"


@pytest.mark.parametrize("name", COPIED_TABLES)
def test_a_register_is_partitioned_by_company_and_anything_dated_by_financial_year_too(graph, name):
    partitions = graph.get(key(name)).partitions_def
    if not RAW_TABLES[name].by_financial_year:
        assert partitions == dg.DynamicPartitionsDefinition(name="fortnox_company")
        return
    assert isinstance(partitions, dg.MultiPartitionsDefinition)
    dimensions = {each.name: each.partitions_def.name for each in partitions.partitions_defs}
    assert dimensions == {"company": "fortnox_company", "financial_year": "fortnox_financial_year"}


def test_a_backfill_is_one_run_a_cell_so_that_each_fails_and_is_limited_by_itself(graph):
    for name in COPIED_TABLES:
        assert (name, graph.get(key(name)).backfill_policy) == (name, None)


def test_every_raw_asset_has_its_checks_with_its_own_partitions(graph):
    for name in COPIED_TABLES:
        node = graph.get(key(name))
        compared = {"sie_agrees_with_vouchers"} if name == "sie_vouchers" else set()
        lists = OF_LISTS if name in COPIED else set()
        assert {each.name for each in node.check_keys} == CHECKS | compared | lists, name
        for check in node.check_keys:
            assert graph.get(check).partitions_def == node.partitions_def


def test_dated_endpoints_come_after_the_financial_years(graph):
    for name in COPIED_TABLES:
        if RAW_TABLES[name].by_financial_year:
            assert key("financial_years") in graph.get(key(name)).parent_keys, name


def test_an_endpoint_that_is_off_by_default_says_why_and_how_to_get_it(graph):
    assert LEFT_OUT
    for name in LEFT_OUT:
        node = graph.get(key(name))
        assert not node.is_materializable
        assert node.group_name == COPIED[name].group
        assert COPIED[name].costs in node.description
        assert "endpoints.include" in node.description


def test_no_asset_is_without_a_group_or_a_description(graph):
    for each in graph.get_all_asset_keys():
        assert graph.get(each).group_name != "default", each
        assert graph.get(each).description, each


def test_only_the_included_endpoints_and_what_reports_rest_on_are_assets(defined):
    sie = {each.name for each in LEDGER_TABLES}
    definitions = defined(endpoints={"include": ["customers", "schedule_times"]})
    assert raw_names(definitions) == {"customers", "schedule_times", "company_information", "financial_years", *sie}


def test_an_excluded_endpoint_is_a_source_without_rows_and_nothing_else_changes(defined):
    definitions = defined(endpoints={"exclude": ["invoices"]})
    assert raw_names(definitions) == set(COPIED_TABLES) - {"invoices"}
    node = definitions.resolve_asset_graph().get(key("invoices"))
    assert not node.is_materializable
    assert "Not copied: fortnox.yaml leaves it out." in node.description
    assert len(node.child_keys) > 1


def test_a_field_left_out_is_not_among_the_columns(defined):
    fields = {"customers": {"exclude": ["Email"]}, "invoices": {"include": ["DocumentNumber", "InvoiceDate", "Total"]}}
    graph = defined(fields=fields).resolve_asset_graph()
    names = {
        name: [each.name for each in graph.get(key(name)).metadata["dagster/column_schema"].columns] for name in fields
    }
    assert "Email" not in names["customers"]
    assert "Name" in names["customers"]
    assert [each for each in names["invoices"] if not each.startswith("_")] == [
        "company",
        "financial_year",
        "DocumentNumber",
        "InvoiceDate",
        "Total",
    ]


def test_a_field_rows_are_told_apart_by_cannot_be_left_out(defined):
    with pytest.raises(WarehouseError, match=r"fields\.customers: CustomerNumber cannot be left out"):
        defined(fields={"customers": {"exclude": ["CustomerNumber"]}})


def test_an_unknown_endpoint_is_one_line(defined):
    with pytest.raises(SettingsError, match="invoicez"):
        defined(endpoints={"include": ["invoicez"]})


def test_without_fortnox_yaml_everything_is_defined(definitions):
    assert raw_names(definitions) == set(COPIED_TABLES)


def test_registers_and_financial_years_are_jobs_of_their_own(definitions):
    by_year = {name for name in COPIED_TABLES if RAW_TABLES[name].by_financial_year}
    selected = {
        name: {each.to_user_string() for each in definitions.resolve_job_def(name).asset_layer.executable_asset_keys}
        for name in ("sync_registers", "sync_financial_year", "build_reports")
    }
    assert selected["sync_registers"] == {f"fortnox_raw/{name}" for name in set(COPIED_TABLES) - by_year}
    assert selected["sync_financial_year"] == {f"fortnox_raw/{name}" for name in by_year}
    assert "fortnox_reporting/rpt_balance_sheet" in selected["build_reports"]
    assert [each for each in selected["build_reports"] if each.startswith("fortnox_raw/")] == []


def test_copying_does_not_wait_for_dbt_tests(definitions):
    job = definitions.resolve_job_def("sync_financial_year")
    assert {each.name for each in job.asset_layer.asset_graph.asset_check_keys} == CHECKS | OF_LISTS | {
        "sie_agrees_with_vouchers"
    }
