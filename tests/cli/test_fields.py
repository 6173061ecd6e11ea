"""What fortnox.yaml leaves out is nowhere: not in tables, not on local disk, not in what Dagster remembers."""

import pytest

from fortnox_assets.narrowing import narrowings
from fortnox_assets.settings import load_settings
from fortnox_assets.simulator.faults import Fault
from fortnox_assets.warehouse.chosen import chosen_warehouse

ALWAYS = 1_000_000
ONLY = ("--company", "are-cykel", "--financial-year", "2026", "--no-reports")
INVOICES = ("sync", "--endpoint", "invoices", "--endpoint", "customers", *ONLY)
LEFT_OUT = {"invoices": {"exclude": ["InvoiceRows.Description"]}, "customers": {"exclude": ["Name"]}}
SEEN = "Fält som inte finns i katalogen"


def secrets(fortnox) -> set[bytes]:
    """Texts that stand in left out fields alone."""
    company = fortnox.companies["are-cykel"]
    names = {each.body["Name"] for each in company.of("customers")}
    rows = {
        row["Description"] for each in company.of("invoices") for row in each.body["InvoiceRows"] if row["Description"]
    }
    assert names
    assert rows
    return {text.encode() for text in rows}


def found_in_files(terminal, texts) -> list[tuple[str, bytes]]:
    files = [path for path in terminal.state.rglob("*") if path.is_file() and "dbt" not in path.parts]
    assert any("dagster" in path.parts for path in files)
    return [(str(path), text) for path in files for text in texts if text in path.read_bytes()]


def values(terminal, table, path):
    return terminal.query(f"select count(*) from fortnox_raw.{table} where {path}")[0][0]


DESCRIBED = "len(list_filter(InvoiceRows, lambda x: x.Description is not null)) > 0"


@pytest.fixture
def configured(ready):
    def configure(fields=None, **more):
        ready.configure({"are-cykel": {"tenant_id": 900001}}, **({"fields": fields} if fields else {}), **more)
        return ready

    return configure


def test_a_field_that_is_left_out_reaches_no_table_no_spool_no_log_and_no_metadata(configured, fortnox):
    terminal = configured(LEFT_OUT)
    texts = secrets(fortnox)
    newest = fortnox.companies["are-cykel"].of("invoices")[-1].body["DocumentNumber"]
    fortnox.app.faults.script(Fault.SERVER_ERROR, f"/3/invoices/{newest}", times=ALWAYS)
    broken = terminal.run(*INVOICES)
    assert [line.split(": ")[1] for line in broken.failed] == ["invoices"]
    assert list((terminal.state / "spool").rglob("invoices.sqlite"))
    assert found_in_files(terminal, texts) == []

    fortnox.app.faults.clear()
    assert terminal.run(*INVOICES).failed == []
    assert found_in_files(terminal, texts) == []
    assert terminal.count("invoices") > 0
    assert values(terminal, "invoices", DESCRIBED) == 0
    assert values(terminal, "invoices", "len(list_filter(InvoiceRows, lambda x: x.Price is not null)) > 0") > 0
    columns = terminal.query("select column_name from duckdb_columns() where table_name = 'customers'")
    assert ("Name",) not in columns
    assert ("Email",) in columns


def test_narrowing_the_selection_removes_what_is_stored_in_every_partition_after_a_yes(
    configured, fortnox, monkeypatch
):
    terminal = configured()
    words = ("sync", "--endpoint", "invoices", "--company", "are-cykel", "--no-reports")
    assert terminal.run(*words).failed == []
    years = terminal.query("select count(distinct financial_year) from fortnox_raw.invoices")[0][0]
    assert years > 1
    before = terminal.query("select DocumentNumber, Total, CustomerNumber from fortnox_raw.invoices order by all")
    described = values(terminal, "invoices", DESCRIBED)
    assert described > 0

    configured({"invoices": {"exclude": ["InvoiceRows.Description", "YourReference"]}})
    narrower = ("sync", "--endpoint", "invoices", *ONLY)
    refused = terminal.run(*narrower)
    assert refused.code == 2
    assert refused.err == ("fortnox-assets: there is no terminal to ask in; pass --yes to do what is listed above\n")
    assert f"  invoices: YourReference, InvoiceRows.Description ({len(before)} rows)\n" in refused.out
    assert values(terminal, "invoices", DESCRIBED) == described

    with monkeypatch.context() as patch:
        patch.setattr("sys.stdin.isatty", lambda: True, raising=False)
        patch.setattr("rich.prompt.Confirm.ask", lambda *_, **__: False)
        declined = terminal.run(*narrower)
    assert (declined.code, declined.err) == (1, "fortnox-assets: nothing was changed\n")
    assert values(terminal, "invoices", DESCRIBED) == described

    ran = terminal.run(*narrower, "--yes")
    assert ran.failed == []
    assert values(terminal, "invoices", DESCRIBED) == 0
    columns = terminal.query("select column_name from duckdb_columns() where table_name = 'invoices'")
    assert ("YourReference",) not in columns
    after = terminal.query("select DocumentNumber, Total, CustomerNumber from fortnox_raw.invoices order by all")
    assert after == before
    assert found_in_files(terminal, secrets(fortnox)) == []

    settings = load_settings(terminal.environment(), terminal.directory)
    assert narrowings(settings, chosen_warehouse(settings).upkeep()) == []


@pytest.mark.parametrize(
    ("fields", "says"),
    [
        (
            {"customers": {"exclude": ["CustomerNumber"]}},
            "CustomerNumber cannot be left out; rows are told apart by it",
        ),
        (
            {"invoices": {"exclude": ["InvoiceDate"]}},
            "InvoiceDate cannot be left out; rows are put into their financial",
        ),
        ({"customers": {"include": ["Name"]}}, "CustomerNumber cannot be left out"),
        ({"invoices": {"exclude": ["InvoiceRows.Descript"]}}, "did you mean Description"),
        ({"invoices": {"exclude": ["Total.Ore"]}}, "there is no field 'Total.Ore' (in Total); known: none"),
    ],
)
def test_a_selection_that_cannot_be_is_refused_in_one_line(terminal, fields, says):
    terminal.configure({"are-cykel": {"tenant_id": 900001}}, fields=fields)
    assert says in terminal.run("sync").only(2)


@pytest.fixture
def added(fortnox):
    """Fortnox has added fields to customers."""
    company = fortnox.companies["are-cykel"]
    bodies = [each.body for each in company.of("customers")]
    for number, body in enumerate(bodies):
        body["LoyaltySince"] = "" if number == 0 else "2021-05-04"
        body["Loyalty"] = {"Level": 3, "Note": SEEN}
    company.revision += 1
    yield
    for body in bodies:
        del body["LoyaltySince"], body["Loyalty"]
    company.revision += 1


def test_a_field_fortnox_adds_is_told_once_with_what_it_looks_like_and_not_its_value(configured, added, fortnox):
    terminal = configured()
    words = ("sync", "--endpoint", "customers", "--company", "are-cykel", "--no-reports")
    ran = terminal.run(*words)
    lines = [line for line in ran.out.splitlines() if line.startswith("new field")]
    assert lines == [
        "new field  customers.Loyalty: record (Level: integer, Note: text), not copied",
        "new field  customers.LoyaltySince: text (date), not copied",
    ]
    assert found_in_files(terminal, [SEEN.encode(), b"2021-05-04"]) == []
    assert values(terminal, "customers", "true") == terminal.count("customers")
