"""A BigQuery on this machine: the ``local-bigquery`` emulator behind the GoogleSQL analyzer, run as a program.

    python server.py --data-dir DIR --ready-file FILE --project PROJECT

Every statement is first understood by Google's own analyzer, so that SQL of the engine underneath (DuckDB) is refused
as BigQuery would refuse it. Where the emulator is known to answer wrongly, the answer is put right, or 501 says that
this cannot be tried here. ``GET /gate-counts`` says what was checked. Listens on the loopback interface only.
"""

import argparse
import asyncio
import gzip
import json
import os
import re
import tempfile
import threading
from collections.abc import Awaitable, Callable, MutableMapping
from pathlib import Path
from typing import Any

import duckdb
import uvicorn
from analyzer import Gate, RefusedError, Statement
from duckdb_extensions import import_extension

Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]

JOBS = re.compile(r"^(?:/upload)?/bigquery/v2/projects/([^/]+)/jobs$")
QUERIES = re.compile(r"^/bigquery/v2/projects/([^/]+)/queries$")
ONE_JOB = re.compile(r"^/bigquery/v2/projects/[^/]+/jobs(/[^/]+)?$")
COUNTS = "/gate-counts"


class Server:
    """The emulator's web application with the analyzer in front of it."""

    def __init__(self, emulator: Callable[[Message, Receive, Send], Awaitable[None]], gate: Gate) -> None:
        self._emulator = emulator
        self._gate = gate

    async def __call__(self, scope: Message, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._emulator(scope, receive, send)
            return
        path, method = scope["path"], scope["method"]
        if path == COUNTS:
            await answer(send, 200, json.dumps(self._gate.counts).encode())
            return
        job, query = JOBS.match(path), QUERIES.match(path)
        if method == "POST" and (job or query) and not path.startswith("/upload"):
            body = await whole(receive)
            refused = await asyncio.to_thread(self._refusal, body, dict(scope["headers"]), (job or query)[1], bool(job))
            if refused:
                await fail(send, *refused)
                return
            receive = again(body, receive)
        if ONE_JOB.match(path):
            await self._with_destination(scope, receive, send)
            return
        await self._emulator(scope, receive, send)

    def _refusal(
        self,
        body: bytes,
        headers: dict[bytes, bytes],
        project: str,
        job: bool,  # noqa: FBT001
    ) -> tuple[int, str, str] | None:
        request = json.loads((gzip.decompress(body) if headers.get(b"content-encoding") == b"gzip" else body) or b"{}")
        configuration = request.get("configuration") or {}
        for kind in ("load", "query", "copy"):
            table = ((configuration.get(kind) or {}).get("destinationTable") or {}).get("tableId", "")
            if "$" in table:
                # The emulator would make a table of that name.
                return 501, "notImplemented", f"{table}: partition decorators cannot be tried here"
        asked = configuration.get("query") if job else request
        if not asked or not asked.get("query"):
            return None
        statement = Statement(
            sql=asked["query"],
            project=project,
            dataset=(asked.get("defaultDataset") or {}).get("datasetId"),
            parameters=asked.get("queryParameters") or (),
            positional=(asked.get("parameterMode") or "").upper() == "POSITIONAL",
        )
        try:
            self._gate.check(statement)
        except RefusedError as error:
            return 400, "invalidQuery", str(error)
        return None

    async def _with_destination(self, scope: Message, receive: Receive, send: Send) -> None:
        """CREATE TABLE AS SELECT: BigQuery names the table it made, the emulator does not, and dbt reads it."""
        start: Message = {}
        chunks = []

        async def keep(message: Message) -> None:
            if message["type"] == "http.response.start":
                start.update(message)
            else:
                chunks.append(message.get("body", b""))

        await self._emulator(scope, receive, keep)
        body = b"".join(chunks)
        if body.startswith(b"{"):
            found = json.loads(body)
            for job in found.get("jobs") or [found]:
                name_destination(job)
            body = json.dumps(found).encode()
        headers = [(key, value) for key, value in start["headers"] if key.lower() != b"content-length"]
        await send({**start, "headers": [*headers, (b"content-length", str(len(body)).encode())]})
        await send({"type": "http.response.body", "body": body})


def name_destination(job: dict[str, Any]) -> None:
    """Puts the table that a statement made where BigQuery says it."""
    asked = (job.get("configuration") or {}).get("query")
    told = (job.get("statistics") or {}).get("query") or {}
    made = told.get("ddlTargetTable")
    if asked and made and told.get("statementType") == "CREATE_TABLE_AS_SELECT":
        asked.setdefault("destinationTable", made)


class InTransaction:
    """A cursor for the emulator's MERGE, which begins a transaction of its own even inside one.

    The engine then gives up the outer one. BigQuery has MERGE inside transactions; told before, so has the emulator.
    """

    def __init__(self, cursor: duckdb.DuckDBPyConnection) -> None:
        self._cursor = cursor

    def __getattr__(self, name: str) -> Any:
        return getattr(self._cursor, name)

    def execute(self, sql: str, *args: Any) -> duckdb.DuckDBPyConnection:
        """As the cursor's own."""
        if sql == "BEGIN":
            # Inside a transaction the clock stands still; outside, each statement reads its own.
            first, second = (self._cursor.execute("SELECT epoch_us(now())").fetchone() for _ in range(2))
            if first == second:
                raise duckdb.TransactionException("there is one already")
        return self._cursor.execute(sql, *args)


async def whole(receive: Receive) -> bytes:
    """The whole body of a request."""
    body, more = b"", True
    while more:
        message = await receive()
        body += message.get("body", b"")
        more = message.get("more_body", False)
    return body


def again(body: bytes, receive: Receive) -> Receive:
    """Gives a body that was read once more."""
    waiting = [{"type": "http.request", "body": body}]

    async def replay() -> Message:
        return waiting.pop() if waiting else await receive()

    return replay


async def answer(send: Send, status: int, body: bytes) -> None:
    """Sends JSON."""
    headers = [(b"content-type", b"application/json"), (b"content-length", str(len(body)).encode())]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})


