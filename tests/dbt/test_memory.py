"""What the reports remember from one build to the next: since when a finding is there, and nothing else.

Built again over yesterday's tables they are what a build from nothing gives.
"""

import datetime as dt
import shutil

import duckdb
import pytest

REBUILT = (
    *("stg_fortnox__sie_vouchers__transactions", "stg_fortnox__vouchers__voucher_rows", "int_ledger_rows"),
    *("int_vouchers", "fct_voucher_row_history", "qa_findings"),
)
ANOTHER_DAY = "update fortnox_raw.{} set TransactionDate = TransactionDate + 1 where company = '{}' and {}"
OTHER_SOURCE = """
    insert into fortnox_raw.{0} by name select * replace ('from-rest' as company) from fortnox_raw.{0}
    where company = 'from-file' and financial_year = 2023
"""
# What a build from nothing cannot know is left out of the comparison.
SAME = {"qa_findings": "select * exclude (first_seen) from {}"}
VOUCHER = "VoucherSeries = 'A' and VoucherNumber = {} and financial_year = {}"


@pytest.fixture(scope="module")
def twice_changed(database, dbt, tmp_path_factory):
    """The database of the folder after two more builds, before which vouchers were changed, deleted and made anew,
    and a year got another ledger source."""
    path = tmp_path_factory.mktemp("rebuilt") / database.name
    shutil.copy(database, path)
    change(
        path,
        "update books.qa_findings set first_seen = date '2025-01-15' where object != 'A 5, A 5'",
        "delete from books.qa_findings where object = 'A 5, A 5'",
        ANOTHER_DAY.format("sie_vouchers", "from-file", VOUCHER.format(2, 2024)),
        ANOTHER_DAY.format("sie_vouchers", "from-file", VOUCHER.format(2, 2023)),
        f"create table deleted as from fortnox_raw.vouchers where company = 'from-rest' and {VOUCHER.format(1, 2024)}",
        f"delete from fortnox_raw.vouchers where company = 'from-rest' and {VOUCHER.format(1, 2024)}",
    )
    build(dbt, path, "--select", *REBUILT)
    change(
        path,
        "insert into fortnox_raw.vouchers from deleted",
        ANOTHER_DAY.format("vouchers", "from-rest", VOUCHER.format(1, 2024)),
        f"delete from fortnox_raw.vouchers where company = 'from-rest' and {VOUCHER.format(2, 2024)}",
        *(OTHER_SOURCE.format(table) for table in ("sie_files", "sie_vouchers", "sie_balances")),
    )
    build(dbt, path)
    return path


@pytest.fixture(scope="module")
def rebuilt(twice_changed):
    with duckdb.connect(str(twice_changed), read_only=True) as connection:
        yield connection


def change(path, *statements):
    with duckdb.connect(str(path)) as connection:
        for statement in statements:
            connection.execute(statement)


def build(dbt, path, *arguments):
    result = dbt(path, "run", "--quiet", *arguments)
    assert result.returncode == 0, result.stdout + result.stderr


def test_built_again_the_reports_are_what_a_build_from_nothing_gives(twice_changed, dbt, tmp_path):
    fresh = tmp_path / twice_changed.name
    with duckdb.connect(str(fresh)) as connection:
        connection.execute(f"attach '{twice_changed}' as old (read_only)")
        schemas = ["fortnox_raw", "books_staging"]
        tables = connection.execute(
            "select schema_name, table_name from duckdb_tables() where database_name = 'old' and schema_name = any($1) "
            "and (schema_name = 'fortnox_raw' or table_name like 'seed%')",
            [schemas],
        ).fetchall()
        for schema in schemas:
            connection.execute(f"create schema {schema}")
        for schema, table in tables:
            connection.execute(f"create table {schema}.{table} as from old.{schema}.{table}")
    build(dbt, fresh)
    with duckdb.connect(str(fresh)) as connection:
        connection.execute(f"attach '{twice_changed}' as old (read_only)")
        made = connection.execute(
            "select schema_name, table_name from duckdb_tables() where database_name = current_database() "
            "and schema_name like 'books%' and table_name not like 'seed%'"
        ).fetchall()
        assert len(made) >= 80
        for schema, table in made:
            rows = SAME.get(table, "select * from {}")
            mine, theirs = (rows.format(f"{where}{schema}.{table}") for where in ("", "old."))
            differences = f"({mine} except all {theirs}) union all ({theirs} except all {mine})"
            assert (table, connection.execute(differences).fetchall()) == (table, [])
        sources = "select ledger_source from books.dim_financial_year where company = 'from-rest' order by from_date"
        assert connection.execute(sources).fetchall() == [("sie",), ("vouchers",)]


def test_a_finding_keeps_the_day_it_was_first_seen(rebuilt):
    days = "select distinct first_seen from books.qa_findings where {}"
    assert rebuilt.execute(days.format("object != 'A 5, A 5'")).fetchall() == [(dt.date(2025, 1, 15),)]
    ((day,),) = rebuilt.execute(days.format("object = 'A 5, A 5'")).fetchall()
    assert day > dt.date(2025, 1, 15)


def test_nothing_is_copied_for_too_long_where_no_copy_was_ever_made(rebuilt):
    assert rebuilt.execute("select * from books_staging.int_sync_state").fetchall() == []
