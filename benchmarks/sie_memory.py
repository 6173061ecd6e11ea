"""Memory and speed of reading a large SIE file: ``python benchmarks/sie_memory.py [MEGABYTES] [ROWS_PER_VOUCHER]``.

Writes a file of about that size (default 200 MB), reads it in a process of its own record by record and as rows of
``sie_vouchers``, and prints seconds, rows per second and how much the process grew over its size with nothing read.
"""

import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path

from fortnox_assets.extract.financial_years import FinancialYear
from fortnox_assets.extract.ledger import LedgerFile, sie_rows
from fortnox_assets.sie.reader import SieReader
from fortnox_assets.sie.records import Balance, BalanceKind, Identity, ObjectRef, Transaction, Voucher
from fortnox_assets.sie.writer import SieWriter

MEGABYTE = 1024 * 1024
YEAR = (date(2024, 1, 1), date(2024, 12, 31))


def main() -> None:
    if sys.argv[1:2] == ["measure"]:
        measure(Path(sys.argv[2]), sys.argv[3])
        return
    megabytes = int(sys.argv[1]) if len(sys.argv) > 1 else 200
    rows = int(sys.argv[2]) if len(sys.argv) > 2 else 8
    with tempfile.TemporaryDirectory() as directory:
        path = Path(directory) / "large.se"
        started = time.perf_counter()
        vouchers = write_file(path, megabytes * MEGABYTE, rows)
        seconds = time.perf_counter() - started
        print(f"written: {path.stat().st_size / MEGABYTE:.0f} MB, {vouchers} vouchers of {rows} rows, {seconds:.1f} s")
        for what in READINGS:
            subprocess.run([sys.executable, __file__, "measure", str(path), what], check=True)


def write_file(path: Path, size: int, rows: int) -> int:
    years = {0: YEAR}
    identity = Identity(program="Fortnox", program_version="3.57.11", company_name="Åkerö & Söner AB", years=years)
    number = 0
    with path.open("wb") as out:
        writer = SieWriter(out, identity)
        writer.write(Balance(kind=BalanceKind.IB, year_number=0, account=1930, amount=Decimal(0)))
        while out.tell() < size:
            number += 1
            writer.write(voucher(number, rows))
        writer.close()
    return number


def voucher(number: int, rows: int) -> Voucher:
    amount = Decimal(number % 100000) / 100
    row = Transaction(
        account=6212,
        objects=(ObjectRef(1, f"KS{number % 20}"), ObjectRef(6, f"P{number % 500}")),
        amount=amount,
        text="Mobiltelefoner för säljkåren",
        quantity=Decimal(0),
    )
    counter = Transaction(account=1930, amount=-amount * (rows - 1), quantity=Decimal(0))
    day = YEAR[0] + timedelta(days=number % 366)
    return Voucher(
        series="A",
        number=number,
        date=day,
        text=f"Telia faktura {number}",
        registration_date=day,
        transactions=(row,) * (rows - 1) + (counter,),
    )


def measure(path: Path, what: str) -> None:
    before = resident()
    started = time.perf_counter()
    rows = READINGS[what](path)
    seconds = time.perf_counter() - started
    grown = (resident() - before) / MEGABYTE
    print(f"{what:28} {rows:>9} rows {seconds:6.1f} s {rows / seconds:>9.0f} rows/s   grew by {grown:.1f} MB")


def resident() -> int:
    """The most memory this process has had, in bytes."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024


def read_records(path: Path) -> int:
    with path.open("rb") as file:
        records = SieReader(file, path.name).records()
        return sum(len(each.transactions) for each in records if isinstance(each, Voucher))


def read_rows(path: Path) -> int:
    year = FinancialYear(id=1, from_date=YEAR[0], to_date=YEAR[1])
    file = LedgerFile(path=path, name=path.name, financial_year=year, source="sie_file")
    return sum(len(row["Transactions"]) for batch in sie_rows(file, "sie_vouchers") for row in batch)


def read_balances(path: Path) -> int:
    year = FinancialYear(id=1, from_date=YEAR[0], to_date=YEAR[1])
    file = LedgerFile(path=path, name=path.name, financial_year=year, source="sie_file")
    return sum(len(batch) for batch in sie_rows(file, "sie_balances"))


READINGS: dict[str, Callable[[Path], int]] = {
    "records": read_records,
    "rows of sie_vouchers": read_rows,
    "balances, vouchers passed by": read_balances,
}


if __name__ == "__main__":
    main()
