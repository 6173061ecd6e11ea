"""The sample companies' documents and vouchers in raw tables, beside a company where nothing fits, and dbt's reports.

Built once for the whole folder, at the samples' own date and once more at an earlier one.
"""

import datetime as dt
import os
import subprocess
import sys
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path

import duckdb
import pyarrow as pa
import pytest

from fortnox_assets.catalogue import RAW_TABLES
from fortnox_assets.simulator.sample_companies import TODAY, sample_companies
from fortnox_assets.warehouse.columns import Caster
from fortnox_assets.warehouse.duckdb import ensure_raw_tables

PROJECT = Path(__file__).parents[2] / "dbt_project"
LOADED = dt.datetime(2026, 9, 30, tzinfo=dt.UTC)
EARLIER = dt.date(2025, 6, 15)
REGISTERS = ("company_information", "financial_years", "customers", "suppliers", "modes_of_payments", "tax_reductions")
DOCUMENTS = ("invoices", "invoice_payments", "supplier_invoices", "supplier_invoice_payments", "vouchers", "accounts")
REPORTS = (
    "+int_findings_subledgers",
    "+rpt_ar_ageing",
    "+rpt_ap_ageing",
    "+rpt_dso_dpo",
    "+rpt_liquidity_forecast",
    "fct_payment_ap",
    "+fct_general_ledger",
    "seed_checks",
)
# What depends on the reporting date.
DATED = (
    "int_balances_as_of",
    "int_subledger_open_items",
    "int_subledger_postings",
    "int_subledger_differences",
    "int_findings_subledgers",
    "fct_ar_open_item",
    "fct_ap_open_item",
    "rpt_ar_ageing",
    "rpt_ap_ageing",
    "rpt_subledger_reconciliation",
    "rpt_dso_dpo",
)

# The crooked company, 2026. (series, number, day, reference type, reference, [(account, amount)])
VOUCHERS = [
    ("B", 1, "2026-01-10", "INVOICE", "1", [(1510, "1250"), (3001, "-1000"), (2611, "-250")]),
    ("B", 2, "2026-01-11", "INVOICE", "2", [(1510, "90"), (3001, "-90")]),
    ("B", 3, "2026-01-12", "INVOICE", "99", [(1510, "11"), (3001, "-11")]),
    ("C", 1, "2026-02-10", "INVOICEPAYMENT", "1", [(1930, "250"), (1510, "-250")]),
    ("A", 1, "2026-02-28", "MANUAL", "", [(1510, "7"), (3001, "-7")]),
    ("A", 2, "2026-02-28", "MANUAL", "", [(1510, "-3"), (7960, "3")]),
    ("A", 3, "2026-02-28", "MANUAL", "", [(1513, "500"), (3001, "-500")]),
]
INVOICE = {"Booked": True, "Currency": "SEK", "CustomerNumber": "1", "DueDate": "2026-02-09"}
INVOICES = [
    INVOICE | {"DocumentNumber": "1", "InvoiceDate": "2026-01-10", "Total": 1250, "Balance": 1001, "VoucherNumber": 1},
    INVOICE | {"DocumentNumber": "2", "InvoiceDate": "2026-01-11", "Total": 100, "Balance": 100, "VoucherNumber": 2},
    INVOICE | {"DocumentNumber": "3", "InvoiceDate": "2026-01-12", "Total": 5, "Balance": 5, "NoxFinans": True},
    INVOICE | {"DocumentNumber": "4", "InvoiceDate": "2026-01-12", "Total": 8, "Balance": 8, "VoucherNumber": 77},
    INVOICE | {"DocumentNumber": "5", "InvoiceDate": "2026-01-12", "Total": 9, "Balance": 9, "Booked": False},
    INVOICE | {"DocumentNumber": "6", "InvoiceDate": "2026-01-12", "Total": 9, "Balance": 9, "Cancelled": True},
    INVOICE | {"DocumentNumber": "7", "InvoiceDate": "2026-01-12", "Total": 9, "AccountingMethod": "CASH"},
]
PAYMENT = {"InvoiceNumber": "1", "PaymentDate": "2026-02-10", "Currency": "SEK", "Booked": True}
PAYMENTS = [
    PAYMENT | {"Number": "1", "Amount": 250, "AmountCurrency": 250, "VoucherNumber": 1, "VoucherSeries": "C"},
    PAYMENT | {"Number": "2", "Amount": 400, "AmountCurrency": 400, "Booked": False},
]


