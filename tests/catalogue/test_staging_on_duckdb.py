"""The staging layer, built by dbt on DuckDB over tables made from the catalogue's types."""

import datetime as dt
import os
import shutil
import subprocess
import sys
from decimal import Decimal
from pathlib import Path

import duckdb
import pytest

from fortnox_assets.catalogue import RAW_TABLES
from fortnox_assets.catalogue.staging import staging_files
from fortnox_assets.catalogue.staging.properties import duckdb_type
from fortnox_assets.warehouse.columns import Caster, FieldSelection, raw_schema

PROJECT = Path(__file__).parents[2] / "dbt_project"
INVOICE = {
    "DocumentNumber": "1001",
    "InvoiceDate": "2024-05-03",
    "CustomerName": "Åre Cykel",
    "Comments": "",
    "Total": Decimal("1250.10"),
    "EmailInformation": {"EmailAddressTo": "ekonomi@example.com", "EmailBody": ""},
    "InvoiceRows": [
        {"RowId": 7, "ArticleNumber": "C-1", "Total": Decimal("1000.08"), "VAT": 25},
        {"RowId": 8, "ArticleNumber": "", "Description": "Tack!", "VAT": 25},
    ],
    "Labels": [{"Id": 3}],
}
GONE = {"DocumentNumber": "1002", "InvoiceDate": "2024-05-04", "InvoiceRows": [{"RowId": 9}]}
VOUCHER = {
    "FinancialYearId": 5,
    "Line": 40,
    "TransactionDate": "2024-05-03",
    "Transactions": [
        {"RowNumber": 1, "Kind": "TRANS", "Account": 1510, "Amount": Decimal("1250.10")},
        {"RowNumber": 2, "Kind": "TRANS", "Account": 3001, "Amount": -1250, "TransactionDate": "2024-05-04"},
    ],
}
ASSET = {
    "Id": 4,
    "Group": "Verktyg",
    "Type": "Inventarier",
    "History": [{"Id": 1, "Date": "2024-01-01", "Amount": "12000"}],
}
CUSTOMER = {"CustomerNumber": "1", "Name": "Åre Cykel", "Phone1": "0647-100 00", "DefaultTemplates": {"Order": "oo"}}
PRICE = {"PriceList": "A", "ArticleNumber": "C-1", "FromQuantity": 0, "Date": "2024-05-03 10:00"}
OFFER = {"DocumentNumber": "1", "OfferDate": "2024-05-03", "OfferRows": [{"RowId": 1}]}
FILLED = {
    "invoices": [INVOICE, GONE],
    "sie_vouchers": [VOUCHER],
    "assets": [ASSET],
    "customers": [CUSTOMER],
    "prices": [PRICE],
    "offers": [OFFER],
}
LEFT_OUT = {"customers": ("Phone1", "DefaultTemplates"), "offers": ("OfferRows",), "prices": ("Date",)}


def caster(table):
    return Caster(
        table=table,
        selection=FieldSelection(exclude=LEFT_OUT.get(table.name, ())),
        company="are-cykel",
        label=2024 if table.by_financial_year else None,
        loaded_at=dt.datetime(2024, 6, 1, tzinfo=dt.UTC),
        run_id="a-run",
    )


def make_raw_tables(database):
    with duckdb.connect(str(database)) as connection:
        connection.execute("create schema fortnox_raw").fetchall()
        for table in RAW_TABLES.values():
            connection.register("batch", caster(table).batch(FILLED.get(table.name, [])))
            connection.execute(f"create table fortnox_raw.{table.name} as from batch").fetchall()
            connection.unregister("batch")
        gone = "update fortnox_raw.invoices set _deleted_at = now() where DocumentNumber = '1002'"
        connection.execute(gone).fetchall()


