"""Everything we ever send to BigQuery is understood by Google's own GoogleSQL analyzer."""

import csv
import json
import re
import subprocess
import sys
from pathlib import Path

import pytest
from dagster._core.storage.db_io_manager import TablePartitionDimension, TableSlice
from dbt.adapters.bigquery.relation_configs import PartitionConfig
from google.cloud import bigquery
from scripted_bigquery import ScriptedBigQuery, serving

from fortnox_assets.catalogue import RAW_TABLES
from fortnox_assets.cli import report
from fortnox_assets.places import DBT_PROJECT
from fortnox_assets.warehouse.bigquery import BigQueryTables
from fortnox_assets.warehouse.bigquery_schema import (
    MOST_CLUSTERING_COLUMNS,
    fields_of,
    new_state_log,
    new_table,
    sql_type,
)
from fortnox_assets.warehouse.bigquery_statements import (
    Write,
    count_statement,
    rows_query,
    state_insert,
    state_query,
    state_view,
    write_script,
)
from fortnox_assets.warehouse.columns import raw_schema
from fortnox_assets.warehouse.sync_state import STATE_SCHEMA

CHECKER = Path(__file__).parent / "gate" / "check_statements.py"
PROJECT, RAW = "our-project", "fortnox_raw"
STAGING = "load__fortnox_rows"
LOG = f"`{PROJECT}.{RAW}._sync_state_log`"
# Nothing is left to the engine: a kind of statement that the analyzer does not check must be named here first.
SKIPPED = {}


@pytest.fixture(scope="session")
def raw_tables():
    """The raw tables' fields as the REST API has them."""
    return {
        name: [each.to_api_repr() for each in fields_of(raw_schema(table), {})] for name, table in RAW_TABLES.items()
    }


@pytest.fixture(scope="session")
def manifest(tmp_path_factory):
    """The dbt project compiled for BigQuery. The server has no tables, so no model finds its columns there."""
    target = tmp_path_factory.mktemp("dbt")
    places = [
        "--project-dir",
        DBT_PROJECT,
        "--profiles-dir",
        DBT_PROJECT,
        "--target-path",
        target,
        "--log-path",
        target,
    ]
    with serving(ScriptedBigQuery()) as url:
        environment = {
            "PATH": "/usr/bin:/bin",
            "HOME": str(target),
            "BIGQUERY_EMULATOR_HOST": url,
            "BIGQUERY_PROJECT": PROJECT,
            "FORTNOX_WAREHOUSE": "bigquery",
            "FORTNOX_AS_OF": "2026-09-30",
        }
        program = Path(sys.executable).parent / "dbt"
        result = subprocess.run(
            [program, "compile", "--quiet", *places], env=environment, capture_output=True, text=True, check=False
        )
    assert result.returncode == 0, result.stdout[-3000:] + result.stderr[-3000:]
    return json.loads((target / "manifest.json").read_text(encoding="utf-8"))


@pytest.fixture
def analysed(gate_python):
    """What the analyzer says of statements."""

    def run(statements, tables):
        asked = json.dumps({"project": PROJECT, "tables": tables, "statements": statements})
        result = subprocess.run([gate_python, CHECKER], input=asked, capture_output=True, text=True, check=False)
        assert result.returncode == 0, result.stderr[-3000:]
        return json.loads(result.stdout)

    return run


def parameter(name, kind):
    return {"name": name, "parameterType": {"type": kind}}


