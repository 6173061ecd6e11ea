import subprocess
import sys

import pytest

IMPORTED = """
import sys
from fortnox_assets.cli import main
try:
    main()
finally:
    slow = {"dagster", "dbt", "duckdb", "pyarrow"} & set(sys.modules)
    print("imported:", sorted(slow), file=sys.stderr)
"""
WRONG_FILES = {
    "companies: [": "fortnox.yaml: line 1: is not valid YAML: ",
    "companies:\n  are-cykel:\n   tenant_id: 1\n  are-cykel:\n   tenant_id: 2\n": (
        "fortnox.yaml: line 4: is not valid YAML: the key 'are-cykel' is there twice"
    ),
    "a tab:\tand\x00nothing": "fortnox.yaml: cannot be read: ",
    "": "fortnox.yaml: must begin with 'companies:'; see README.md for an example",
    "companies: {}": "fortnox.yaml: companies: needs at least one entry",
    "companies: {Åre: {tenant_id: 1}}": "fortnox.yaml: companies.Åre: must match ^[a-z0-9][a-z0-9-]*$",
    "companies: {a: {tenant: 1}}": "fortnox.yaml: companies.a.tenant: found 1; is not a key that can be set here",
    "companies: {a: {tenant_id: 1, ledger: sei}}": (
        "fortnox.yaml: companies.a.ledger: found 'sei'; allowed: 'sie', 'vouchers' or 'sie_file'"
    ),
    "companies: {a: {ledger: sie}}": (
        "fortnox.yaml: companies.a: needs tenant_id (Fortnox DatabaseNumber), unless its ledger is sie_file"
    ),
    "companies: {a: {tenant_id: 1}}\nendpoints: {include: [custmers]}": (
        "fortnox.yaml: endpoints: there is no endpoint 'custmers'; did you mean customers or"
    ),
    "companies: {a: {tenant_id: 1}}\nfields: {customers: {exclude: [Phne1]}}": (
        "fortnox.yaml: fields.customers: there is no field 'Phne1'; did you mean Phone1 or"
    ),
}
WRONG_VARIABLES = {
    ("FORTNOX_API_URL", "api.fortnox.se"): "must be an address such as https://api.fortnox.se",
    ("FORTNOX_API_URL", "https://"): "must be an address such as https://api.fortnox.se",
    ("FORTNOX_API_URL", "https://api..se"): "must be an address such as https://api.fortnox.se",
    ("FORTNOX_AUTH_URL", "https://apps.fortnox.se:https"): "must be an address such as https://api.fortnox.se",
    ("FORTNOX_AS_OF", "tomorrow"): "input should be a valid date",
    ("FORTNOX_RAW_DATASET", "fortnox-raw"): "must match ",
    ("FORTNOX_REQUESTS_PER_WINDOW", "0"): "input should be greater than or equal to 1",
    ("FORTNOX_WAREHOUSE", "snowflake"): "allowed: 'duckdb' or 'bigquery'",
}


@pytest.mark.parametrize("words", [["--help"], ["sync", "--help"], ["sync", "--frobnicate"]])
def test_help_and_usage_answer_before_anything_slow_is_imported(words):
    done = subprocess.run([sys.executable, "-c", IMPORTED, *words], capture_output=True, text=True, check=False)
    assert done.returncode == (2 if "--frobnicate" in words else 0)
    assert "imported: []" in done.stderr
    assert ("--no-reports" in done.stdout) == (words == ["sync", "--help"])


@pytest.mark.parametrize("command", ["sync", "companies"])
def test_a_missing_fortnox_yaml_says_how_to_make_one(terminal, command):
    (terminal.directory / "fortnox.yaml").unlink()
    said = terminal.run(command).only(2)
    assert said == "fortnox.yaml: not found; copy fortnox.example.yaml to it and fill in your companies"


@pytest.mark.parametrize("text", WRONG_FILES)
def test_a_malformed_fortnox_yaml_is_one_line_about_the_place(terminal, text):
    terminal.write(text)
    said = terminal.run("sync").only(2)
    assert said.startswith(WRONG_FILES[text])
    assert terminal.run("companies").only(2) == said


def test_a_fortnox_yaml_that_is_no_text_is_one_line(terminal):
    (terminal.directory / "fortnox.yaml").write_bytes("companies: {åre: {}}".encode("cp437"))
    assert terminal.run("sync").only(2).startswith("fortnox.yaml: cannot be read: ")


