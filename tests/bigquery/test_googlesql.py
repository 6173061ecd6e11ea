"""Everything we ever send to BigQuery is understood by Google's own GoogleSQL analyzer."""

import csv
import json
import re
import subprocess
import sys
from pathlib import Path

import pytest
from dagster._core.storage.db_io_manager import TablePartitionDimension, TableSlice
from google.cloud import bigquery
from scripted_bigquery import ScriptedBigQuery, serving

from fortnox_assets.catalogue import RAW_TABLES
from fortnox_assets.cli import report
from fortnox_assets.places import DBT_PROJECT
from fortnox_assets.warehouse.bigquery import BigQueryTables
from fortnox_assets.warehouse.bigquery_schema import fields_of, new_state_log, sql_type
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
            made = f"create or replace table `{PROJECT}.{place}` as {node['compiled_code']}"
            statements.append({"name": node["name"], "sql": made, "makes": place})
        elif node["resource_type"] == "test":
            statements.append({"name": node["name"], "sql": node["compiled_code"]})
    statements += printed_reports()
    found = analysed(statements, tables)
    assert found["refused"] == {}
    counts = found["counts"]
    models = sum("makes" in each for each in statements)
    assert counts.pop("checked: ASTCreateTableStatement") == models > 150
    assert counts.pop("checked: ASTQueryStatement") == len(statements) - models > 300
    assert counts == SKIPPED