def statements_about(name, table):
    """What the IO manager sends about one raw table."""
    schema = raw_schema(table)
    cell = {"company": "are-cykel"} | ({"financial_year": 2024} if table.by_financial_year else {})
    of_cell = [parameter("company", "STRING"), parameter("financial_year", "INT64")][: len(cell)]
    state = [parameter(f"state_{each.name}", sql_type(each.type)) for each in STATE_SCHEMA]
    more = [parameter("noticed", "TIMESTAMP"), parameter("loaded", "INT64")]
    target = f"`{PROJECT}.{RAW}.{name}`"
    another = {"another_when": table.another_when}
    of_rows = {"target": target, "log": LOG, "columns": schema.names, "cell": cell, **another}
    staged = {**of_rows, "staging": f"`{PROJECT}.{RAW}.{STAGING}_{name}`"}
    sent = {
        "snapshot": write_script(Write(**staged)),
        "empty snapshot": write_script(Write(**of_rows)),
        "changes": write_script(Write(**staged, changes=True)),
        "state": state_insert(Write(**of_rows)),
        "count": count_statement(target, cell),
        "keys": rows_query(target, cell, ("_row_key", "_list_hash", "_deleted_at")),
    }
    return [
        {"name": f"{name} {what}", "sql": sql, "parameters": [*of_cell, *state, *more]} for what, sql in sent.items()
    ]


def test_every_statement_of_the_io_manager_is_googlesql(analysed, raw_tables):
    statements = [each for name, table in RAW_TABLES.items() for each in statements_about(name, table)]
    tables = {f"{RAW}.{name}": fields for name, fields in raw_tables.items()}
    tables |= {f"{RAW}.{STAGING}_{name}": fields for name, fields in raw_tables.items()}
    tables[f"{RAW}._sync_state_log"] = log_fields()
    found = analysed(statements, tables)
    assert found["refused"] == {}
    scripts = len(RAW_TABLES) * 3
    assert found["counts"] == {
        "parsed: ASTVariableDeclaration": scripts,
        "checked: ASTBeginStatement": scripts,
        # That the rows which were loaded are still there; an empty snapshot has none.
        "checked: ASTAssertStatement": len(RAW_TABLES) * 2,
        "checked: ASTSingleAssignment": scripts,
        "checked: ASTMergeStatement": scripts,
        "checked: ASTInsertStatement": scripts + len(RAW_TABLES),
        "checked: ASTCommitStatement": scripts,
        "checked: ASTQueryStatement": scripts + len(RAW_TABLES) * 2,
    }


def definition(table, columns):
    """The statement that would make a table laid out as ours is through the REST API."""
    typed = ", ".join(f"`{name}` {kind}" for name, kind in columns.items())
    years, days = table.range_partitioning, table.time_partitioning
    if years:
        array = f"generate_array({years.range_.start}, {years.range_.end}, {years.range_.interval})"
        layout = f"partition by range_bucket(`{years.field}`, {array})"
    else:
        layout = f"partition by timestamp_trunc(`{days.field}`, {days.type_})" if days else ""
    clusters = ", ".join(f"`{each}`" for each in table.clustering_fields)
    return f"create table `{PROJECT}.{table.dataset_id}.{table.table_id}` ({typed})\n{layout}\ncluster by {clusters}"


def laid_out():
    """Every table of our own with the type of each column."""
    dataset = bigquery.DatasetReference(PROJECT, RAW)
    for name, of in RAW_TABLES.items():
        columns = raw_schema(of)
        made = new_table(dataset.table(name), columns, fields_of(columns, {}))
        yield made, {each.name: sql_type(each.type) for each in columns}
    log = new_state_log(dataset.table("_sync_state_log"))
    yield log, {each.name: {"INTEGER": "INT64"}.get(each.field_type, each.field_type) for each in log.schema}


def test_every_table_of_ours_is_laid_out_as_googlesql_allows(analysed):
    found = analysed([{"name": made.table_id, "sql": definition(made, kinds)} for made, kinds in laid_out()], {})
    assert found["refused"] == {}
    assert found["counts"] == {"checked: ASTCreateTableStatement": len(RAW_TABLES) + 1}
    # What the analyzer leaves to the engine: how many columns cluster, of which types, and how many partitions.
    for made, kinds in laid_out():
        clusters = [kinds[each] for each in made.clustering_fields]
        assert len(clusters) <= MOST_CLUSTERING_COLUMNS == 4
        assert set(clusters) <= {"STRING", "INT64", "DATE", "TIMESTAMP", "BOOL", "NUMERIC"}
        years = made.range_partitioning
        assert bool(years) == ("financial_year" in kinds and made.table_id != "_sync_state_log")
        assert not years or (years.range_.end - years.range_.start) / years.range_.interval <= 10_000


