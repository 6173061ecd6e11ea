"""Seconds and memory of ``dbt build`` on DuckDB: ``python benchmarks/dbt_build.py [LEDGER_ROWS ...] [--keep FOLDER]``.

Makes the books of one company with five financial years and that many ledger rows (default 100 000 and 1 000 000), a
fortieth as many customer invoices, supplier invoices and payments, and builds every report with its tests. Prints the
seconds and CPU seconds, the most memory dbt held, how large the file became, and the slowest models; then how the
slowest grew from size to size.
"""

import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import duckdb

from fortnox_assets.catalogue import RAW_TABLES
from fortnox_assets.warehouse.duckdb import ensure_raw_tables

PROJECT = Path(__file__).parent.parent / "dbt_project"
YEARS = (2022, 2023, 2024, 2025, 2026)
AS_OF = "2026-12-31"
ROWS_PER_CYCLE = 40
SHOWN = 12

# Of every cycle: an invoice with its payment, a purchase with its payment, and ten cash sales.
VOUCHERS = """
create temp table cycles as
select c, {first} + c * 5 // {cycles} as year, c - ((c * 5 // {cycles}) * {cycles} + 4) // 5 as k
from range({cycles}) as r (c);
create temp table dated as
select *, make_date(year, 1, 1) + (k * 360 * 5 // {cycles})::int as day from cycles;
create temp table kinds as select * from (values
    (0, 'B', 'INVOICE', [(1510, 1250), (3001, -1000), (2611, -250)]),
    (1, 'C', 'INVOICEPAYMENT', [(1930, 1250), (1510, -1250)]),
    (2, 'D', 'SUPPLIERINVOICE', [(4010, 100), (2641, 25), (2440, -125)]),
    (3, 'E', 'SUPPLIERPAYMENT', [(2440, 125), (1930, -125)])
) as t (slot, series, reference, rows)
union all
select slot, 'A', 'MANUAL', [(1930, 125), (3001, -100), (2611, -25)] from range(4, 14) as r (slot);
create temp table made as
select
    c, year, k, slot, series, reference, rows,
    least(day + case slot when 1 then 20 when 3 then 25 else 0 end, make_date(year, 12, 31)) as day,
    case when series = 'A' then k * 10 + slot - 3 else k + 1 end as number
from dated cross join kinds;
"""
RAW = """
insert into fortnox_raw.company_information by name
select 'bench' as company, 1 as "DatabaseNumber", 'Bench AB' as "CompanyName";
insert into fortnox_raw.financial_years by name
select 'bench' as company, year as "Id", make_date(year, 1, 1) as "FromDate", make_date(year, 12, 31) as "ToDate",
    'ACCRUAL' as "AccountingMethod" from (select distinct year from cycles);
insert into fortnox_raw.cost_centers by name
select 'bench' as company, 'C' || n as "Code", 'Centre ' || n as "Description", true as "Active"
from range(20) as r (n);
insert into fortnox_raw.customers by name
select 'bench' as company, n::text as "CustomerNumber", 'Customer ' || n as "Name", true as "Active"
from range(1000) as r (n);
insert into fortnox_raw.articles by name
select 'bench' as company, 'P' || n as "ArticleNumber", 'Article ' || n as "Description", true as "Active"
from range(500) as r (n);
insert into fortnox_raw.accounts by name
select 'bench' as company, year as financial_year, year as "Year", account as "Number", 'Account' as "Description",
    true as "Active"
from (select distinct year from cycles), unnest([1510, 1930, 2091, 2440, 2611, 2641, 3001, 4010]) as a (account);
insert into fortnox_raw.sie_vouchers by name
select 'bench' as company, year as financial_year, year as "FinancialYearId", 100 + (k * 14 + slot) * 6 as "Line",
    series as "VoucherSeries", number as "VoucherNumber", day as "TransactionDate", 'Voucher' as "Text",
    day as "RegistrationDate",
    list_transform(rows, lambda r, place: {'RowNumber': place, 'Kind': 'TRANS', 'Account': r[1]::bigint,
        'Amount': r[2]::decimal(38, 9), 'CostCenter': 'C' || (c % 20)}) as "Transactions"
from made;
insert into fortnox_raw.sie_files by name
select 'bench' as company, year as financial_year, year as "FinancialYearId", 'sie' as "LedgerSource", 4 as "SieType",
    'Fortnox' as "Program", make_date(year, 1, 1) as "FromDate", make_date(year, 12, 31) as "ToDate",
    count(*) as "Vouchers", sum(len(rows)) as "Transactions",
    sum(list_sum(list_transform(rows, lambda r: abs(r[2]))))::decimal(38, 9) as "AbsoluteSum",
    'hash' || year as "ContentHash"
from made group by year;
insert into fortnox_raw.sie_balances by name
with moved as (
    select year, row[1]::bigint as account, sum(row[2])::decimal(38, 9) as amount
    from made, unnest(rows) as r (row) group by all
),
carried as (
    select years.year, case when account < 3000 then account else 2091 end as account, sum(amount) as amount
    from (select distinct year from moved) as years join moved on moved.year < years.year group by all
),
stated as (
    select year, account, amount, 'IB' as kind from carried
    union all
    select year, account, sum(amount), case when account < 3000 then 'UB' else 'RES' end
    from (select * from moved union all by name select * from carried) group by year, account
)
select 'bench' as company, year as financial_year, year as "FinancialYearId", account as "Line", kind as "Kind",
    0 as "YearNumber", account as "Account", amount as "Amount" from stated;
insert into fortnox_raw.vouchers by name
select 'bench' as company, year as financial_year, year as "Year", series as "VoucherSeries",
    number as "VoucherNumber", day as "TransactionDate", 'Voucher' as "Description", reference as "ReferenceType",
    case when series = 'A' then '' else (c + 1)::text end as "ReferenceNumber"
from made;
insert into fortnox_raw.invoices by name
select 'bench' as company, year as financial_year, (c + 1)::text as "DocumentNumber", 0 as "Balance", true as "Booked",
    false as "Cancelled", 'SEK' as "Currency", 1 as "CurrencyRate", 1 as "CurrencyUnit",
    (c % 1000)::text as "CustomerNumber", day as "InvoiceDate", day + 30 as "DueDate", 'INVOICE' as "InvoiceType",
    1250 as "Total", 1250 as "TotalToPay", 250 as "TotalVAT", 1000 as "Net", 0 as "Freight",
    0 as "AdministrationFee", 0 as "RoundOff", false as "Credit", false as "VATIncluded", series as "VoucherSeries",
    number as "VoucherNumber", year as "VoucherYear",
    [{'ArticleNumber': 'P' || (c % 500), 'AccountNumber': 3001::bigint, 'DeliveredQuantity': '1',
        'Price': 600::decimal(38, 9), 'Total': 600::decimal(38, 9), 'TotalExcludingVAT': 600::decimal(38, 9),
        'VAT': 25::decimal(38, 9)},
     {'ArticleNumber': 'P' || ((c + 7) % 500), 'AccountNumber': 3001::bigint, 'DeliveredQuantity': '2',
        'Price': 200::decimal(38, 9), 'Total': 400::decimal(38, 9), 'TotalExcludingVAT': 400::decimal(38, 9),
        'VAT': 25::decimal(38, 9)}] as "InvoiceRows"
from made where series = 'B';
insert into fortnox_raw.supplier_invoices by name
select 'bench' as company, year as financial_year, (c + 1)::text as "GivenNumber", 0 as "Balance", true as "Booked",
    false as "Cancelled", 'SEK' as "Currency", 1 as "CurrencyRate", 1 as "CurrencyUnit",
    (c % 300)::text as "SupplierNumber", day as "InvoiceDate", day + 30 as "DueDate", 125 as "Total",
    series as "VoucherSeries", number as "VoucherNumber", year as "VoucherYear"
from made where series = 'D';
"""
PAYMENTS = """
insert into fortnox_raw.{table} by name
select 'bench' as company, year as financial_year, (c + 1)::text as "Number", {amount} as "Amount",
    {amount} as "AmountCurrency", true as "Booked", 'SEK' as "Currency", 1 as "CurrencyRate", 1 as "CurrencyUnit",
    (c + 1)::text as "InvoiceNumber", day as "PaymentDate", series as "VoucherSeries", number as "VoucherNumber",
    year as "VoucherYear"
from made where series = '{series}';
"""


