"""Rows a second from Fortnox's JSON to an Arrow file, and from there into DuckDB, replacing what was stored.

    python benchmarks/arrow_to_duckdb.py [ROWS] [--table sie_balances|sie_vouchers]

Each phase runs in a process of its own, so that its peak memory is its own. ``sie_balances`` is a flat row;
``sie_vouchers`` has four rows inside each.
"""

import argparse
import datetime as dt
import resource
import tempfile
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from decimal import Decimal
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import duckdb

from fortnox_assets.catalogue import RAW_TABLES
from fortnox_assets.warehouse.columns import Caster
from fortnox_assets.warehouse.duckdb_file import locked, opened
from fortnox_assets.warehouse.duckdb_tables import ensure_table, replace_slice, transaction
from fortnox_assets.warehouse.results import Snapshot, spill

BATCH = 2000


def balance(number: int) -> dict[str, Any]:
    amount = Decimal(number % 1_000_000).scaleb(-2)
    return {
        "FinancialYearId": 3,
        "Line": number,
        "Kind": "UB",
        "YearNumber": 0,
        "Account": 1000 + number % 8000,
        "Objects": [{"Dimension": 1, "Object": str(number % 50)}],
        "Amount": amount,
        "Quantity": None,
    }


def voucher(number: int) -> dict[str, Any]:
    day = dt.date(2024, 1, 1) + dt.timedelta(days=number % 366)
    amount = Decimal(number % 1_000_000).scaleb(-2)
    row = {"Kind": "TRANS", "Text": f"Row of voucher {number}", "CostCenter": str(number % 50)}
    return {
        "FinancialYearId": 3,
        "Line": number,
        "VoucherSeries": "A",
        "VoucherNumber": number,
        "TransactionDate": day,
        "Text": f"Voucher {number}",
        "Transactions": [
            {**row, "RowNumber": n, "Account": 1900 + n, "Amount": amount if n % 2 else -amount} for n in range(1, 5)
        ],
    }


ROW_OF: dict[str, Callable[[int], dict[str, Any]]] = {"sie_balances": balance, "sie_vouchers": voucher}


def batches(table: str, rows: int) -> Iterator[list[dict[str, Any]]]:
    made = [ROW_OF[table](number) for number in range(BATCH)]
    for start in range(0, rows, BATCH):
        yield made[: min(BATCH, rows - start)]


def cast(table: str, rows: int, directory: Path) -> tuple[Snapshot, float, int]:
    caster = Caster(RAW_TABLES[table], None, "are-cykel", 2024, dt.datetime.now(dt.UTC), "benchmark")
    before = time.perf_counter()
    snapshot = spill(batches(table, rows), caster, directory)
    return snapshot, time.perf_counter() - before, peak()


def store(snapshot: Snapshot, database: Path) -> tuple[int, float, int]:
    before = time.perf_counter()
    with locked(database), opened(database) as connection, transaction(connection):
        ensure_table(connection, "fortnox_raw", snapshot.table.name, snapshot.schema)
        replaced = replace_slice(connection, "fortnox_raw", snapshot)
    return replaced, time.perf_counter() - before, peak()


def peak() -> int:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024


def alone(call: Callable[..., Any], *arguments: Any) -> Any:
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as pool:
        return pool.submit(call, *arguments).result()


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("rows", nargs="?", type=int, default=1_000_000)
    parser.add_argument("--table", choices=sorted(ROW_OF), default="sie_balances")
    given = parser.parse_args()
    print(f"{given.rows} rows of {given.table}, duckdb {duckdb.__version__}, peak at rest {alone(peak)} MB")
    with tempfile.TemporaryDirectory() as directory:
        database = Path(directory) / "benchmark.duckdb"
        snapshot, seconds, memory = alone(cast, given.table, given.rows, Path(directory))
        size = snapshot.file.stat().st_size // 1_000_000
        report("JSON rows to Arrow file", given.rows, seconds, memory, f"file {size} MB")
        for title in ("Arrow file to DuckDB", "Arrow file to DuckDB, replacing"):
            replaced, seconds, memory = alone(store, snapshot, database)
            report(title, given.rows, seconds, memory, f"{replaced} replaced")


def report(title: str, rows: int, seconds: float, memory: int, more: str) -> None:
    print(f"{title:<32} {seconds:7.2f} s  {rows / seconds:>10.0f} rows/s  peak {memory} MB  {more}")


if __name__ == "__main__":
    main()