def test_an_env_file_that_is_no_text_is_one_line(terminal):
    (terminal.directory / ".env").write_bytes("FORTNOX_CLIENT_ID=åre".encode("cp437"))
    assert terminal.run("sync").only(2) == ".env: cannot be read: is not UTF-8 text"


@pytest.mark.parametrize(("name", "value"), WRONG_VARIABLES)
def test_a_variable_with_a_wrong_value_is_one_line_naming_it(terminal, name, value):
    said = terminal.run("companies", **{name: value}).only(2)
    assert said.startswith(f"environment: {name}: found '{value}'; {WRONG_VARIABLES[name, value]}")


def test_a_warehouse_that_cannot_be_opened_is_one_line_before_anything_is_asked_of_fortnox(terminal):
    wanted = {"FORTNOX_WAREHOUSE": "bigquery", "BIGQUERY_PROJECT": "books", "BIGQUERY_CREDENTIALS_FILE": "none.json"}
    said = terminal.run("sync", **wanted).only(1)
    assert said.startswith("BIGQUERY_CREDENTIALS_FILE: ")
    assert said.endswith("none.json: cannot be read: No such file or directory")
    assert not terminal.database.exists()


def test_a_company_nobody_configured_is_refused_with_those_that_are(terminal):
    said = terminal.run("sync", "--company", "are-cykel", "--company", "are-cykl").only(2)
    assert said == "fortnox.yaml: companies: there is no company 'are-cykl'; configured: are-cykel, bjork-konsult"


def test_an_unknown_endpoint_is_refused_with_those_that_look_like_it(terminal):
    said = terminal.run("sync", "--endpoint", "invoices", "--endpoint", "custmers").only(2)
    assert said.startswith("--endpoint: there is no copied endpoint 'custmers'; did you mean customers or ")


def test_an_endpoint_that_is_left_out_is_refused_instead_of_quietly_not_copied(terminal):
    terminal.configure({"are-cykel": {"tenant_id": 900001}}, endpoints={"exclude": ["customers"]})
    said = terminal.run("sync", "--endpoint", "customers").only(2)
    assert said == "--endpoint: customers is not copied; change endpoints in fortnox.yaml to have it copied"


def test_a_financial_year_no_company_has_is_refused_with_those_there_are(ready):
    said = ready.run("sync", "--financial-year", "1999").only(2)
    assert said == "--financial-year 1999: no chosen company has that year; known: 2023, 2024, 2025, 2026"


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (
            ("--size", "huge"),
            "--size: found 'huge'; allowed: tiny, small, medium, large, or vouchers a year as a number",
        ),
        (("--host", "300.0.0.1", "--port", "0"), "cannot listen on 300.0.0.1:0: "),
    ],
)
def test_a_simulator_that_cannot_start_is_one_line(terminal, words, said):
    assert terminal.run("simulator", *words).only(2).startswith(said)


def test_a_port_that_is_taken_is_one_line(terminal, fortnox):
    port = fortnox.url.rpartition(":")[2]
    said = terminal.run("simulator", "--port", port).only(2)
    assert said == f"cannot listen on 127.0.0.1:{port}: Address already in use; choose another --host or --port"


def test_a_port_that_cannot_be_is_a_usage_error(terminal):
    ran = terminal.run("simulator", "--port", "70000")
    assert (ran.code, ran.out) == (2, "")
    assert "--port" in ran.err


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--ledger", "sei"), "--ledger: found 'sei'; allowed: sie, vouchers"),
        (("--directory", "/proc/demo"), "/proc/demo: cannot be written: No such file or directory"),
    ],
)
def test_a_demo_that_cannot_start_is_one_line(terminal, words, said):
    ran = terminal.run("demo", *words)
    assert (ran.code, ran.err) == (2, f"fortnox-assets: {said}\n")


def test_the_simulator_takes_a_free_port_says_where_it_is_and_stops_quietly():
    command = [sys.executable, "-c", "from fortnox_assets.cli import main; main()", "simulator", "--port", "0"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        said = [process.stdout.readline() for _ in range(8)]
        process.terminate()
        rest, error = process.communicate(timeout=30)
    assert said[0].startswith("A simulated Fortnox is listening on http://127.0.0.1:")
    assert "company are-cykel: tenant_id 900001\n" in said
    assert (process.returncode, rest, error) == (0, "", "")
