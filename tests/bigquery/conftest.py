"""A BigQuery on this machine (``gate/server.py``) in an environment of its own, and both warehouses side by side."""

import dataclasses
import datetime as dt
import json
import os
import subprocess
import time
import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import dagster as dg
import pytest
from scripted_bigquery import ScriptedBigQuery, serving
from sync_states import state_at

from fortnox_assets.catalogue.endpoint import Endpoint, PersonalData, Slicing
from fortnox_assets.catalogue.fields import boolean, date, decimal, integer, record, records, text, timestamp
from fortnox_assets.warehouse import bigquery, duckdb
from fortnox_assets.warehouse.bigquery_access import BigQueryAccess
from fortnox_assets.warehouse.bigquery_upkeep import BigQueryUpkeep
from fortnox_assets.warehouse.columns import Caster
from fortnox_assets.warehouse.duckdb_upkeep import DuckDBUpkeep
from fortnox_assets.warehouse.results import Changes, spill
from fortnox_assets.warehouse.sync_state import StoredTables
from fortnox_assets.warehouse.upkeep import Upkeep

ROOT = Path(__file__).parents[2]
GATE_PYTHON = Path(os.environ.get("BIGQUERY_GATE_PYTHON") or ROOT / ".venv-bigquery" / "bin" / "python")
SERVER = Path(__file__).parent / "gate" / "server.py"
# Set, the suite runs on Google's own BigQuery instead, with Application Default Credentials, and costs money.
LIVE_PROJECT = os.environ.get("BQ_LIVE_PROJECT")
PROJECT = LIVE_PROJECT or "our-project"
LOADED_AT = dt.datetime(2026, 9, 30, 8, 0, tzinfo=dt.UTC)
SECONDS_TO_START = 120


@pytest.fixture(scope="session")
def gate_python() -> Path:
    """The Python of the environment with the analyzer and the emulator."""
    if GATE_PYTHON.exists():
        return GATE_PYTHON
    reason = f"{GATE_PYTHON} is missing: make test-bigquery builds it, and needs Python 3.13 for it"
    if os.environ.get("CI"):
        pytest.fail(reason)
    pytest.skip(reason)


@pytest.fixture(scope="session")
def emulator(request, tmp_path_factory):
    """The URL of a running emulator; None for Google's own BigQuery."""
    if LIVE_PROJECT:
        yield None
        return
    gate_python = request.getfixturevalue("gate_python")
    directory = tmp_path_factory.mktemp("bigquery")
    ready, log = directory / "ready.json", directory / "log"
    command = [gate_python, SERVER, "--data-dir", directory / "data", "--ready-file", ready, "--project", PROJECT]
    with log.open("w") as output, subprocess.Popen(command, stdout=output, stderr=output) as process:
        try:
            deadline = time.monotonic() + SECONDS_TO_START
            while not ready.exists():
                assert process.poll() is None, log.read_text()
                assert time.monotonic() < deadline, f"not ready after {SECONDS_TO_START} s: {log.read_text()}"
                time.sleep(0.1)  # another process starts; it cannot be told to be quick
            yield json.loads(ready.read_text())["url"]
        finally:
            process.terminate()


@pytest.fixture(scope="session")
def access(emulator) -> BigQueryAccess:
    """The way into BigQuery."""
    return BigQueryAccess(project=PROJECT, endpoint=emulator, location=os.environ.get("BQ_LIVE_LOCATION") or "EU")


@pytest.fixture
def server() -> Iterator[ScriptedBigQuery]:
    """A BigQuery that answers as it is told, for what no emulator models."""
    script = ScriptedBigQuery()
    with serving(script):
        yield script


@pytest.fixture
def dataset(request) -> Iterator[str]:
    """A dataset nobody else uses; removed from Google's BigQuery afterwards."""
    name = f"raw_{uuid.uuid4().hex[:12]}"
    yield name
    if LIVE_PROJECT:
        client = request.getfixturevalue("access").client()
        client.delete_dataset(name, delete_contents=True, not_found_ok=True)
        client.close()


@dataclass(frozen=True, kw_only=True)
class Warehouse:
    """One of the two, as a test needs it. ``table`` gives a table's name in SQL, ``storage`` names the warehouse."""

    storage: str
    manager: object
    dataset: str
    query: Callable[..., list[tuple]]
    ensure: Callable[..., None]
    stored: StoredTables
    upkeep: Upkeep

    def table(self, name: str) -> str:
        return f"{self.dataset}.{name}"


@pytest.fixture
def in_bigquery(access, dataset) -> Iterator[Warehouse]:
    manager = bigquery.FortnoxBigQueryIOManager(
        project=PROJECT, dataset=dataset, endpoint=access.endpoint, location=access.location
    )
    with bigquery.stored_in(access, dataset) as stored:
        yield Warehouse(
            storage="bigquery",
            manager=manager,
            dataset=dataset,
            query=lambda sql, *params: bigquery.query(access, sql, params),
            ensure=lambda tables, selections=None: bigquery.ensure_raw_tables(access, dataset, tables, selections),
            stored=stored,
            upkeep=BigQueryUpkeep(access, dataset),
        )


