"""The sample companies' documents in raw tables, and the sales and document reports dbt makes of them.

Nothing goes over the network: bodies are taken from the simulator as Fortnox would answer, ledgers from its SIE files,
except one company's, whose ledger is its vouchers. Built once for the whole folder.
"""

import datetime as dt
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import duckdb
import pyarrow as pa
import pytest

from fortnox_assets.catalogue import RAW_TABLES
from fortnox_assets.catalogue.sie_tables import SIE_TABLES
from fortnox_assets.extract.financial_years import FinancialYear
from fortnox_assets.extract.ledger import LedgerFile, sie_rows
from fortnox_assets.sie import writer
from fortnox_assets.simulator.company import Row, SimulatedCompany
from fortnox_assets.simulator.sample_companies import sample_companies
from fortnox_assets.warehouse.columns import Caster
from fortnox_assets.warehouse.duckdb import ensure_raw_tables

PROJECT = Path(__file__).parents[2] / "dbt_project"
LOADED = dt.datetime(2026, 9, 30, tzinfo=dt.UTC)
BY_VOUCHERS = "bjork-konsult"
DATED = {"invoices": "InvoiceDate", "orders": "OrderDate", "offers": "OfferDate", "supplier_invoices": "InvoiceDate"}
BY_YEAR_ID = {
    "vouchers": "Year",
    "accounts": "Year",
    "voucher_series": "Year",
    "voucher_file_connections": "VoucherYear",
}
WHOLE = (
    "company_information",
    "financial_years",
    "customers",
    "articles",
    "cost_centers",
    "projects",
    "predefined_accounts",
    "predefined_voucher_series",
    "stock_balance",
    "supplier_invoice_file_connections",
    "article_file_connections",
    "asset_file_connections",
    "attachments",
)
REPORTS = (
    "rpt_sales_reconciliation",
    "rpt_order_backlog",
    "fct_offer_line",
    "rpt_stock",
    "fct_voucher_row_history",
    "rpt_document_coverage",
    "int_findings_sales",
    "dim_customer",
    "dim_cost_center",
    "dim_project",
)


@pytest.fixture(scope="session")
def companies() -> list[SimulatedCompany]:
    """The sample companies, after somebody has struck a row in a voucher of the one whose ledger is its vouchers."""
    made = sample_companies("tiny")
    company = next(each for each in made if each.key == BY_VOUCHERS)
    voucher = next(each for each in reversed(company.of("vouchers")) if each.body["VoucherSeries"] == "A")
    key = voucher.body["Year"], voucher.body["VoucherSeries"], voucher.body["VoucherNumber"]
    struck = voucher.body["VoucherRows"][0]
    amount = struck["Debit"] - struck["Credit"]
    company.edit_voucher(*key, strike=(0,), add=(Row(5460, amount),))
    return made


