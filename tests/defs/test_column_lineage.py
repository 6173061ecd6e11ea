"""A figure followed from a report's column to the fields of Fortnox it is made of, and a model to its file."""

import logging
from pathlib import Path

import dagster as dg
import pytest

from fortnox_assets.defs.column_lineage import back_to_fortnox, column_lineage
from fortnox_assets.places import DBT_PROJECT

OFFERS = "fortnox_reporting_staging/stg_fortnox__offers"
ROWS = f"{OFFERS}__offer_rows"


def key(name: str) -> dg.AssetKey:
    return dg.AssetKey(name.split("/"))


@pytest.fixture(scope="module")
def lineage(desk):
    """Of the models that a real build of them materialised: the columns each column comes from."""
    job = desk.definitions.resolve_job_def("build_reports")
    result = job.execute_in_process(instance=desk.instance, asset_selection=[*map(key, (OFFERS, ROWS))])
    assert result.success
    built = {each.asset_key.to_user_string(): each for each in result.get_asset_materialization_events()}
    metadata = {name: built[name].materialization.metadata["dagster/column_lineage"].value for name in (OFFERS, ROWS)}
    return {
        name: {
            column: {f"{each.asset_key.to_user_string()}.{each.column_name}" for each in deps}
            for column, deps in made_of.deps_by_column.items()
        }
        for name, made_of in metadata.items()
    }


def test_a_build_says_which_column_of_which_asset_each_column_comes_from(lineage):
    # As Fortnox spells it and the raw asset's column is called, whatever case the warehouse reads it in.
    assert lineage[OFFERS]["offer_date"] == {"fortnox_raw/offers.OfferDate"}
    assert lineage[ROWS]["quantity"] == {"fortnox_raw/offers.OfferRows"}


def test_every_column_it_names_is_one_that_the_asset_has(lineage, desk):
    graph = desk.definitions.resolve_asset_graph()
    origins = {each for columns in lineage.values() for deps in columns.values() for each in deps}
    assert len(origins) > 10
    for each in origins:
        asset, _, column = each.rpartition(".")
        schema = graph.get(key(asset)).metadata["dagster/column_schema"]
        assert column in {known.name for known in schema.columns}, each


def made_of(tmp_path: Path, sql: str, columns: list[str], adapter: str = "duckdb"):
    """The lineage of a model with this SQL, which reads a ledger and a table of accounts."""
    quote = "`" if adapter == "bigquery" else '"'
    relation = f"{quote}books{quote}.{quote}raw{quote}.{quote}%s{quote}"
    ledger = {"Account": {}, "Amount": {}, "Day": {}, "Rows": {}}
    manifest = {
        "metadata": {"adapter_type": adapter},
        "nodes": {
            "model.x.report": {
                "unique_id": "model.x.report",
                "name": "report",
                "resource_type": "model",
                "package_name": "x",
                "original_file_path": "models/report.sql",
                "columns": {column: {} for column in columns},
            },
            "seed.x.accounts": {
                "unique_id": "seed.x.accounts",
                "resource_type": "seed",
                "relation_name": relation % "accounts",
                "columns": {"account": {}, "label": {}},
            },
        },
        "sources": {"source.x.ledger": {"relation_name": relation % "ledger", "columns": ledger}},
        "parent_map": {"model.x.report": ["source.x.ledger", "seed.x.accounts"]},
    }
    path = tmp_path / "compiled" / "x" / "models" / "report.sql"
    path.parent.mkdir(parents=True)
    path.write_text(sql.replace("{ledger}", relation % "ledger").replace("{accounts}", relation % "accounts"))
    return column_lineage(manifest, tmp_path, ["seed.x.accounts", "model.x.report"], logging.getLogger("lineage"))


AMOUNT, DAY = ("source.x.ledger", "Amount"), ("source.x.ledger", "Day")


@pytest.mark.parametrize("adapter", ["duckdb", "bigquery"])
def test_it_goes_through_subqueries_unions_and_windows(tmp_path, adapter):
    sql = """
        with rows as (select Account, amount, Day from {ledger}),
        both as (select account, amount, day from rows union all select account, 0, null from {accounts})
        select
            both.account,
            accounts.label as name,
            sum(amount) over (partition by both.account order by day) as balance,
            count(*) over () as rows_in_all,
            'SEK' as currency
        from both left join {accounts} as accounts on accounts.account = both.account
    """
    columns = ["account", "name", "balance", "rows_in_all", "currency"]
    both = {("source.x.ledger", "Account"), ("seed.x.accounts", "account")}
    found = made_of(tmp_path, sql, columns, adapter)["model.x.report"]
    assert {column: set(origins) for column, origins in found.items()} == {
        "account": both,
        "name": {("seed.x.accounts", "label")},
        "balance": {AMOUNT, DAY, *both},
    }


def test_rows_inside_a_row_come_from_the_column_they_stand_in(tmp_path):
    sql = "select r.Account as account from {ledger} as l, unnest(l.Rows) as r"
    found = made_of(tmp_path, sql, ["account"], "bigquery")
    assert found == {"model.x.report": {"account": [("source.x.ledger", "Rows")]}}


def test_a_report_shows_which_raw_columns_it_goes_back_to_through_every_model():
    ledger, staged, mart = "source.x.raw.ledger", "model.x.staged", "model.x.mart"
    lineage = {
        staged: {"amount": [(ledger, "Debit"), (ledger, "Credit")], "day": [(ledger, "Day")]},
        mart: {"month": [(staged, "day")], "total": [(staged, "amount"), ("model.x.not_built", "sign")]},
    }
    shown = back_to_fortnox(lineage, [mart, "model.x.without_lineage"])
    assert {node: table.value.splitlines()[2:] for node, table in shown.items()} == {
        mart: ["| month | ledger.Day |", "| total | ledger.Credit, ledger.Debit, not_built.sign |"]
    }


def test_sql_that_cannot_be_read_leaves_the_model_without_and_is_told(tmp_path, caplog):
    assert made_of(tmp_path, "select (", ["account"]) == {}
    (said,) = caplog.records
    assert said.getMessage().startswith("report: no column lineage: ")


def test_every_model_and_seed_opens_its_own_file(defined):
    graph = defined().resolve_asset_graph()
    keys = [each for each in graph.get_all_asset_keys() if each.path[0] != "fortnox_raw"]
    assert len(keys) > 100
    for each in keys:
        (reference,) = graph.get(each).metadata["dagster/code_references"].code_references
        path = Path(reference.file_path)
        assert path.stem == each.path[-1]
        assert path.is_relative_to(DBT_PROJECT)
        assert path.exists()
