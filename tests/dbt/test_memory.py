"""What the reports remember from one build to the next: since when a finding is there."""

import datetime as dt
import shutil

import duckdb
import pytest


@pytest.fixture(scope="module")
def rebuilt(database, dbt, tmp_path_factory):
    """The database of the folder after one more build, in which one finding is new."""
    path = tmp_path_factory.mktemp("rebuilt") / database.name
    shutil.copy(database, path)
    with duckdb.connect(str(path)) as connection:
        connection.execute("update books.qa_findings set first_seen = date '2025-01-15' where object != 'A 5, A 5'")
        connection.execute("delete from books.qa_findings where object = 'A 5, A 5'")
    result = dbt(path, "run", "--quiet", "--select", "qa_findings")
    assert result.returncode == 0, result.stdout + result.stderr
    with duckdb.connect(str(path), read_only=True) as connection:
        yield connection


def test_a_finding_keeps_the_day_it_was_first_seen(rebuilt):
    days = "select distinct first_seen from books.qa_findings where {}"
    assert rebuilt.execute(days.format("object != 'A 5, A 5'")).fetchall() == [(dt.date(2025, 1, 15),)]
    ((day,),) = rebuilt.execute(days.format("object = 'A 5, A 5'")).fetchall()
    assert day > dt.date(2025, 1, 15)


def test_nothing_is_copied_for_too_long_where_no_copy_was_ever_made(rebuilt):
    assert rebuilt.execute("select * from books_staging.int_sync_state").fetchall() == []