async def fail(send: Send, status: int, reason: str, message: str) -> None:
    """Sends an error as BigQuery does."""
    errors = [{"reason": reason, "message": message, "domain": "global"}]
    await answer(send, status, json.dumps({"error": {"code": status, "message": message, "errors": errors}}).encode())


def main() -> None:
    """Serves until terminated; writes where it listens into the ready file."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--data-dir", type=Path, required=True)
    parser.add_argument("--ready-file", type=Path, required=True)
    parser.add_argument("--project", required=True)
    wanted = parser.parse_args()
    # DuckDB keeps its extensions under HOME; the compiled analyzer is kept in the user's own cache.
    os.environ.setdefault("XDG_CACHE_HOME", str(Path("~/.cache").expanduser()))
    os.environ["HOME"] = str(wanted.data_dir)
    wanted.data_dir.mkdir(parents=True, exist_ok=True)
    tempfile.tempdir = str(wanted.data_dir)
    for extension in ("icu", "ducklake", "spatial"):
        import_extension(extension, con=duckdb.connect())
    serve(wanted)


def serve(wanted: argparse.Namespace) -> None:
    """Runs the server."""
    # Both read their settings when they are imported.
    from local_bigquery.settings import settings  # noqa: PLC0415

    settings.data_dir = wanted.data_dir / "tables"
    settings.default_project_id = wanted.project
    settings.bigquery_host = "127.0.0.1"
    from local_bigquery import app  # noqa: PLC0415
    from local_bigquery.catalog import tables  # noqa: PLC0415
    from local_bigquery.jobs import merge  # noqa: PLC0415

    run_merge = merge.run
    merge.run = lambda cursor, *args: run_merge(InTransaction(cursor), *args)

    def lookup(project: str, dataset: str, table: str) -> list[dict[str, Any]] | None:
        try:
            found = tables.get(project, dataset, table)
        except Exception:  # noqa: BLE001  # whatever it raises, it has no such table
            return None
        return (found.model_dump(exclude_none=True, by_alias=True).get("schema") or {}).get("fields", [])

    server = uvicorn.Server(
        uvicorn.Config(Server(app, Gate(lookup)), host="127.0.0.1", port=0, log_level="warning", lifespan="off")
    )

    def tell() -> None:
        while not server.started:
            threading.Event().wait(0.02)
        port = server.servers[0].sockets[0].getsockname()[1]
        partial = wanted.ready_file.with_suffix(".partial")
        partial.write_text(json.dumps({"url": f"http://127.0.0.1:{port}", "pid": os.getpid()}), encoding="utf-8")
        partial.rename(wanted.ready_file)

    threading.Thread(target=tell, daemon=True).start()
    server.run()


if __name__ == "__main__":
    main()
