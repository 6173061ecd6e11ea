"""A small set of raw tables written by hand, and the reports dbt builds from them. Built once for the whole folder."""

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
from fortnox_assets.warehouse.columns import Caster
from fortnox_assets.warehouse.duckdb import ensure_raw_tables

PROJECT = Path(__file__).parents[2] / "dbt_project"
LOADED = dt.datetime(2025, 4, 1, tzinfo=dt.UTC)

# (series, number, date, text, [(account, amount, row text)]); a row whose text is "struck" was taken back.
FIRST_YEAR = [
    ("A", 1, "2023-01-02", "Share capital", [(1930, "50000", ""), (2081, "-50000", "")]),
    (
        "A",
        2,
        "2023-03-15",
        "Invoice 1",
        [(1510, "12500", ""), (3002, "-10000", "struck"), (3001, "-10000", "bikes"), (2611, "-2500", "")],
    ),
    ("A", 3, "2023-04-10", "Payment 1", [(1930, "12500", ""), (1510, "-12500", "")]),
    ("B", 1, "2024-04-30", "Rent", [(5010, "3000.55", ""), (2641, "750.14", ""), (2440, "-3750.69", "")]),
]
SECOND_YEAR = [
    ("A", 1, "2024-05-31", "Rent paid", [(2440, "3750.69", ""), (1930, "-3750.69", "")]),
    (
        "A",
        2,
        "2025-02-28",
        "Cash",
        [(1930, "1.25", ""), (3740, "-0.01", ""), (3001, "-0.99", "bell"), (2611, "-0.25", "")],
    ),
]
# The second year was opened before the first was finished: rent and its debt are missing.
SECOND_OPENING = {1930: "62500", 2081: "-50000", 2611: "-2500"}
YEARS = {3: ("2023-01-01", "2024-04-30"), 1: ("2024-05-01", "2025-04-30")}
BOOKS = {3: (FIRST_YEAR, {}), 1: (SECOND_YEAR, SECOND_OPENING)}


class RawTables:
    """Rows waiting to be written to raw tables, as Fortnox or a SIE file has them."""

    def __init__(self) -> None:
        self.batches: list[tuple[str, pa.RecordBatch]] = []

    def add(self, table: str, company: str, label: int | None, *rows: dict[str, object], run_id: str = "run") -> None:
        caster = Caster(RAW_TABLES[table], None, company, label, LOADED, run_id)
        self.batches.append((table, caster.batch(list(rows))))
        assert not caster.report.unparsed

    def write(self, database: Path) -> None:
        ensure_raw_tables(database, "fortnox_raw", RAW_TABLES.values())
        with duckdb.connect(str(database)) as connection:
            for table, batch in self.batches:
                connection.register("batch", pa.Table.from_batches([batch]))
                connection.execute(f"insert into fortnox_raw.{table} by name select * from batch")
                connection.unregister("batch")
            marked = "update fortnox_raw.vouchers set _deleted_at = ? where Description = 'Deleted'"
            connection.execute(marked, [LOADED])


def sie_row(number: int, account: int, amount: str, text: str) -> dict[str, object]:
    cost_center = "10" if account == 3001 else None
    kind = "BTRANS" if text == "struck" else "TRANS"
    row = {"RowNumber": number, "Kind": kind, "Account": account, "Amount": Decimal(amount), "Text": text}
    return row | {"CostCenter": cost_center}


def rest_row(account: int, amount: str, text: str) -> dict[str, object]:
    value = Decimal(amount)
    sides = {"Debit": max(value, Decimal(0)), "Credit": max(-value, Decimal(0))}
    row = {"Account": account, "TransactionInformation": text, "Removed": text == "struck"}
    return row | sides | {"CostCenter": "10" if account == 3001 else ""}


def sie_file(tables: RawTables, company: str, year: int, dates: tuple[str, str], vouchers: list, **balances) -> None:
    """The tables of one SIE file; ``balances`` is ib, ub, res: account -> amount."""
    label = int(dates[0][:4])
    sie_vouchers, line = [], 100
    for series, number, date, text, rows, *registered in vouchers:
        transactions = [sie_row(place, *row) for place, row in enumerate(rows, 1)]
        voucher = {"FinancialYearId": year, "Line": line, "VoucherSeries": series, "VoucherNumber": number}
        voucher |= {"TransactionDate": date, "Text": text, "Transactions": transactions}
        sie_vouchers.append(voucher | {"RegistrationDate": registered[0] if registered else None})
        line += len(rows) + 3
    booked = [Decimal(row[1]) for voucher in vouchers for row in voucher[4] if row[2] != "struck"]
    file = {"FinancialYearId": year, "LedgerSource": "sie", "SieType": 4, "FromDate": dates[0], "ToDate": dates[1]}
    file |= {"Program": "Fortnox", "FortnoxNumber": "900001", "CompanyName": f"{company} AB", "ContentHash": company}
    file |= {"Vouchers": len(vouchers), "Transactions": len(booked), "AbsoluteSum": sum(map(abs, booked))}
    tables.add("sie_files", company, label, file)
    tables.add("sie_vouchers", company, label, *sie_vouchers)
    stated = [(kind.upper(), account, amount) for kind, rows in balances.items() for account, amount in rows.items()]
    for place, (kind, account, amount) in enumerate(stated, 10):
        row = {"FinancialYearId": year, "Line": place, "Kind": kind, "YearNumber": 0, "Account": account}
        tables.add("sie_balances", company, label, row | {"Amount": Decimal(amount)})


