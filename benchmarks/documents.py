"""Requests, bytes, time and memory of fetching a year's files: ``python benchmarks/documents.py [VOUCHERS] [FILES]``.

A simulated company's year with so many vouchers, of which so many have a file of 60 kB (one in a hundred 5 MB), copied
by what the assets run: links, vouchers' list and files; then the same again. The simulator shares the machine.
"""

import datetime as dt
import resource
import sys
import tempfile
import time
from pathlib import Path

import yaml

from fortnox_assets.catalogue import COPIED
from fortnox_assets.cli.demo import demo_environment, unlimited_simulator
from fortnox_assets.connections import Connections
from fortnox_assets.defs.copying import Copying
from fortnox_assets.defs.partitions import Cell
from fortnox_assets.settings import Settings, load_settings
from fortnox_assets.simulator.books.documents import Document, StoredFile
from fortnox_assets.simulator.company import SimulatedCompany
from fortnox_assets.simulator.sample_companies import sample_companies
from fortnox_assets.simulator.server import background
from fortnox_assets.warehouse.duckdb import DuckDBStored, DuckDBTables, locked
from fortnox_assets.warehouse.duckdb_file import opened
from fortnox_assets.warehouse.results import Changes

LABEL = 2026
SMALL, LARGE, LARGE_EVERY = 60_000, 5_000_000, 100
TABLES = ("voucher_file_connections", "vouchers")
MODIFIED = dt.datetime.fromisoformat("2025-06-01")


def link_files(company: SimulatedCompany, vouchers: int, files: int) -> int:
    """Gives the year's first ``files`` vouchers a file each; how many vouchers the year has."""
    [year] = [each.id for each in company.years if each.from_date.year == LABEL]
    bodies = [each.body for each in company.of("vouchers") if each.body["Year"] == year][:vouchers]
    company.of("voucher_file_connections").clear()
    for number, body in enumerate(bodies[:files]):
        size = LARGE if number % LARGE_EVERY == 0 else SMALL
        content = b"%PDF-1.7 " + str(number).encode() + bytes(size)
        company.files[f"file-{number}"] = StoredFile(name="x.pdf", content_type="application/pdf", content=content)
        link = {
            "FileId": f"file-{number}",
            "VoucherDescription": "",
            "VoucherNumber": str(body["VoucherNumber"]),
            "VoucherSeries": body["VoucherSeries"],
            "VoucherYear": body["Year"],
        }
        company.of("voucher_file_connections").append(Document(link, MODIFIED))
    company.revision += 1
    return len(bodies)


def run(settings: Settings, company: str) -> dict[str, float]:
    """One sync of links, vouchers' list and files; what it took."""
    began, cpu = time.perf_counter(), time.process_time()
    with Connections(settings) as connections:
        cell = Cell(company=company, label=LABEL)
        copying = Copying(
            connections=connections,
            cell=cell,
            run_id="run",
            stored=DuckDBStored(settings.duckdb_path, settings.environment.fortnox_raw_dataset),
        )
        for name in TABLES:
            store(settings, copying.endpoint(COPIED[name])[0])
        links = connections.traffic()
        result, said, _ = copying.documents(settings.documents, print)
        store(settings, result)
        spent = connections.traffic()
    return {
        "requests for links and vouchers": links.requests,
        "requests for files": spent.requests - links.requests,
        "bytes of files": spent.bytes_received - links.bytes_received,
        "files stored": said["files stored"],
        "seconds": round(time.perf_counter() - began, 1),
        "CPU seconds": round(time.process_time() - cpu, 1),
    }


def store(settings: Settings, result: object) -> None:
    """As the IO manager does it."""
    tables = DuckDBTables(str(settings.duckdb_path), longest_wait=10, config={})
    try:
        with locked(settings.duckdb_path), opened(settings.duckdb_path) as connection:
            (tables.merge if isinstance(result, Changes) else tables.store)(connection, "fortnox_raw", result)
        result.committed()
    finally:
        result.discard()


def main() -> None:
    vouchers, files = (int(each) for each in (*sys.argv[1:], "5000", "4000")[:2])
    company = sample_companies(vouchers=vouchers)[0]
    print(link_files(company, vouchers, files), "vouchers in", LABEL)
    with tempfile.TemporaryDirectory() as directory, background(unlimited_simulator([company])) as url:
        chosen = {"companies": {company.key: {"tenant_id": company.tenant_id}}, "documents": {"modules": ["voucher"]}}
        (Path(directory) / "fortnox.yaml").write_text(yaml.safe_dump(chosen))
        settings = load_settings(demo_environment(Path(directory), url), Path(directory))
        before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        for what in ("first load", "repeated load"):
            print(what, run(settings, company.key))
        grown = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before
        print("peak memory grew by", grown // 1024, "MB, the simulator's included")


if __name__ == "__main__":
    main()