def test_a_layout_that_bigquery_would_refuse_is_refused(analysed):
    made, kinds = next((made, kinds) for made, kinds in laid_out() if made.table_id == "invoices")
    good = definition(made, kinds)
    wrong = {
        "type": good.replace("`financial_year` INT64", "`financial_year` STRING"),
        "cluster": good.replace("cluster by `company`", "cluster by `companies`"),
        "partition": good.replace("range_bucket(`financial_year`", "range_bucket(`year`"),
    }
    found = analysed([{"name": what, "sql": sql} for what, sql in wrong.items()], {})
    assert found["refused"].keys() == wrong.keys()


def log_fields():
    reference = bigquery.TableReference.from_string(f"{PROJECT}.{RAW}._sync_state_log")
    return [each.to_api_repr() for each in new_state_log(reference).schema]


def test_what_is_asked_about_the_state_is_googlesql(analysed):
    cell = [parameter("company", "STRING"), parameter("financial_year", "INT64"), parameter("endpoint", "STRING")]
    view = {"name": "view", "sql": f"create view `{PROJECT}.{RAW}._sync_state` as {state_view(LOG)}"}
    found = analysed(
        [view, {"name": "state", "sql": state_query(LOG), "parameters": cell}], {f"{RAW}._sync_state_log": log_fields()}
    )
    assert found["refused"] == {}
    assert found["counts"] == {"checked: ASTCreateViewStatement": 1, "checked: ASTQueryStatement": 1}


def test_what_bigquery_would_refuse_is_refused(analysed, raw_tables):
    """The analyzer is no rubber stamp: a wrong column, type, variable or function in a statement of ours is found."""
    [good] = [
        each for each in statements_about("invoices", RAW_TABLES["invoices"]) if each["name"] == "invoices changes"
    ]
    wrong = {
        "column": ("stored._deleted_at IS NULL", "stored.deleted IS NULL"),
        "type": ("stored.`company` = @company", "stored.`company` = 1"),
        "variable": ("SELECT replaced", "SELECT replace_d"),
        "assigned type": ("SET replaced = (SELECT COUNT(*)", "SET replaced = (SELECT 'x' || COUNT(*)"),
        "function": ("CURRENT_TIMESTAMP()", "now()"),
        "parameter": ("@loaded", "@lo_aded"),
    }
    statements = [{**good, "name": what, "sql": good["sql"].replace(*change)} for what, change in wrong.items()]
    tables = {f"{RAW}.invoices": raw_tables["invoices"], f"{RAW}.{STAGING}_invoices": raw_tables["invoices"]}
    found = analysed(statements, tables | {f"{RAW}._sync_state_log": log_fields()})
    assert found["refused"].keys() == wrong.keys()


def slices():
    """One slice of each form that a run may read."""
    whole = TableSlice(table="vouchers", schema=RAW, database=PROJECT)
    year, company = (
        TablePartitionDimension("financial_year", ["2023", "2024"]),
        TablePartitionDimension("company", ["a"]),
    )
    ragged = TablePartitionDimension(
        "CAST(company AS STRING) || '|' || CAST(financial_year AS STRING)", ["a|2023", "it's\\|2024"]
    )
    yield from (whole, whole._replace(partition_dimensions=[company, year]))
    yield whole._replace(partition_dimensions=[ragged], columns=["company", "VoucherSeries"])
    yield whole._replace(partition_dimensions=[TablePartitionDimension("company", [])])


def test_every_form_of_reading_a_slice_is_googlesql(analysed, raw_tables):
    statements = [
        {"name": str(place), "sql": BigQueryTables.get_select_statement(each)} for place, each in enumerate(slices())
    ]
    found = analysed(statements, {f"{RAW}.{name}": fields for name, fields in raw_tables.items()})
    assert (found["refused"], found["counts"]) == ({}, {"checked: ASTQueryStatement": 4})


