"""Rows a second from Fortnox's JSON to Arrow, to Parquet, and into a BigQuery server, replacing what was stored.

    python benchmarks/arrow_to_bigquery.py [ROWS] [--endpoint URL] [--batched]

``sie_vouchers``, which has four rows inside each. Each phase runs in a process of its own, so that its peak memory is
its own. Without ``--endpoint`` the server is a loopback one that takes load and query jobs, counts their bytes and
stores nothing: what is measured is what this project does, not a warehouse. ``--batched`` compares, for 24 partitions
of 1/24 of the rows, a load and a transaction for each with one load and one transaction for all.
"""

import argparse
import http.server
import json
import resource
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from multiprocessing import get_context
from pathlib import Path
from typing import Any, ClassVar
from urllib.parse import urlsplit

from arrow_to_duckdb import BATCH, voucher

from fortnox_assets.catalogue import RAW_TABLES
from fortnox_assets.extract.watermark import utc_now
from fortnox_assets.warehouse.bigquery_access import BigQueryAccess
from fortnox_assets.warehouse.bigquery_jobs import Jobs
from fortnox_assets.warehouse.bigquery_load import write_parquet
from fortnox_assets.warehouse.bigquery_schema import arrow_schema, fields_of
from fortnox_assets.warehouse.bigquery_tables import RawDataset
from fortnox_assets.warehouse.columns import Caster, raw_schema
from fortnox_assets.warehouse.results import Snapshot, spill

TABLE = RAW_TABLES["sie_vouchers"]
PARTITIONS = 24


class Sink(http.server.BaseHTTPRequestHandler):
    """Says of every job that it is done, with as many rows as ``rows`` says."""

    protocol_version = "HTTP/1.1"
    rows = 0
    counts: ClassVar[Counter[str]] = Counter()
    about: ClassVar[dict[str, Any]] = {}
    tables: ClassVar[dict[str, dict[str, Any]]] = {}

    def answer(self) -> None:
        """Reads the request to its end and answers as BigQuery would if all went well."""
        length = int(self.headers.get("content-length") or 0)
        head, read = b"", 0
        while read < length:
            chunk = self.rfile.read(min(length - read, 1 << 20))
            head, read = head or chunk[: 1 << 16], read + len(chunk)
        status, body = self._meaning(urlsplit(self.path).path, head, length)
        data = json.dumps(body).encode() if body else b""
        self.send_response(status)
        if "uploadType=resumable" in self.path:
            # Where the rows of a larger file are to be put, in a second request.
            self.send_header("location", f"http://{self.headers['host']}{urlsplit(self.path).path}")
        self.send_header("content-type", "application/json")
        self.send_header("content-length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def _meaning(self, path: str, head: bytes, length: int) -> tuple[int, dict[str, Any]]:
        parts = path.split("/projects/")[1].split("/")[1:]
        done: dict[str, Any] = {"load": {"outputRows": str(Sink.rows)}, "query": {"statementType": "SCRIPT"}}
        if parts[0] == "jobs" and self.command == "PUT":
            Sink.counts["load bytes"] += length
            return 200, {**Sink.about, "status": {"state": "DONE"}, "statistics": done}
        if parts[0] == "jobs" and self.command == "POST":
            kind = "load" if path.startswith("/upload") else "query"
            Sink.counts[f"{kind} jobs"] += 1
            Sink.counts[f"{kind} bytes"] += length
            if "uploadType=resumable" in self.path:
                Sink.about = json.loads(head)
                return 200, {}
            start = head.index(b"{")
            about, _ = json.JSONDecoder().raw_decode(head[start:].decode("utf-8", "replace"))
            return 200, {**about, "status": {"state": "DONE"}, "statistics": done}
        if parts[0] in ("jobs", "queries"):
            Sink.counts["other requests"] += 1
            schema = {"fields": [{"name": "replaced", "type": "INTEGER"}]}
            found: dict[str, Any] = {
                "jobComplete": True,
                "schema": schema,
                "rows": [{"f": [{"v": "0"}]}],
                "totalRows": "1",
            }
            return 200, {**found, "jobReference": {"projectId": "p", "jobId": parts[-1]}}
        Sink.counts["other requests"] += 1
        return self._metadata(parts, head)

    def _metadata(self, parts: list[str], head: bytes) -> tuple[int, dict[str, Any]]:
        if self.command == "POST":
            body = json.loads(head)
            kind = parts[-1].removesuffix("s")
            Sink.tables[body[f"{kind}Reference"][f"{kind}Id"]] = body
            return 200, body
        if self.command == "DELETE":
            Sink.tables.pop(parts[-1], None)
            return 204, {}
        missing = {"error": {"code": 404, "message": "Not found", "errors": [{"reason": "notFound"}]}}
        return (200, Sink.tables[parts[-1]]) if parts[-1] in Sink.tables else (404, missing)

    do_GET = do_POST = do_PUT = do_PATCH = do_DELETE = answer  # noqa: N815 - the library's names

    def log_message(self, *words: object) -> None:
        """Say nothing."""


@contextmanager
def sink() -> Iterator[str]:
    """The URL of the loopback server."""
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Sink)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def to_arrow(directory: Path, rows: int) -> Snapshot:
    """The rows in an Arrow file, as the extraction leaves them."""
    caster = Caster(TABLE, None, "are-cykel", 2024, utc_now(), "run")
    batches = (
        [voucher(number) for number in range(start, min(start + BATCH, rows))] for start in range(0, rows, BATCH)
    )
    return spill(batches, caster, directory)


