"""Real processes on one real file: killed in the middle, out of disk, several at a time."""

import signal
import subprocess
import sys
from pathlib import Path

import pytest

from fortnox_assets.warehouse.duckdb import query

PROGRAM = Path(__file__).parent / "writer_process.py"


@pytest.fixture
def start(database, tmp_path):
    def run(company="are-cykel", run="run-1", years=(2024,), **options):
        given = {"database": database, "spool": tmp_path / "spool", "company": company, "run": run, **options}
        words = [f"--{name.replace('_', '-')}={value}" for name, value in given.items() if value is not True]
        flags = [f"--{name.replace('_', '-')}" for name, value in given.items() if value is True]
        command = [sys.executable, "-W", "ignore", str(PROGRAM), *words, *flags, "--years", *map(str, years)]
        return subprocess.Popen(command, stderr=subprocess.PIPE, text=True, cwd=PROGRAM.parents[2])

    return run


def finished(process):
    _, said = process.communicate(timeout=120)
    return process.returncode, said


def stored(database):
    sql = "SELECT company, financial_year, _run_id, count(*) FROM fortnox_raw.vouchers GROUP BY ALL ORDER BY ALL"
    return query(database, sql)


def test_a_run_killed_between_delete_and_commit_leaves_the_old_rows_and_the_next_run_replaces_them(start, database):
    assert finished(start(years=(2023, 2024)))[0] == 0
    before = [("are-cykel", 2023, "run-1", 1500), ("are-cykel", 2024, "run-1", 1500)]
    assert stored(database) == before

    assert finished(start(run="run-2", killed_while_inserting=True))[0] == -signal.SIGKILL
    assert stored(database) == before

    assert finished(start(run="run-3", rows=2000))[0] == 0
    assert stored(database) == [before[0], ("are-cykel", 2024, "run-3", 2000)]


def test_processes_that_write_the_same_table_at_once_lose_nothing(start, database):
    companies = ["are-cykel", "bjork-konsult", "cedergrens-bygg"]
    for process in [start(company=company, years=(2022, 2023, 2024)) for company in companies]:
        code, said = finished(process)
        assert code == 0, said
    assert stored(database) == [(company, year, "run-1", 1500) for company in companies for year in (2022, 2023, 2024)]


def test_a_disk_that_fills_up_while_storing_is_one_clear_line_and_leaves_the_old_rows(start, database, tmp_path):
    assert finished(start())[0] == 0
    code, said = finished(start(run="run-2", rows=3000, largest_stored_file=1_000_000))
    assert code == 1
    [line] = [each for each in said.splitlines() if each.startswith("said: ")]
    assert "fortnox_raw.vouchers" in line
    assert line.endswith("free disk space and run again; the stored rows are unchanged")
    assert stored(database) == [("are-cykel", 2024, "run-1", 1500)]
    assert list((tmp_path / "spool").iterdir()) == []


def test_a_disk_that_fills_up_while_fetching_is_one_clear_line_and_leaves_no_file(start, tmp_path):
    code, said = finished(start(largest_file=100_000))
    assert code == 1
    assert "cannot keep fetched rows there: " in said
    assert list((tmp_path / "spool").iterdir()) == []
