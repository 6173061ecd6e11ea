import subprocess
import sys
import threading

import duckdb
import pytest

from fortnox_assets.warehouse import duckdb_file
from fortnox_assets.warehouse.duckdb import locked, query, read_only
from fortnox_assets.warehouse.duckdb_file import TRIES_AGAINST_OTHERS, opened
from fortnox_assets.warehouse.errors import WarehouseError

HOLD = """
import sys, duckdb
connection = duckdb.connect(sys.argv[1])
print("open", flush=True)
sys.stdin.read()
"""


@pytest.fixture
def another_program(database):
    """A program that has the database open and knows nothing of our lock."""
    with subprocess.Popen(
        [sys.executable, "-c", HOLD, str(database)], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as process:
        assert process.stdout.readline() == b"open\n"
        yield process
        process.stdin.close()


def test_a_file_that_another_program_keeps_open_is_one_clear_line_naming_the_process(database, another_program):
    waits = []
    said = rf"{database}: is open in another program \(process {another_program.pid}\); close it there and run again"
    with pytest.raises(WarehouseError, match=said), opened(database, sleep=waits.append):
        pass
    assert len(waits) == TRIES_AGAINST_OTHERS - 1


def test_a_file_that_another_program_closes_soon_is_waited_for(database, another_program):
    def close(seconds):
        another_program.stdin.close()
        another_program.wait()

    with opened(database, sleep=close) as connection:
        assert connection.execute("SELECT 1").fetchall() == [(1,)]


def test_the_lock_is_waited_for_and_the_waiting_is_told(database):
    told, inside = [], threading.Event()
    release = threading.Event()

    def hold():
        with locked(database):
            inside.set()
            release.wait(10)

    holder = threading.Thread(target=hold)
    holder.start()
    inside.wait(10)

    def tell(line):
        told.append(line)
        release.set()

    with locked(database, tell=tell):
        assert told == [f"{database}: another run is writing; waiting for it"]
    holder.join()


def test_waiting_for_the_lock_ends_with_a_clear_line(database):
    inside, release = threading.Event(), threading.Event()

    def hold():
        with locked(database):
            inside.set()
            release.wait(10)

    holder = threading.Thread(target=hold)
    holder.start()
    inside.wait(10)
    with (
        pytest.raises(WarehouseError, match="another run still has it after 0 seconds; see what it does"),
        locked(database, longest_wait=0),
    ):
        pass
    release.set()
    holder.join()


def test_the_lock_can_be_taken_again_by_who_has_it(database):
    with locked(database), locked(database):
        duckdb.connect(str(database)).close()
        assert query(database, "SELECT 40 + ?", [2]) == [(42,)]


def test_a_path_that_cannot_be_written_is_one_clear_line(tmp_path):
    (tmp_path / "file").write_text("in the way")
    said = "cannot be opened for writing: File exists; check DUCKDB_PATH"
    with pytest.raises(WarehouseError, match=said), locked(tmp_path / "file" / "fortnox.duckdb"):
        pass


def test_a_directory_instead_of_a_file_is_one_clear_line(tmp_path):
    with pytest.raises(WarehouseError, match="check DUCKDB_PATH"), opened(tmp_path):
        pass


def test_a_file_that_is_no_database_is_one_clear_line_and_stays_as_it_is(database):
    database.write_text("minutes of the annual meeting\n" * 200)
    with (
        pytest.raises(WarehouseError, match="is not a DuckDB database; move it away or set DUCKDB_PATH"),
        opened(database),
    ):
        pass
    assert database.read_text().startswith("minutes")


def test_a_connection_left_open_in_this_process_is_named(database):
    with (
        opened(database),
        pytest.raises(WarehouseError, match="already open in this process"),
        opened(database, read_only=True),
    ):
        pass


def test_reading_before_the_first_copy_says_what_to_do(database):
    with pytest.raises(WarehouseError, match="there is no such database yet; run fortnox-assets sync first"):
        query(database, "SELECT 1")
    assert not database.exists()


def test_a_wrong_query_is_one_clear_line(database):
    duckdb.connect(str(database)).close()
    with pytest.raises(
        WarehouseError, match=r"could not be read: Catalog Error: Table with name nothing does not exist!$"
    ):
        query(database, "SELECT * FROM nothing")


def test_a_reading_connection_cannot_write(database):
    duckdb.connect(str(database)).close()
    with read_only(database) as connection, pytest.raises(duckdb.InvalidInputException):
        connection.execute("CREATE TABLE t (a INT)")


def test_moments_are_read_in_utc(database):
    with opened(database) as connection:
        connection.execute("CREATE TABLE t AS SELECT TIMESTAMPTZ '2024-07-01 12:00:00+02' AS moment")
    assert query(database, "SELECT moment::VARCHAR FROM t") == [("2024-07-01 10:00:00+00",)]


def test_the_patience_with_other_programs_is_seconds_not_minutes():
    assert duckdb_file.TRIES_AGAINST_OTHERS * duckdb_file.SECONDS_BETWEEN_TRIES <= 15
