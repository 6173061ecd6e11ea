"""A BigQuery of a few dozen lines on the loopback interface, which goes wrong exactly when a test says so.

It knows datasets, tables and jobs by name, keeps every request, and stores no rows: how many a job took is read off the
Parquet it was sent.
"""

import email
import email.policy
import http.server
import io
import json
import re
import threading
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any
from urllib.parse import urlsplit

import pyarrow.parquet as pq

ERRORS = {
    "accessDenied": 403,
    "backendError": 503,
    "duplicate": 409,
    "invalidQuery": 400,
    "notFound": 404,
    "quotaExceeded": 403,
    "rateLimitExceeded": 403,
}


@dataclass(frozen=True, kw_only=True)
class Fault:
    """What goes wrong with a request: an error instead of doing it, after doing it, or in the job it starts."""

    reason: str
    message: str = "said the server"
    when: str = "before"


@dataclass(frozen=True, kw_only=True)
class Asked:
    """One request."""

    method: str
    path: str
    body: dict[str, Any]
    rows: int | None = None


@dataclass(kw_only=True)
class ScriptedBigQuery:
    """What the server knows. ``faults`` has, by ``METHOD pattern``, what the next such requests meet, in order."""

    location: str = "EU"
    datasets: dict[str, dict] = field(default_factory=dict)
    tables: dict[str, dict] = field(default_factory=dict)
    jobs: dict[str, dict] = field(default_factory=dict)
    asked: list[Asked] = field(default_factory=list)
    faults: dict[str, list[Fault | None]] = field(default_factory=lambda: defaultdict(list))
    url: str = ""
    stored: int = 0

    def sent(self, pattern: str) -> list[Asked]:
        """The requests that ``METHOD path`` matches."""
        return [each for each in self.asked if re.search(pattern, f"{each.method} {each.path}")]

    def answer(self, asked: Asked) -> tuple[int, dict]:
        """The status and the JSON for a request."""
        self.asked.append(asked)
        fault = self._fault(asked)
        if fault and fault.when == "before":
            return error(fault)
        status, answer = self._done(asked, fault)
        return error(fault) if fault and fault.when == "after" else (status, answer)

    def _fault(self, asked: Asked) -> Fault | None:
        for pattern, waiting in self.faults.items():
            if waiting and re.search(pattern, f"{asked.method} {asked.path}"):
                return waiting.pop(0)
        return None

    def _done(self, asked: Asked, fault: Fault | None) -> tuple[int, dict]:
        parts = asked.path.split("/projects/")[1].split("/")[1:]
        match asked.method, parts:
            case "POST", ["jobs"]:
                return self._start(asked, fault)
            case "GET", ["jobs" | "queries" as kind, name]:
                job = self.jobs.get(name)
                if job is None:
                    return error(Fault(reason="notFound", message=f"Not found: Job {name}"))
                return 200, job if kind == "jobs" else self._finished("replaced", job["jobReference"])
            case "POST", ["queries"]:
                return 200, self._finished("stored", {"projectId": "p", "jobId": "q"})
        return self._metadata(asked, parts)

    def _finished(self, column: str, job: dict) -> dict:
        """The answer to a query whose one row says how many rows are stored."""
        row = {"f": [{"v": str(self.stored)}]}
        schema = {"fields": [{"name": column, "type": "INTEGER"}]}
        return {"jobComplete": True, "jobReference": job, "schema": schema, "rows": [row], "totalRows": "1"}

    def _metadata(self, asked: Asked, parts: list[str]) -> tuple[int, dict]:
        kept = self.tables if len(parts) > 2 else self.datasets
        name = parts[-1] if asked.method != "POST" else asked.body[f"{parts[-1][:-1]}Reference"][f"{parts[-1][:-1]}Id"]
        if asked.method == "POST":
            if name in kept:
                return error(Fault(reason="duplicate", message=f"Already Exists: {name}"))
            kept[name] = {**asked.body, "etag": "1"}
        elif name not in kept:
            return error(Fault(reason="notFound", message=f"Not found: {name}"))
        elif asked.method == "PATCH":
            kept[name] |= asked.body
        elif asked.method == "DELETE":
            kept.pop(name)
            return 204, {}
        return 200, kept[name]

    def _start(self, asked: Asked, fault: Fault | None) -> tuple[int, dict]:
        name = asked.body["jobReference"]["jobId"]
        if name in self.jobs:
            return error(Fault(reason="duplicate", message=f"Already Exists: Job {name}"))
        status: dict[str, Any] = {"state": "DONE"}
        if fault and fault.when == "job":
            status["errorResult"] = {"reason": fault.reason, "message": fault.message}
            status["errors"] = [status["errorResult"]]
        statistics = {"load": {"outputRows": str(asked.rows)}, "query": {"statementType": "SCRIPT"}}
        self.jobs[name] = {**asked.body, "status": status, "statistics": statistics}
        return 200, self.jobs[name]


def error(fault: Fault) -> tuple[int, dict]:
    """The answer to a request that failed."""
    code = ERRORS[fault.reason]
    details = {"reason": fault.reason, "message": fault.message, "domain": "global"}
    return code, {"error": {"code": code, "message": fault.message, "errors": [details]}}


@contextmanager
def serving(script: ScriptedBigQuery) -> Iterator[str]:
    """The URL at which ``script`` answers."""

    class Handler(http.server.BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def handle_one(self) -> None:
            length = int(self.headers.get("content-length") or 0)
            status, answer = script.answer(read(self.command, self.path, self.headers, self.rfile.read(length)))
            body = b"" if status == HTTPStatus.NO_CONTENT else json.dumps(answer).encode()
            self.send_response(status)
            self.send_header("content-type", "application/json")
            self.send_header("content-length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        do_GET = do_POST = do_PATCH = do_DELETE = handle_one  # noqa: N815  # the library's names

        def log_message(self, *words: object) -> None:
            pass

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        script.url = f"http://127.0.0.1:{server.server_port}"
        yield script.url
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def read(method: str, path: str, headers: Any, body: bytes) -> Asked:
    """A request, and how many rows the Parquet in it has."""
    path = urlsplit(path).path
    kind = headers.get("content-type", "")
    if not kind.startswith("multipart/related"):
        return Asked(method=method, path=path, body=json.loads(body or b"{}"))
    message = email.message_from_bytes(f"Content-Type: {kind}\r\n\r\n".encode() + body, policy=email.policy.HTTP)
    about, rows = message.get_payload()
    parquet = pq.ParquetFile(io.BytesIO(rows.get_payload(decode=True)))
    about = json.loads(about.get_payload(decode=True))
    return Asked(method=method, path=path, body=about, rows=parquet.metadata.num_rows)
