import resource
import subprocess
import sys
from contextlib import contextmanager

import pytest

from fortnox_assets.cli.sync import Sync
from fortnox_assets.extract.spool import Spool
from fortnox_assets.warehouse.duckdb import DuckDBTables

CUSTOMERS = ("sync", "--company", "are-cykel", "--endpoint", "customers", "--no-reports")
HOLD = """
import sys, duckdb
connection = duckdb.connect(sys.argv[1])
print("open", flush=True)
sys.stdin.read()
"""


@contextmanager
def full_disk():
    """Files of this process cannot grow any more, as on a disk without room."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (1, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


def on_a_full_disk(function):
    """``function``, which finds the disk full."""

    def called(*words, **named):
        with full_disk():
            return function(*words, **named)

    return called


@pytest.fixture
def synced(ready):
    assert ready.run(*CUSTOMERS).failed == []
    assert ready.count("customers") == 12
    return ready


@pytest.mark.parametrize("command", [CUSTOMERS, ("companies",)])
@pytest.mark.parametrize("place", ["/proc/fortnox", "fortnox.yaml", "fortnox.yaml/data"])
def test_a_state_directory_that_cannot_be_written_is_one_line(terminal, command, place):
    said = terminal.run(*command, FORTNOX_STATE_DIR=place).only(2)
    assert said.startswith("environment: FORTNOX_STATE_DIR: ")
    assert f"{place}: cannot be written: " in said
    assert said.endswith("; choose another directory")


def test_a_dagster_home_that_cannot_be_written_is_one_line(terminal):
    said = terminal.run(*CUSTOMERS, DAGSTER_HOME="/proc/dagster").only(2)
    assert said == "DAGSTER_HOME: /proc/dagster: cannot be written: No such file or directory"


def test_a_full_disk_under_the_spool_is_one_line_and_stored_rows_stay(synced, monkeypatch):
    monkeypatch.setattr(Spool, "add", on_a_full_disk(Spool.add))
    [line] = synced.run(*CUSTOMERS).failed
    assert line.startswith(f"failed  are-cykel: customers: {synced.state}/spool/")
    assert "cannot keep rows here: " in line
    assert line.endswith("; free the disk or make it writable, or point FORTNOX_STATE_DIR elsewhere, and run again")
    assert synced.count("customers") == 12
    assert [path for path in (synced.state / "spool").rglob("*") if path.is_file()] == []


def test_a_full_disk_under_duckdb_is_one_line_and_stored_rows_stay(synced, monkeypatch):
    monkeypatch.setattr(DuckDBTables, "store", on_a_full_disk(DuckDBTables.store))
    [line] = synced.run(*CUSTOMERS, "--endpoint", "suppliers", "--full").failed
    assert line.startswith(f"failed  are-cykel: customers, suppliers: {synced.database}: ")
    assert line.endswith("; free disk space and run again; the stored rows are unchanged")
    assert synced.count("customers") == 12


def test_a_full_disk_under_dagster_is_one_line_and_what_was_stored_stays(synced, monkeypatch):
    monkeypatch.setattr(Sync, "_execute", on_a_full_disk(Sync._execute))
    ran = synced.run(*CUSTOMERS)
    [line] = ran.failed
    home = synced.state / "dagster"
    assert line.startswith(f"failed  the rest: runs: DAGSTER_HOME: {home}: Dagster cannot keep its runs there: ")
    assert line.endswith("or set DAGSTER_HOME to another directory, and run again; stored rows are kept")
    assert synced.count("customers") == 12


def test_a_database_that_another_program_has_open_is_one_line_before_anything_is_asked(synced, fortnox, monkeypatch):
    monkeypatch.setattr("fortnox_assets.warehouse.duckdb_file.SECONDS_BETWEEN_TRIES", 0)
    command = [sys.executable, "-c", HOLD, str(synced.database)]
    fortnox.app.journal.clear()
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        assert process.stdout.readline() == b"open\n"
        said = synced.run("sync").only(1)
        process.stdin.close()
    assert said == (
        f"{synced.database}: is open in another program (process {process.pid}); close it there and run again; "
        "nothing was changed"
    )
    assert fortnox.app.journal.requests() == ()
    assert synced.count("customers") == 12


def test_a_database_that_is_opened_by_another_program_in_the_middle_fails_the_rest_in_one_line(synced, monkeypatch):
    monkeypatch.setattr("fortnox_assets.warehouse.duckdb_file.SECONDS_BETWEEN_TRIES", 0)
    monkeypatch.setattr("fortnox_assets.cli.run.refuse_unusable_warehouse", lambda *_: None)
    command = [sys.executable, "-c", HOLD, str(synced.database)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        assert process.stdout.readline() == b"open\n"
        [line] = synced.run(*CUSTOMERS, "--endpoint", "suppliers", "--full").failed
        process.stdin.close()
    assert line.startswith(f"failed  are-cykel: customers, suppliers: {synced.database}: is open in another program (")
    assert synced.count("customers") == 12


def test_a_file_that_is_no_database_is_one_line_and_stays_as_it_is(terminal):
    minutes = "minutes of the annual meeting\n" * 200
    terminal.state.mkdir()
    terminal.database.write_text(minutes)
    said = terminal.run("sync").only(1)
    assert said == (f"{terminal.database}: is not a DuckDB database; move it away or set DUCKDB_PATH to another file")
    assert terminal.database.read_text() == minutes


@pytest.mark.parametrize("place", ["/proc/nowhere/fortnox.duckdb", ".", "fortnox.yaml/x.duckdb"])
def test_a_database_that_cannot_be_made_is_one_line_naming_the_setting(terminal, place):
    said = terminal.run("sync", DUCKDB_PATH=place).only(1)
    assert "cannot be opened for writing: " in said
    assert said.endswith("; check DUCKDB_PATH and the rights to it")