def dependencies_first(nodes):
    done, order = set(), []

    def visit(key):
        if key in done or key not in nodes:
            return
        done.add(key)
        for parent in nodes[key]["depends_on"].get("nodes", ()):
            visit(parent)
        order.append(nodes[key])

    for key in sorted(nodes):
        visit(key)
    return order


def seed_fields(node):
    """The columns of a seed, with the types it names, else those its values have."""
    with (DBT_PROJECT / node["original_file_path"]).open(encoding="utf-8", newline="") as file:
        reader = csv.DictReader(file)
        names, rows = reader.fieldnames, list(reader)
    named = node["config"].get("column_types") or {}
    return [{"name": each, "type": named.get(each) or guessed([row[each] for row in rows])} for each in names]


def guessed(values):
    filled = [each for each in values if each]
    for pattern, kind in ((r"-?\d+", "INT64"), (r"-?\d+\.\d+", "FLOAT64"), (r"true|false", "BOOL")):
        if filled and all(re.fullmatch(pattern, each, re.IGNORECASE) for each in filled):
            return kind
    return "STRING"


def creation(node, name):
    """The statement that makes a model, as dbt-bigquery's macros put it together: contract, partitions, clusters."""
    config, sql = node["config"], node["compiled_code"]
    if config["materialized"] == "view":
        return f"create or replace view {name} as {sql}"
    parts = [f"create or replace table {name}"]
    if config["contract"]["enforced"]:
        columns = {each["name"]: each["data_type"] for each in node["columns"].values()}
        parts.append(f"({', '.join(f'{column} {kind}' for column, kind in columns.items())})")
        sql = f"select {', '.join(columns)} from ({sql}) as model_subq"
    if partitions := PartitionConfig.parse(config.get("partition_by")):
        parts.append(f"partition by {partitions.render()}")
    if clusters := config.get("cluster_by"):
        assert len(clusters) <= MOST_CLUSTERING_COLUMNS
        parts.append(f"cluster by {', '.join(clusters)}")
    return "\n".join([*parts, f"as ({sql})"])


def printed_reports():
    """What the command line asks the reports for."""
    for name in ("BALANCE_SHEET", "INCOME_STATEMENT", "RECEIVABLES"):
        sql = getattr(report, name).format(schema="fortnox_reporting")
        parameters = [parameter(None, "STRING")] * sql.count("?")
        yield {"name": name, "sql": sql, "parameters": parameters, "positional": True}


def test_every_model_test_and_printed_report_is_googlesql(analysed, raw_tables, manifest):
    tables = {f"{RAW}.{name}": fields for name, fields in raw_tables.items()}
    statements = []
    for node in dependencies_first(manifest["nodes"]):
        place = f"{node['schema']}.{node['alias']}"
        if node["resource_type"] == "seed":
            tables[place] = seed_fields(node)
        elif node["resource_type"] == "model":
            made = creation(node, f"`{PROJECT}.{place}`")
            statements.append({"name": node["name"], "sql": made, "makes": place})
        elif node["resource_type"] == "test":
            statements.append({"name": node["name"], "sql": node["compiled_code"]})
    statements += printed_reports()
    found = analysed(statements, tables)
    assert found["refused"] == {}
    counts = found["counts"]
    models = sum("makes" in each for each in statements)
    views = sum(each["sql"].startswith("create or replace view") for each in statements)
    assert counts.pop("checked: ASTCreateViewStatement") == views > 70
    assert counts.pop("checked: ASTCreateTableStatement") == models - views > 70
    assert sum("\npartition by date_trunc(" in each["sql"] for each in statements) == 4
    assert sum("\ncluster by company" in each["sql"] for each in statements) > 40
    assert counts.pop("checked: ASTQueryStatement") == len(statements) - models > 300
    assert counts == SKIPPED