@pytest.fixture(scope="module")
def staging(tmp_path_factory):
    """A DuckDB connection to the built models; dbt's own tests have passed on them."""
    folder = tmp_path_factory.mktemp("staging")
    database = folder / "fortnox.duckdb"
    make_raw_tables(database)
    project = folder / "project"
    for part in ("macros", "tests", "models/staging"):
        shutil.copytree(PROJECT / part, project / part)
    for name in ("dbt_project.yml", "profiles.yml"):
        shutil.copy(PROJECT / name, project / name)
    built = subprocess.run(
        [Path(sys.executable).with_name("dbt"), "build", "--project-dir", project, "--profiles-dir", project],
        env={
            **os.environ,
            "DUCKDB_PATH": str(database),
            "FORTNOX_WAREHOUSE": "duckdb",
            "FORTNOX_RAW_DATASET": "fortnox_raw",
        },
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
    )
    assert built.returncode == 0, built.stdout[-4000:] + built.stderr
    with duckdb.connect(str(database), read_only=True) as connection:
        yield connection


def rows(staging, view, *columns):
    schema = os.environ.get("FORTNOX_REPORTING_DATASET", "fortnox_reporting")
    return staging.execute(f"select {', '.join(columns)} from {schema}_staging.{view} order by all").fetchall()


def test_every_model_is_built_over_empty_tables(staging):
    tables = "select table_name from information_schema.tables where table_schema like '%_staging'"
    built = {row[0] for row in staging.execute(tables).fetchall()}
    assert {name.removesuffix(".sql") for name in staging_files() if name.endswith(".sql")} <= built


def test_a_document_is_renamed_typed_and_flattened(staging):
    found = rows(staging, "stg_fortnox__invoices", "document_number", "total", "email_information_email_address_to")
    assert found == [("1001", Decimal("1250.10"), "ekonomi@example.com")]


def test_empty_text_is_null(staging):
    found = rows(staging, "stg_fortnox__invoices", "comments", "email_information_email_body")
    assert found == [(None, None)]


def test_rows_have_their_parents_key_and_date_and_their_position(staging):
    columns = ("document_number", "row_position", "row_id", "article_number", "cast(invoice_date as varchar)")
    assert rows(staging, "stg_fortnox__invoices__invoice_rows", *columns) == [
        ("1001", 1, 7, "C-1", "2024-05-03"),
        ("1001", 2, 8, None, "2024-05-03"),
    ]
    assert rows(staging, "stg_fortnox__invoices__labels", "document_number", "id") == [("1001", 3)]


def test_a_deleted_document_and_its_rows_are_left_out(staging):
    for view in ("stg_fortnox__invoices", "stg_fortnox__invoices__invoice_rows"):
        assert "1002" not in {number for (number,) in rows(staging, view, "document_number")}


def test_a_rows_own_date_goes_before_its_parents(staging):
    columns = ("row_position", "cast(transaction_date as varchar)", "cast(sie_voucher_transaction_date as varchar)")
    assert rows(staging, "stg_fortnox__sie_vouchers__transactions", *columns) == [
        (1, None, "2024-05-03"),
        (2, "2024-05-04", "2024-05-03"),
    ]


def test_words_of_sql_get_the_rows_noun_before_them(staging):
    assert rows(staging, "stg_fortnox__assets", "id", "asset_group", "asset_type") == [(4, "Verktyg", "Inventarier")]
    columns = ("id", "history_row_id", "cast(history_row_date as varchar)", "amount")
    assert rows(staging, "stg_fortnox__assets__history", *columns) == [(4, 1, "2024-01-01", Decimal(12000))]


def test_a_field_that_is_not_copied_reads_as_empty(staging):
    columns = ("customer_number", "phone1", "default_templates_order")
    assert rows(staging, "stg_fortnox__customers", *columns) == [("1", None, None)]
    assert rows(staging, "stg_fortnox__prices", "article_number", "price_date") == [("C-1", None)]
    assert rows(staging, "stg_fortnox__offers__offer_rows", "document_number", "quantity") == []


def test_a_column_left_out_would_have_had_the_type_the_warehouse_gives_it():
    with duckdb.connect() as connection:
        for table in RAW_TABLES.values():
            connection.register("batch", raw_schema(table).empty_table())
            stored = {name: str(kind) for name, kind, *_ in connection.execute("describe from batch").fetchall()}
            for each in table.fields:
                (written,) = connection.execute(f"select typeof(cast(null as {duckdb_type(each)}))").fetchall()[0]
                assert written == stored[each.name], f"{table.name}.{each.name}"
            connection.unregister("batch")