@pytest.fixture
def in_duckdb(tmp_path, dataset) -> Warehouse:
    database = tmp_path / "fortnox.duckdb"
    return Warehouse(
        storage="duckdb",
        manager=duckdb.FortnoxDuckDBIOManager(database=str(database), schema=dataset),
        dataset=dataset,
        query=lambda sql, *params: duckdb.query(database, sql, params),
        ensure=lambda tables, selections=None: duckdb.ensure_raw_tables(database, dataset, tables, selections),
        stored=duckdb.DuckDBStored(database, dataset),
        upkeep=DuckDBUpkeep(database, dataset),
    )


@pytest.fixture(params=["duckdb", "bigquery"])
def warehouse(request) -> Warehouse:
    """Each of the two."""
    return request.getfixturevalue(f"in_{request.param}")


@pytest.fixture
def invoices() -> Endpoint:
    """A dated table with one field of every type."""
    return Endpoint(
        name="invoices",
        title="Invoices",
        group="fortnox_sales",
        description="Customer invoices.",
        key=("DocumentNumber",),
        path="/3/invoices",
        wrapper="Invoices",
        scope="invoice",
        slicing=Slicing.DATE_FIELD,
        date_field="InvoiceDate",
        fields=(
            text("DocumentNumber", "Number of the invoice."),
            date("InvoiceDate", "Date of the invoice."),
            text("CustomerName", "Who is invoiced.", personal=PersonalData.NAME),
            decimal("Total", "Sum including VAT."),
            integer("VoucherNumber", "Voucher it was booked with."),
            boolean("Cancelled", "Whether it was cancelled."),
            timestamp("SentAt", "When it was sent."),
            record("EmailInformation", "How it is sent.", text("EmailAddressTo", "To."), integer("Copies", "Copies.")),
            records(
                "InvoiceRows",
                "What is invoiced.",
                decimal("Price", "Price of one."),
                text("Description", "Row text."),
                records("Labels", "Labels of the row.", integer("Id", "Label.")),
            ),
        ),
    )


@pytest.fixture
def customers() -> Endpoint:
    """A register: partitioned by company alone."""
    return Endpoint(
        name="customers",
        title="Customers",
        group="fortnox_registers",
        description="Who is sold to.",
        key=("CustomerNumber",),
        path="/3/customers",
        wrapper="Customers",
        scope="customer",
        fields=(text("CustomerNumber", "Number."), text("Name", "Name.", personal=PersonalData.NAME)),
    )


@pytest.fixture
def snapshot(tmp_path):
    """A snapshot of the given rows, in one batch, as an asset would return it."""

    def make(table, rows, company="are-cykel", label=2024, **more):
        label = label if table.by_financial_year else None
        given = {name: more.pop(name) for name in ("state", "anew") if name in more}
        caster = Caster(table, more.pop("selection", None), company, label, LOADED_AT, "run-1", **more)
        return dataclasses.replace(spill([rows], caster, tmp_path / "spool"), **given)

    return make


@pytest.fixture
def changes(snapshot):
    """Changes of the given rows and deleted keys, in one batch, as an asset would return them."""

    def make(table, rows, deleted=(), hour=9, **more):
        return Changes.of(snapshot(table, rows, **more), state_at(hour), tuple(deleted))

    return make


@pytest.fixture
def instance():
    with dg.DagsterInstance.ephemeral() as instance:
        instance.add_dynamic_partitions("fortnox_company", ["are-cykel", "bjork-konsult"])
        instance.add_dynamic_partitions("fortnox_financial_year", ["2023", "2024"])
        yield instance


@pytest.fixture
def store(instance):
    """Stores a result through Dagster, in the partition it is for; the metadata of its materialisation."""

    def run(warehouse, result):
        table = result.table
        companies = dg.DynamicPartitionsDefinition(name="fortnox_company")
        years = dg.DynamicPartitionsDefinition(name="fortnox_financial_year")
        both = dg.MultiPartitionsDefinition({"company": companies, "financial_year": years})
        columns = {"company": "company", "financial_year": "financial_year"}

        @dg.asset(
            key=["fortnox_raw", table.name],
            partitions_def=both if table.by_financial_year else companies,
            metadata={"partition_expr": columns if table.by_financial_year else "company"},
            io_manager_key="warehouse",
        )
        def copied():
            return result

        cell = {name: str(value) for name, value in result.cell.items()}
        key = dg.MultiPartitionKey(cell) if table.by_financial_year else result.company
        done = dg.materialize(
            [copied], partition_key=key, instance=instance, resources={"warehouse": warehouse.manager}
        )
        [event] = done.get_asset_materialization_events()
        return {name: value.value for name, value in event.materialization.metadata.items()}

    return run
