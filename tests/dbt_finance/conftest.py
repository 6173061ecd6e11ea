"""The sample companies' SIE files and charts of accounts in raw tables, and the finance reports dbt makes of them.

Nothing is copied over the network: the simulator's books are written as SIE files and read by the package's own reader.
Built once for the whole folder, in a copy of the dbt project whose group seeds are filled.
"""

import datetime as dt
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

import duckdb
import pyarrow as pa
import pytest

from fortnox_assets.catalogue import RAW_TABLES
from fortnox_assets.catalogue.sie_tables import SIE_TABLES
from fortnox_assets.extract.financial_years import FinancialYear
from fortnox_assets.extract.ledger import LedgerFile, sie_rows
from fortnox_assets.sie import writer
from fortnox_assets.simulator.company import SimulatedCompany
from fortnox_assets.simulator.sample_companies import sample_companies
from fortnox_assets.warehouse.columns import Caster
from fortnox_assets.warehouse.duckdb import ensure_raw_tables

PROJECT = Path(__file__).parents[2] / "dbt_project"
LOADED = dt.datetime(2026, 9, 30, tzinfo=dt.UTC)
REGISTERS = ("company_information", "financial_years", "cost_centers", "projects", "predefined_voucher_series")
BY_YEAR = ("accounts", "voucher_series")
REPORTS = (
    "rpt_income_statement_by_cost_center",
    "rpt_income_statement_by_project",
    "rpt_budget_vs_actual",
    "rpt_cash_flow",
    "rpt_vat_summary",
    "rpt_group_income_statement",
    "rpt_group_balance_sheet",
    "rpt_income_statement_comparison",
    "rpt_trial_balance_period",
    "rpt_balance_sheet_account",
)
GROUP = "group_key,company\nnorr,are-cykel\nnorr,bjork-konsult\n"
PAIRS = """group_key,company,account,counter_company,counter_account
norr,are-cykel,1510,bjork-konsult,2440
norr,are-cykel,3001,bjork-konsult,5010
"""


@dataclass(frozen=True)
class Booked:
    """One booked row of a SIE file, as far as the tests count by it."""

    company: str
    year: int
    series: str
    date: dt.date
    account: int
    amount: Decimal
    cost_center: str
    project: str

    @property
    def month(self) -> str:
        return f"{self.date:%Y-%m}"

    @property
    def quarter(self) -> str:
        return f"{self.date.year}-Q{(self.date.month + 2) // 3}"


@pytest.fixture(scope="session")
def companies() -> list[SimulatedCompany]:
    return sample_companies("tiny")


@pytest.fixture(scope="session")
def booked(companies) -> list[Booked]:
    """Every booked row of every year, straight from the simulator's SIE documents."""
    return [row for company in companies for year in company.years for row in _booked(company, year.id)]


def _booked(company: SimulatedCompany, year: int) -> Iterator[Booked]:
    for voucher in company.sie(year).vouchers:
        for row in voucher.booked():
            objects = {each.dimension: each.object for each in row.objects}
            members = objects.get(1, "(none)"), objects.get(6, "(none)")
            yield Booked(company.key, year, voucher.series, voucher.date, row.account, row.amount, *members)


class Raw:
    """Fills raw tables of a DuckDB file."""

    def __init__(self, database: Path, files: Path) -> None:
        ensure_raw_tables(database, "fortnox_raw", RAW_TABLES.values())
        self.connection = duckdb.connect(str(database))
        self.files = files

    def add(self, table: str, company: str, label: int | None, rows: list[dict[str, object]]) -> None:
        batch = Caster(RAW_TABLES[table], None, company, label, LOADED, "run").batch(rows)
        self.connection.register("batch", pa.Table.from_batches([batch]))
        self.connection.execute(f"insert into fortnox_raw.{table} by name select * from batch")
        self.connection.unregister("batch")

    def add_company(self, company: SimulatedCompany) -> None:
        bodies = {name: [each.body for each in company.documents.get(name, ())] for name in (*REGISTERS, *BY_YEAR)}
        for name in REGISTERS:
            self.add(name, company.key, None, bodies[name])
        for each in company.years:
            year = FinancialYear(id=each.id, from_date=each.from_date, to_date=each.to_date, accounting_method=None)
            for name in BY_YEAR:
                self.add(name, company.key, year.label, [body for body in bodies[name] if body["Year"] == year.id])
            self._add_ledger(company, year)

    def _add_ledger(self, company: SimulatedCompany, year: FinancialYear) -> None:
        path = self.files / f"{company.key}-{year.id}.se"
        with path.open("wb") as out:
            writer.write(company.sie(year.id), out)
        file = LedgerFile(path=path, name=path.name, financial_year=year, source="sie")
        for table in SIE_TABLES:
            for rows in sie_rows(file, table.name):
                self.add(table.name, company.key, year.label, rows)


Dbt = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture(scope="session")
def dbt(tmp_path_factory) -> Dbt:
    """Runs dbt as a program, in a copy of the project with a group in its seeds."""
    project = tmp_path_factory.mktemp("project") / "dbt_project"
    shutil.copytree(PROJECT, project, ignore=shutil.ignore_patterns("target", "logs"))
    (project / "seeds" / "seed_group_companies.csv").write_text(GROUP, encoding="utf-8")
    (project / "seeds" / "seed_group_eliminations.csv").write_text(PAIRS, encoding="utf-8")
    target = tmp_path_factory.mktemp("target")
    # dbt parses the project anew when the path of the database changes, so every database is reached by one path.
    one_path = target / "warehouse.duckdb"

    def run(database: Path, *arguments: str, **vat_periods: str) -> subprocess.CompletedProcess[str]:
        one_path.unlink(missing_ok=True)
        one_path.symlink_to(database)
        environment = os.environ | {
            "DUCKDB_PATH": str(one_path),
            "FORTNOX_WAREHOUSE": "duckdb",
            "FORTNOX_RAW_DATASET": "fortnox_raw",
            "FORTNOX_REPORTING_DATASET": "books",
            "FORTNOX_AS_OF": "2026-09-30",
            "FORTNOX_VAT_PERIODS": json.dumps({key.replace("_", "-"): each for key, each in vat_periods.items()}),
        }
        places = ["--project-dir", project, "--profiles-dir", project, "--target-path", target, "--log-path", target]
        program = Path(sys.executable).parent / "dbt"
        return subprocess.run(
            [program, *arguments, *places], env=environment, capture_output=True, text=True, check=False
        )

    return run


@pytest.fixture(scope="session")
def database(tmp_path_factory, companies, dbt) -> Path:
    """A DuckDB file with the raw tables, the finance reports and everything they are made of, tested by dbt."""
    path = tmp_path_factory.mktemp("warehouse") / "warehouse.duckdb"
    raw = Raw(path, tmp_path_factory.mktemp("files"))
    for company in companies:
        raw.add_company(company)
    raw.connection.close()
    chosen = [f"+{name}" for name in (*REPORTS, "int_findings_vat")]
    left_out = ["test_type:unit", "path:models/staging,test_type:generic"]
    options = ["--quiet", "--indirect-selection", "buildable", "--threads", "2"]
    built = dbt(path, "build", *options, "--select", *chosen, "--exclude", *left_out)
    assert built.returncode == 0, built.stdout + built.stderr
    return path


@pytest.fixture
def query(database) -> Callable[..., list[tuple]]:
    """Rows of a query on the built reports."""

    def run(sql: str, *parameters: object) -> list[tuple]:
        with duckdb.connect(str(database), read_only=True) as connection:
            return connection.execute(sql, parameters).fetchall()

    return run
