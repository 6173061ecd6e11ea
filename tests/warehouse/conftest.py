import datetime as dt

import dagster as dg
import pytest

from fortnox_assets.catalogue.endpoint import Endpoint, PersonalData, Slicing
from fortnox_assets.catalogue.fields import boolean, date, decimal, integer, record, records, text, timestamp
from fortnox_assets.warehouse.columns import Caster
from fortnox_assets.warehouse.duckdb import FortnoxDuckDBIOManager
from fortnox_assets.warehouse.results import spill

LOADED_AT = dt.datetime(2026, 9, 30, 8, 0, tzinfo=dt.UTC)


@pytest.fixture
def invoices():
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
            record(
                "EmailInformation", "How it is sent.", text("EmailAddressTo", "Receiver."), integer("Copies", "Copies.")
            ),
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
def customers():
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
def caster():
    def make(table, company="are-cykel", label=2024, **more):
        label = label if table.by_financial_year else None
        return Caster(table, more.pop("selection", None), company, label, LOADED_AT, "run-1", **more)

    return make


@pytest.fixture
def snapshot(caster, tmp_path):
    """A snapshot of the given rows, in one batch, as an asset would return it."""

    def make(table, rows, company="are-cykel", label=2024, **more):
        return spill([rows], caster(table, company, label, **more), tmp_path / "spool")

    return make


@pytest.fixture
def database(tmp_path):
    return tmp_path / "fortnox.duckdb"


@pytest.fixture
def manager(database):
    return FortnoxDuckDBIOManager(database=str(database), schema="fortnox_raw")


@pytest.fixture
def instance():
    with dg.DagsterInstance.ephemeral() as instance:
        instance.add_dynamic_partitions("fortnox_company", ["are-cykel", "bjork-konsult"])
        instance.add_dynamic_partitions("fortnox_financial_year", ["2023", "2024"])
        yield instance


@pytest.fixture
def materialize(manager, instance):
    """Runs one asset that returns ``result`` for ``table``, through Dagster, in the partition of ``cell``."""

    def run(table, result, *, cell="of the result", raise_on_error=True):
        companies = dg.DynamicPartitionsDefinition(name="fortnox_company")
        years = dg.DynamicPartitionsDefinition(name="fortnox_financial_year")
        columns = {"company": "company", "financial_year": "financial_year"}
        both = dg.MultiPartitionsDefinition({"company": companies, "financial_year": years})
        partitions, expression = (both, columns) if table.by_financial_year else (companies, "company")

        @dg.asset(
            key=["fortnox_raw", table.name],
            partitions_def=None if cell is None else partitions,
            metadata={"partition_expr": expression},
            io_manager_key="warehouse",
        )
        def copied():
            return result

        return dg.materialize(
            [copied],
            partition_key=_key(result.cell if cell == "of the result" else cell),
            instance=instance,
            resources={"warehouse": manager},
            raise_on_error=raise_on_error,
        )

    return run


def _key(cell):
    if cell is None:
        return None
    if len(cell) == 1:
        return cell["company"]
    return dg.MultiPartitionKey({name: str(value) for name, value in cell.items()})
