"""What the reports remember from one build to the next: since when a finding is there, what a number stood for."""

import datetime as dt
import shutil

import duckdb
import pytest

REBUILT = ("int_ledger_rows", "int_vouchers", "fct_voucher_row_history", "int_voucher_contents", "int_findings_copies")
ANOTHER_DAY = "update fortnox_raw.{} set TransactionDate = TransactionDate + 1 where company = '{}' and {}"
VOUCHER = "VoucherSeries = 'A' and VoucherNumber = {} and financial_year = {}"


@pytest.fixture(scope="module")
def rebuilt(database, dbt, tmp_path_factory):
    """The database of the folder after two more builds, between which vouchers were changed, deleted and made anew."""
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
    build(dbt, path)
    change(
        path,
        "insert into fortnox_raw.vouchers from deleted",
        ANOTHER_DAY.format("vouchers", "from-rest", VOUCHER.format(1, 2024)),
    )
    build(dbt, path)
    with duckdb.connect(str(path), read_only=True) as connection:
        yield connection


def change(path, *statements):
    with duckdb.connect(str(path)) as connection:
        for statement in statements:
            connection.execute(statement)


def build(dbt, path):
    result = dbt(path, "run", "--quiet", "--select", *REBUILT, "qa_findings")
    assert result.returncode == 0, result.stdout + result.stderr


def test_a_finding_keeps_the_day_it_was_first_seen(rebuilt):
    days = "select distinct first_seen from books.qa_findings where {} and check_name != 'voucher_number_reused'"
    assert rebuilt.execute(days.format("object != 'A 5, A 5'")).fetchall() == [(dt.date(2025, 1, 15),)]
    ((day,),) = rebuilt.execute(days.format("object = 'A 5, A 5'")).fetchall()
    assert day > dt.date(2025, 1, 15)


def test_a_number_that_stands_for_another_voucher_is_found_even_when_it_was_gone_in_between(rebuilt):
    sql = """
        select company, financial_year_id, object, value::varchar, severity from books.qa_findings
        where check_name = ?
    """
    # A 2 of the first year has a struck row: it was edited, not made anew.
    assert sorted(rebuilt.execute(sql, ["voucher_number_reused"]).fetchall()) == [
        ("from-file", 1, "A 2", "1.25", "info"),
        ("from-rest", 1, "A 1", "3750.69", "info"),
    ]


def test_nothing_is_copied_for_too_long_where_no_copy_was_ever_made(rebuilt):
    assert rebuilt.execute("select * from books_staging.int_sync_state").fetchall() == []
