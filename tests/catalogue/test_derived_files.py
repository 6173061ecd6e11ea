"""What is written from the catalogue and committed equals what the catalogue gives today."""

from pathlib import Path

import yaml

from fortnox_assets.catalogue import ENDPOINTS, RAW_TABLES
from fortnox_assets.catalogue.docs import page
from fortnox_assets.catalogue.endpoint import FieldType
from fortnox_assets.catalogue.staging import staging_files, write

PROJECT = Path(__file__).parents[2]
STAGING = PROJECT / "dbt_project" / "models" / "staging"


def test_the_staging_layer_is_current():
    committed = {path.name: path.read_text(encoding="utf-8") for path in STAGING.glob("*.*") if path.suffix}
    assert committed == staging_files(), "run `make staging`"


def test_the_page_about_endpoints_is_current():
    assert (PROJECT / "docs" / "endpoints.md").read_text(encoding="utf-8") == page(), "run `make staging`"


def test_the_page_names_every_endpoint_and_says_why_some_are_not_copied():
    text = page()
    for endpoint in ENDPOINTS.values():
        assert f"| {endpoint.name} | " in text or f"[{endpoint.name}](#{endpoint.name})" in text
        assert endpoint.not_copied in text
        assert endpoint.costs in text


def test_every_table_and_every_list_of_rows_has_a_view():
    lists = [each for table in RAW_TABLES.values() for each in table.fields if each.type is FieldType.RECORDS]
    views = {name for name in staging_files() if name.endswith(".sql")}
    assert len(views) == len(RAW_TABLES) + len(lists)
    assert {f"stg_fortnox__{name}.sql" for name in RAW_TABLES} < views
    assert {
        "stg_fortnox__invoices__invoice_rows.sql",
        "stg_fortnox__vouchers__voucher_rows.sql",
        "stg_fortnox__invoice_payments__write_offs.sql",
        "stg_fortnox__sie_vouchers__transactions.sql",
        "stg_fortnox__customer_references__customer_reference_rows.sql",
    } < views


def test_every_source_leads_to_its_asset():
    (source,) = yaml.safe_load(staging_files()["_sources.yml"])["sources"]
    assert source["name"] == "fortnox_raw"
    keys = {each["name"]: each["config"]["meta"]["dagster"]["asset_key"] for each in source["tables"]}
    assert keys == {name: ["fortnox_raw", name] for name in RAW_TABLES}


def test_every_view_and_column_is_described_and_every_tables_key_tested():
    models = yaml.safe_load(staging_files()["_staging.yml"])["models"]
    assert len(models) == len([name for name in staging_files() if name.endswith(".sql")])
    for model in models:
        assert model["description"]
        assert all(each["description"] for each in model["columns"])
        if "__" in model["name"].removeprefix("stg_fortnox__"):
            assert "data_tests" not in model
            continue
        (unique,) = model["data_tests"]
        combination = unique["unique_combination"]["arguments"]["combination_of_columns"]
        assert combination[0] == "company"
        assert set(combination) <= {each["name"] for each in model["columns"]}


def test_personal_data_is_marked_in_sources_and_views():
    (source,) = yaml.safe_load(staging_files()["_sources.yml"])["sources"]
    customers = next(each for each in source["tables"] if each["name"] == "customers")
    email = next(each for each in customers["columns"] if each["name"] == "Email")
    assert email["config"]["meta"]["personal_data"] == "contact"
    models = {each["name"]: each for each in yaml.safe_load(staging_files()["_staging.yml"])["models"]}
    columns = {each["name"]: each for each in models["stg_fortnox__invoices"]["columns"]}
    marked = columns["email_information_email_address_to"]
    assert marked["config"]["meta"]["personal_data"] == "contact"


def test_a_view_the_catalogue_no_longer_gives_is_deleted(tmp_path):
    gone = tmp_path / "stg_fortnox__gadgets.sql"
    gone.write_text("select 1")
    kept = tmp_path / "notes.md"
    kept.write_text("mine")
    write(tmp_path)
    assert not gone.exists()
    assert kept.exists()
    assert (tmp_path / "stg_fortnox__invoices.sql").exists()