def to_parquet(snapshot: Snapshot) -> int:
    """The bytes of the Parquet file that is sent."""
    file = snapshot.file.with_suffix(".parquet")
    write_parquet(snapshot, arrow_schema(fields_of(raw_schema(TABLE), {})), file)
    return file.stat().st_size


def to_server(snapshot: Snapshot, endpoint: str | None, parts: int = 1) -> Counter[str]:
    """The whole write, ``parts`` times; what was asked of the server."""

    def write(url: str) -> None:
        access = BigQueryAccess(project="our-project", endpoint=url)
        client = access.client()
        raw = RawDataset(access=access, jobs=Jobs(client=client), name="benchmark")
        for _ in range(parts):
            raw.replace(snapshot)
        client.close()

    if endpoint:
        write(endpoint)
        return Counter()
    Sink.rows = snapshot.rows
    with sink() as url:
        write(url)
    return Sink.counts


def timed(phase: Callable[..., Any], *given: Any) -> Any:
    """Runs a phase in a process of its own; prints seconds, CPU seconds and peak memory."""
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as process:
        answer, seconds, cpu, peak = process.submit(_measured, phase, *given).result()
    print(f"{phase.__name__}: {seconds:.1f} s, CPU {cpu:.1f} s, peak {peak} MiB", flush=True)
    return answer


def _measured(phase: Callable[..., Any], *given: Any) -> tuple[Any, float, float, int]:
    began, cpu = time.monotonic(), time.process_time()
    answer = phase(*given)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // (1 if sys.platform == "darwin" else 1024)
    return answer, time.monotonic() - began, time.process_time() - cpu, peak


def main() -> None:
    """Runs the phases one after the other."""
    parser = argparse.ArgumentParser()
    parser.add_argument("rows", type=int, nargs="?", default=1_000_000)
    parser.add_argument("--endpoint")
    parser.add_argument("--batched", action="store_true")
    wanted = parser.parse_args()
    with tempfile.TemporaryDirectory() as directory:
        if wanted.batched:
            part = timed(to_arrow, Path(directory), wanted.rows // PARTITIONS)
            print("each partition by itself:", dict(timed(to_server, part, wanted.endpoint, PARTITIONS)))
            whole = timed(to_arrow, Path(directory), wanted.rows)
            print("all in one:", dict(timed(to_server, whole, wanted.endpoint)))
            return
        snapshot = timed(to_arrow, Path(directory), wanted.rows)
        print(f"Arrow {snapshot.file.stat().st_size / 1e6:.0f} MB", flush=True)
        print(f"Parquet {timed(to_parquet, snapshot) / 1e6:.0f} MB", flush=True)
        print("asked of the server:", dict(timed(to_server, snapshot, wanted.endpoint)))


if __name__ == "__main__":
    main()
