import datetime as dt
from pathlib import Path

import pytest

from fortnox_assets.settings import load_settings
from fortnox_assets.settings_errors import SettingsError

COMPANY = "companies:\n  are-cykel:\n    tenant_id: 900001\n"


def refused(tmp_path: Path, yaml: str, **environ: str) -> str:
    (tmp_path / "fortnox.yaml").write_text(yaml, encoding="utf-8")
    with pytest.raises(SettingsError) as caught:
        load_settings(environ, tmp_path)
    message = str(caught.value)
    assert "\n" not in message
    return message


def test_defaults_need_nothing_but_a_directory(tmp_path):
    settings = load_settings({}, tmp_path)
    assert settings.companies == {}
    assert settings.environment.fortnox_api_url == "https://api.fortnox.se"
    assert settings.environment.fortnox_warehouse == "duckdb"
    assert settings.duckdb_path == tmp_path / "data" / "fortnox.duckdb"


def test_the_contracts_example_is_read_as_written(tmp_path):
    (tmp_path / "fortnox.yaml").write_text(
        """
companies:
  are-cykel:
    tenant_id: 900001
    auth: client_credentials
    ledger: sie
    ledger_by_year: {2023: sie_file}
    vat_period: quarter
endpoints:
  include: [invoices, customers]
fields:
  customers: {exclude: [Phone1, Phone2, Email]}
  employees: {include: [EmployeeId, CostCenter]}
new_fields: report
""",
        encoding="utf-8",
    )
    settings = load_settings({}, tmp_path)
    company = settings.company("are-cykel")
    assert (company.ledger_source(2023), company.ledger_source(2024)) == ("sie_file", "sie")
    assert settings.chosen_fields("customers").exclude == ("Phone1", "Phone2", "Email")
    assert settings.config.endpoints.include == ("invoices", "customers")


def test_the_environment_wins_over_dotenv_and_an_empty_variable_counts_as_unset(tmp_path):
    (tmp_path / ".env").write_text("FORTNOX_STATE_DIR=from_file\nFORTNOX_CLIENT_ID=file-id\n", encoding="utf-8")
    settings = load_settings({"FORTNOX_STATE_DIR": "from_environment", "FORTNOX_RAW_DATASET": ""}, tmp_path)
    assert settings.state_dir == tmp_path / "from_environment"
    assert settings.environment.fortnox_client_id == "file-id"
    assert settings.environment.fortnox_raw_dataset == "fortnox_raw"


def test_the_reporting_date_is_the_one_asked_for(tmp_path):
    assert load_settings({"FORTNOX_AS_OF": "2026-09-30"}, tmp_path).as_of == dt.date(2026, 9, 30)


def test_a_wrong_value_names_file_key_what_was_found_and_what_is_allowed(tmp_path):
    assert (
        refused(tmp_path, COMPANY + "    ledger: sie5\n")
        == "fortnox.yaml: companies.are-cykel.ledger: found 'sie5'; allowed: 'sie', 'vouchers' or 'sie_file'"
    )


def test_a_key_nobody_knows_is_named(tmp_path):
    assert "companies.are-cykel.ledgr: " in refused(tmp_path, COMPANY + "    ledgr: sie\n")


def test_a_company_without_tenant_must_live_on_uploaded_files(tmp_path):
    assert "needs tenant_id" in refused(tmp_path, "companies:\n  ovnbolag:\n    ledger: sie\n")
    (tmp_path / "fortnox.yaml").write_text("companies:\n  ovnbolag:\n    ledger: sie_file\n", encoding="utf-8")
    assert not load_settings({}, tmp_path).company("ovnbolag").is_connected


def test_a_company_key_that_cannot_name_a_partition_is_refused(tmp_path):
    assert "companies.Åre Cykel" in refused(tmp_path, "companies:\n  Åre Cykel:\n    tenant_id: 1\n")


def test_an_unknown_endpoint_gets_the_names_that_look_like_it(tmp_path):
    message = refused(tmp_path, COMPANY + "endpoints:\n  include: [invoises]\n")
    assert message.startswith("fortnox.yaml: endpoints: there is no endpoint 'invoises'; did you mean invoices")


def test_an_unknown_field_gets_the_names_that_look_like_it(tmp_path):
    message = refused(tmp_path, COMPANY + "fields:\n  customers: {exclude: [Phone]}\n".replace("Phone", "Emial"))
    assert message.startswith("fortnox.yaml: fields.customers: there is no field 'Emial'; did you mean Email")


def test_include_and_exclude_together_are_refused(tmp_path):
    assert "both include and exclude" in refused(
        tmp_path, COMPANY + "endpoints: {include: [invoices], exclude: [me]}\n"
    )


def test_broken_yaml_is_one_line_with_its_line_number(tmp_path):
    assert refused(tmp_path, "companies:\n  - [\n").startswith("fortnox.yaml: line 3: is not valid YAML")


def test_a_file_that_is_not_a_mapping_is_refused(tmp_path):
    assert "must begin with 'companies:'" in refused(tmp_path, "hello")


def test_a_wrong_variable_is_named_as_a_variable(tmp_path):
    assert refused(tmp_path, COMPANY, FORTNOX_WAREHOUSE="snowflake") == (
        "environment: FORTNOX_WAREHOUSE: found 'snowflake'; allowed: 'duckdb' or 'bigquery'"
    )


def test_bigquery_needs_a_project(tmp_path):
    assert "BIGQUERY_PROJECT" in refused(tmp_path, COMPANY, FORTNOX_WAREHOUSE="bigquery")


def test_credentials_are_asked_for_only_when_used_and_never_shown(tmp_path):
    settings = load_settings({"FORTNOX_CLIENT_ID": "id"}, tmp_path)
    with pytest.raises(SettingsError, match="FORTNOX_CLIENT_SECRET: is not set"):
        settings.credentials()
    secret = load_settings({"FORTNOX_CLIENT_ID": "id", "FORTNOX_CLIENT_SECRET": "hush"}, tmp_path)
    assert "hush" not in repr(secret)
    assert secret.credentials()[1].get_secret_value() == "hush"


def test_an_unknown_company_gets_the_configured_ones(tmp_path):
    (tmp_path / "fortnox.yaml").write_text(COMPANY, encoding="utf-8")
    with pytest.raises(SettingsError, match="no company 'acme'; configured: are-cykel"):
        load_settings({}, tmp_path).company("acme")