@dataclass(frozen=True, kw_only=True)
class Run:
    """What one build took."""

    rows: int
    seconds: float
    cpu_seconds: float
    peak_megabytes: float
    file_megabytes: float
    models: Mapping[str, float]
    tests_seconds: float


def main() -> None:
    arguments = sys.argv[1:]
    keep = Path(arguments.pop(arguments.index("--keep") + 1)) if "--keep" in arguments else None
    sizes = [int(each) for each in arguments if each != "--keep"] or [100_000, 1_000_000]
    runs = []
    for rows in sorted(sizes):
        with tempfile.TemporaryDirectory() as directory:
            database = (keep or Path(directory)) / f"dbt_build_{rows}.duckdb"
            database.unlink(missing_ok=True)
            made_in = make_books(database, rows)
            runs.append(build(database, Path(directory), rows))
            report(runs[-1], made_in)
    growth(runs)


def make_books(database: Path, rows: int) -> float:
    started = time.perf_counter()
    cycles = max(rows // ROWS_PER_CYCLE, len(YEARS))
    ensure_raw_tables(database, "fortnox_raw", RAW_TABLES.values())
    with duckdb.connect(str(database)) as connection:
        connection.execute(VOUCHERS.format(first=YEARS[0], cycles=cycles))
        connection.execute(RAW)
        connection.execute(PAYMENTS.format(table="invoice_payments", amount=1250, series="C"))
        connection.execute(PAYMENTS.format(table="supplier_invoice_payments", amount=125, series="E"))
    return time.perf_counter() - started


def build(database: Path, target: Path, rows: int) -> Run:
    environment = {**os.environ, "DUCKDB_PATH": str(database), "FORTNOX_WAREHOUSE": "duckdb", "FORTNOX_AS_OF": AS_OF}
    places = ["--project-dir", PROJECT, "--profiles-dir", PROJECT, "--target-path", target, "--log-path", target]
    program = Path(sys.executable).parent / "dbt"
    command = [program, "build", "--exclude-resource-type", "unit_test", *places]
    started = time.perf_counter()
    with (target / "output.log").open("wb") as output:
        process = subprocess.Popen(command, env=environment, stdout=output, stderr=subprocess.STDOUT)
        _, status, used = os.wait4(process.pid, 0)
    seconds = time.perf_counter() - started
    if status:
        print((target / "output.log").read_text(encoding="utf-8")[-3000:])
        raise SystemExit(f"dbt build of {rows} rows failed")
    results = json.loads((target / "run_results.json").read_text(encoding="utf-8"))["results"]
    timed = {each["unique_id"]: each["execution_time"] for each in results}
    return Run(
        rows=rows,
        seconds=seconds,
        cpu_seconds=used.ru_utime + used.ru_stime,
        peak_megabytes=used.ru_maxrss / 1024,
        file_megabytes=database.stat().st_size / 1024**2,
        models={key.split(".")[-1]: taken for key, taken in timed.items() if key.startswith("model.")},
        tests_seconds=sum(taken for key, taken in timed.items() if key.startswith("test.")),
    )


def report(run: Run, made_in: float) -> None:
    print(
        f"\n{run.rows:,} ledger rows (made in {made_in:.0f} s): {run.seconds:.0f} s, {run.cpu_seconds:.0f} CPU s, ",
        end="",
    )
    print(f"peak {run.peak_megabytes:,.0f} MB, file {run.file_megabytes:,.0f} MB", end="")
    print(f"; models {sum(run.models.values()):.0f} s and tests {run.tests_seconds:.0f} s on four threads")
    for name, taken in sorted(run.models.items(), key=lambda each: -each[1])[:SHOWN]:
        print(f"  {taken:8.2f} s  {name}")


def growth(runs: list[Run]) -> None:
    if len(runs) < 2:
        return
    print("\nseconds per model     " + "".join(f"{run.rows:>14,}" for run in runs))
    for name in sorted(runs[-1].models, key=lambda each: -runs[-1].models[each])[:SHOWN]:
        print(f"{name:<34}" + "".join(f"{run.models[name]:>14.2f}" for run in runs))


if __name__ == "__main__":
    main()