def proper_books(tables: RawTables, company: str, *, from_file: bool) -> None:
    """Two years: an extended first one and a broken second one whose stated openings are stale."""
    tables.add("company_information", company, None, {"DatabaseNumber": 900001, "CompanyName": "Are Cykel AB"})
    tables.add("cost_centers", company, None, {"Code": "10", "Description": "Shop", "Active": True})
    for year, (vouchers, opening) in BOOKS.items():
        first, last = YEARS[year]
        label = int(first[:4])
        method = {"AccountingMethod": "ACCRUAL"}
        tables.add("financial_years", company, None, {"Id": year, "FromDate": first, "ToDate": last} | method)
        closing = {account: Decimal(amount) for account, amount in opening.items()}
        for voucher in vouchers:
            for account, amount, text in voucher[4]:
                if text != "struck":
                    closing[account] = closing.get(account, Decimal(0)) + Decimal(amount)
        if from_file:
            ub = {account: amount for account, amount in closing.items() if account < 3000}
            res = {account: amount for account, amount in closing.items() if account >= 3000}
            sie_file(tables, company, year, YEARS[year], vouchers, ib=opening, ub=ub, res=res)
        for account in closing:
            chart = {"Year": year, "Number": account, "Description": f"Account {account}", "Active": True}
            chart["BalanceBroughtForward"] = Decimal(opening.get(account, "0"))
            tables.add("accounts", company, label, chart)
        for series, number, date, text, rows in vouchers:
            row = {"Year": year, "VoucherSeries": series, "VoucherNumber": number, "TransactionDate": date}
            row |= {"Description": text, "ReferenceType": "INVOICE" if text == "Invoice 1" else "MANUAL"}
            row["ReferenceNumber"] = "1" if text == "Invoice 1" else ""
            row["VoucherRows"] = None if from_file else [rest_row(*each) for each in rows]
            tables.add("vouchers", company, label, row)


def faulty_books(tables: RawTables) -> None:
    """A year in which almost everything is wrong."""
    vouchers = [
        ("A", 1, "2024-02-01", "Class 9", [(1930, "10", ""), (9999, "-10", "")], "2024-09-01"),
        ("A", 2, "2024-05-01", "Unbalanced", [(1930, "100", ""), (3001, "-99", "")]),
        ("A", 4, "2025-01-02", "Outside", [(1930, "1", ""), (201, "-1", "")]),
        ("A", 5, "2024-06-01", "Twin", [(4010, "7", ""), (1930, "-7", "")]),
        ("A", 5, "2024-06-01", "Twin", [(4010, "7", ""), (1930, "-7", "")]),
        ("A", 8, "2024-07-01", "Two kronor", [(4010, "2", ""), (1930, "-2", "")]),
    ]
    dates = ("2024-01-01", "2024-12-31")
    ub = {1930: "593", 201: "-1"}
    sie_file(tables, "faulty", 4, dates, vouchers, ib={1930: "500", 3001: "-1"}, ub=ub, res={3001: "-100", 4010: "16"})
    tables.add("sie_objects", "faulty", 2024, {"FinancialYearId": 4, "Dimension": 6, "Object": "P9"}, run_id="another")
    tables.add("company_information", "faulty", None, {"DatabaseNumber": 900009, "CompanyName": "Faulty AB"})
    tables.add("locked_period", "faulty", None, {"EndDate": "2024-03-31"})
    tables.add("financial_years", "faulty", None, {"Id": 4, "FromDate": dates[0], "ToDate": dates[1]})
    tables.add("accounts", "faulty", 2024, {"Year": 4, "Number": 3001, "Description": "Sales", "VATCode": "ZZ9"})
    tables.add("accounts", "faulty", 2024, {"Year": 4, "Number": 4010, "Description": "Goods", "SRU": 7410})
    for number in (1, 2, 3, 4, 5):
        header = {"Year": 4, "VoucherSeries": "A", "VoucherNumber": number, "TransactionDate": "2024-05-01"}
        tables.add("vouchers", "faulty", 2024, header)
    before = {"Year": 4, "VoucherSeries": "A", "VoucherNumber": 4, "TransactionDate": "2024-04-01"}
    tables.add("vouchers", "faulty", 2024, before | {"Description": "Deleted"})


Build = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture(scope="session")
def dbt(tmp_path_factory) -> Build:
    """Runs dbt as a program on a DuckDB file, with a dataset name of its own."""
    target = tmp_path_factory.mktemp("dbt")

    def run(database: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
        environment = os.environ | {
            "DUCKDB_PATH": str(database),
            "FORTNOX_WAREHOUSE": "duckdb",
            "FORTNOX_RAW_DATASET": "fortnox_raw",
            "FORTNOX_REPORTING_DATASET": "books",
            "FORTNOX_AS_OF": "2025-03-31",
        }
        places = ["--project-dir", PROJECT, "--profiles-dir", PROJECT, "--target-path", target, "--log-path", target]
        program = Path(sys.executable).parent / "dbt"
        return subprocess.run(
            [program, *arguments, *places], env=environment, capture_output=True, text=True, check=False
        )

    return run


@pytest.fixture(scope="session")
def database(tmp_path_factory, dbt) -> Path:
    """A DuckDB file with raw tables and everything dbt makes of them."""
    path = tmp_path_factory.mktemp("books") / "warehouse.duckdb"
    tables = RawTables()
    proper_books(tables, "from-file", from_file=True)
    proper_books(tables, "from-rest", from_file=False)
    faulty_books(tables)
    tables.write(path)
    result = dbt(path, "build", "--quiet")
    assert result.returncode == 0, result.stdout + result.stderr
    return path


@pytest.fixture
def query(database) -> Callable[..., list[tuple]]:
    """Rows of a query on the built reports."""

    def run(sql: str, *parameters: object) -> list[tuple]:
        with duckdb.connect(str(database), read_only=True) as connection:
            return connection.execute(sql, parameters).fetchall()

    return run