class Raw:
    """Fills raw tables of a DuckDB file."""

    def __init__(self, database: Path, files: Path) -> None:
        ensure_raw_tables(database, "fortnox_raw", RAW_TABLES.values())
        self.connection = duckdb.connect(str(database))
        self.files = files

    def add(self, table: str, company: str, label: int | None, rows: list[dict[str, object]]) -> None:
        caster = Caster(RAW_TABLES[table], None, company, label, LOADED, "run")
        self.connection.register("batch", pa.Table.from_batches([caster.batch(rows)]))
        self.connection.execute(f"insert into fortnox_raw.{table} by name select * from batch")
        self.connection.unregister("batch")

    def add_company(self, company: SimulatedCompany) -> None:
        for name in WHOLE:
            self.add(name, company.key, None, bodies(company, name))
        for each in company.years:
            year = FinancialYear(id=each.id, from_date=each.from_date, to_date=each.to_date, accounting_method=None)
            for name, field in BY_YEAR_ID.items():
                rows = [body for body in bodies(company, name) if body[field] == year.id]
                self.add(name, company.key, year.label, [self._copied(company, name, body) for body in rows])
            for name, field in DATED.items():
                rows = [body for body in bodies(company, name) if each.holds(dt.date.fromisoformat(body[field]))]
                self.add(name, company.key, year.label, rows)
            self._add_ledger(company, year)
            self._add_files(company, year)

    def _add_files(self, company: SimulatedCompany, year: FinancialYear) -> None:
        """The year's files of vouchers as they were fetched: every third of them Fortnox did not have any more."""
        links = [
            body["FileId"] for body in bodies(company, "voucher_file_connections") if body["VoucherYear"] == year.id
        ]
        rows = [
            {"FileId": file_id, "Status": "missing"} if place % 3 == 1 else stored_file(file_id)
            for place, file_id in enumerate(links)
        ]
        self.add("documents", company.key, year.label, rows)

    @staticmethod
    def _copied(company: SimulatedCompany, name: str, body: dict[str, object]) -> dict[str, object]:
        by_file = name == "vouchers" and company.key != BY_VOUCHERS
        return body | {"VoucherRows": None} if by_file else body

    def _add_ledger(self, company: SimulatedCompany, year: FinancialYear) -> None:
        path = self.files / f"{company.key}-{year.id}.se"
        with path.open("wb") as out:
            writer.write(company.sie(year.id), out)
        source = "vouchers" if company.key == BY_VOUCHERS else "sie"
        file = LedgerFile(path=path, name=path.name, financial_year=year, source=source)
        for table in SIE_TABLES:
            for rows in sie_rows(file, table.name):
                self.add(table.name, company.key, year.label, rows)


def stored_file(file_id: str) -> dict[str, object]:
    return {
        "FileId": file_id,
        "Name": f"{file_id}.pdf",
        "Status": "stored",
        "MediaType": "application/pdf",
        "Size": 100,
        "Sha256": "0" * 64,
        "Location": f"file:///documents/{file_id}.pdf",
        "FetchedAt": "2026-09-30T10:00:00+00:00",
    }


def bodies(company: SimulatedCompany, endpoint: str) -> list[dict]:
    return [each.body for each in company.documents.get(endpoint, ())]


@pytest.fixture(scope="session")
def documents(companies) -> Callable[[str], Iterator[tuple[str, dict]]]:
    """Company key and body of every document of an endpoint, as Fortnox answers."""
    return lambda endpoint: ((each.key, body) for each in companies for body in bodies(each, endpoint))


Dbt = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture(scope="session")
def dbt(tmp_path_factory) -> Dbt:
    """Runs dbt as a program on a DuckDB file."""
    target = tmp_path_factory.mktemp("target")

    def run(database: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
        environment = os.environ | {
            "DUCKDB_PATH": str(database),
            "FORTNOX_WAREHOUSE": "duckdb",
            "FORTNOX_RAW_DATASET": "fortnox_raw",
            "FORTNOX_REPORTING_DATASET": "books",
            "FORTNOX_AS_OF": "2026-09-30",
        }
        places = ["--project-dir", PROJECT, "--profiles-dir", PROJECT, "--target-path", target, "--log-path", target]
        program = Path(sys.executable).parent / "dbt"
        return subprocess.run(
            [program, *arguments, *places], env=environment, capture_output=True, text=True, check=False
        )

    return run


@pytest.fixture(scope="session")
def database(tmp_path_factory, companies, dbt) -> Path:
    """A DuckDB file with the raw tables, the reports and everything they are made of, tested by dbt."""
    path = tmp_path_factory.mktemp("warehouse") / "warehouse.duckdb"
    raw = Raw(path, tmp_path_factory.mktemp("files"))
    for company in companies:
        raw.add_company(company)
    raw.connection.close()
    chosen = [f"+{name}" for name in REPORTS]
    built = dbt(
        path, "build", "--quiet", "--select", *chosen, "--exclude", "path:models/staging,resource_type:test",
        "test_type:unit", "--indirect-selection", "buildable",
    )  # fmt: skip
    assert built.returncode == 0, built.stdout + built.stderr
    return path


@pytest.fixture
def query(database) -> Callable[..., list[tuple]]:
    """Rows of a query on the built reports."""

    def run(sql: str, *parameters: object) -> list[tuple]:
        with duckdb.connect(str(database), read_only=True) as connection:
            return connection.execute(sql, parameters).fetchall()

    return run