def crooked_company() -> dict[str, list[dict[str, object]]]:
    accounts = {account: account for voucher in VOUCHERS for account, _ in voucher[5]}
    vouchers = []
    for series, number, day, kind, reference, rows in VOUCHERS:
        voucher_rows = [
            {"Account": account, "Debit": max(Decimal(amount), 0), "Credit": max(-Decimal(amount), 0), "Removed": False}
            for account, amount in rows
        ]
        voucher = {"Year": 1, "VoucherSeries": series, "VoucherNumber": number, "TransactionDate": day}
        voucher |= {"ReferenceType": kind, "ReferenceNumber": reference, "VoucherRows": voucher_rows}
        vouchers.append(voucher)
    linked = [{"VoucherSeries": "B", "VoucherYear": 1 if "VoucherNumber" in row else None} | row for row in INVOICES]
    return {
        "financial_years": [{"Id": 1, "FromDate": "2026-01-01", "ToDate": "2026-12-31", "AccountingMethod": "ACCRUAL"}],
        "accounts": [{"Year": 1, "Number": each, "BalanceBroughtForward": Decimal(0)} for each in accounts],
        "vouchers": vouchers,
        "invoices": linked,
        "invoice_payments": [{"VoucherYear": 1} | row for row in PAYMENTS],
    }


@pytest.fixture(scope="session")
def companies():
    return {company.key: company for company in sample_companies("tiny")}


def raw_rows(companies) -> dict[str, dict[str, list[dict[str, object]]]]:
    rows = {
        key: {name: [each.body for each in company.of(name)] for name in REGISTERS + DOCUMENTS}
        for key, company in companies.items()
    }
    return rows | {"crooked": crooked_company()}


def write(database: Path, rows: dict[str, dict[str, list[dict[str, object]]]]) -> None:
    ensure_raw_tables(database, "fortnox_raw", RAW_TABLES.values())
    with duckdb.connect(str(database)) as connection:
        for company, tables in rows.items():
            for name, bodies in tables.items():
                label = TODAY.year if RAW_TABLES[name].by_financial_year else None
                caster = Caster(RAW_TABLES[name], None, company, label, LOADED, "run")
                batch = caster.batch(bodies)
                assert not caster.report.unparsed, (name, caster.report.unparsed)
                connection.register("batch", pa.Table.from_batches([batch]))
                connection.execute(f"insert into fortnox_raw.{name} by name select * from batch")
                connection.unregister("batch")


Build = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture(scope="session")
def dbt(tmp_path_factory) -> Build:
    """Runs dbt as a program on a DuckDB file at a reporting date."""
    target = tmp_path_factory.mktemp("dbt")
    # dbt parses the project anew when the path of the database changes, so every database is reached by one path.
    one_path = target / "warehouse.duckdb"

    def run(database: Path, as_of: dt.date, *arguments: str) -> subprocess.CompletedProcess[str]:
        one_path.unlink(missing_ok=True)
        one_path.symlink_to(database)
        environment = os.environ | {
            "DUCKDB_PATH": str(one_path),
            "FORTNOX_WAREHOUSE": "duckdb",
            "FORTNOX_RAW_DATASET": "fortnox_raw",
            "FORTNOX_REPORTING_DATASET": "books",
            "FORTNOX_AS_OF": as_of.isoformat(),
        }
        places = ["--project-dir", PROJECT, "--profiles-dir", PROJECT, "--target-path", target, "--log-path", target]
        program = Path(sys.executable).parent / "dbt"
        return subprocess.run(
            [program, *arguments, *places], env=environment, capture_output=True, text=True, check=False
        )

    return run


@pytest.fixture(scope="session")
def database(tmp_path_factory, companies, dbt) -> Path:
    path = tmp_path_factory.mktemp("today") / "warehouse.duckdb"
    write(path, raw_rows(companies))
    kinds = ["--exclude-resource-type", "unit_test", "--indirect-selection", "cautious"]
    result = dbt(path, TODAY, "build", "--quiet", *kinds, "--select", *REPORTS)
    assert result.returncode == 0, result.stdout + result.stderr
    return path


@pytest.fixture(scope="session")
def earlier_database(tmp_path_factory, database, dbt) -> Path:
    """The same books seen on an earlier day: only what depends on the day is built again."""
    path = tmp_path_factory.mktemp("earlier") / "warehouse.duckdb"
    path.write_bytes(database.read_bytes())
    result = dbt(path, EARLIER, "run", "--quiet", "--select", *DATED)
    assert result.returncode == 0, result.stdout + result.stderr
    return path


def reader(path: Path) -> Callable[..., list[tuple]]:
    def run(sql: str, *parameters: object) -> list[tuple]:
        with duckdb.connect(str(path), read_only=True) as connection:
            return connection.execute(sql, parameters).fetchall()

    return run


@pytest.fixture
def query(database) -> Callable[..., list[tuple]]:
    """Rows of a query on the reports of the samples' own date."""
    return reader(database)


@pytest.fixture
def query_earlier(earlier_database) -> Callable[..., list[tuple]]:
    """Rows of a query on the reports of the earlier date."""
    return reader(earlier_database)
