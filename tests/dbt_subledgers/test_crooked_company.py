"""A company whose documents, ledger and Fortnox balances disagree in every way: each is named, and nothing is lost."""

import re
import shutil
from pathlib import Path

import duckdb

from fortnox_assets.simulator.sample_companies import TODAY

PROJECT = Path(__file__).parents[2] / "dbt_project"

FOUND = {
    ("invoice_booked_without_voucher", "AR invoice 3", "5.00"),
    ("open_item_ne_balance", "AR invoice 1 (SEK)", "-1.00"),
    ("subledger_ne_ledger", "AR 1510", "8.00"),
    ("subledger_ne_ledger", "AR 1510: document not in subledger, voucher B 3", "-11.00"),
    ("subledger_ne_ledger", "AR 1510: document without voucher", "5.00"),
    ("subledger_ne_ledger", "AR 1510: edited voucher, voucher B 2", "10.00"),
    ("subledger_ne_ledger", "AR 1510: fx revaluation, voucher A 2", "3.00"),
    ("subledger_ne_ledger", "AR 1510: manual voucher, voucher A 1", "-7.00"),
    ("subledger_ne_ledger", "AR 1510: voucher not in ledger, voucher B 77", "8.00"),
    ("subledger_ne_ledger", "AR 1513: tax reductions", "-500.00"),
    ("voucher_reference_missing", "AR invoice 4: no voucher B 77", "8.00"),
    ("voucher_reference_missing", "voucher B 3: no AR invoice 99", "11.00"),
}


def test_every_disagreement_is_a_finding(query):
    sql = "select check_name, object, value from books_staging.int_findings_subledgers where company = 'crooked'"
    assert {(check, what, str(value)) for check, what, value in query(sql)} == FOUND


def test_only_what_is_booked_on_the_accrual_method_is_owed(query):
    sql = "select invoice_number, open_sek::int, is_factored, customer_number from books.fct_ar_open_item"
    assert sorted(query(f"{sql} where company = 'crooked'")) == [
        ("1", 1000, False, "1"),
        ("2", 100, False, "1"),
        ("3", 5, True, "1"),
        ("4", 8, False, "1"),
    ]


def test_the_parts_of_a_difference_are_shown(query):
    sql = """
        select subledger_sek, general_ledger_sek, difference, manual_vouchers_sek, fx_revaluation_sek,
            edited_vouchers_sek, opening_balance_sek, other_sek, differences
        from books.rpt_subledger_reconciliation where company = 'crooked'
    """
    [row] = query(sql)
    assert [int(each) for each in row] == [1113, 1105, 8, -7, 3, 10, 0, 2, 6]


def test_a_payment_that_is_not_booked_tells_when_the_money_comes(query):
    sql = """
        select object, expected_date::varchar, amount_sek::int from books_staging.int_liquidity_flows
        where company = 'crooked' and scenario = 'expected' and object = 'AR 1'
    """
    assert query(sql) == [("AR 1", "2026-10-01", 1000)]


def test_a_customer_without_a_register_is_named_by_the_documents(query):
    sql = (
        "select customer_number, is_registered, is_active from books.dim_customer where company = 'crooked' order by 1"
    )
    assert query(sql) == [("1", False, False), ("unknown", False, False)]


# One amount or class changed, one item lost: each must be noticed by the test that is there for it.
TAMPERING = {
    "open_items_fall_into_one_bucket": "update books.fct_ap_open_item set bucket = 'not_due' where days_overdue > 0",
    "open_items_are_what_events_left": """
        update books.fct_ar_open_item set open_sek = open_sek + 0.01 where invoice_number = '3' and company = 'crooked'
    """,
    "ageing_is_the_open_items": "delete from books.rpt_ar_ageing where bucket = 'credit'",
    "reconciliation_has_every_open_item": """
        update books.rpt_subledger_reconciliation set subledger_sek = 0 where ledger = 'AP'
    """,
    "days_outstanding_use_the_open_items": "update books.rpt_dso_dpo set ar_open_sek = ar_open_sek + 0.01",
    "forecast_rolls_forward_from_the_bank": """
        update books.rpt_liquidity_forecast set balance_sek = balance_sek + 0.01 where forecast_date = '2026-10-09'
    """,
    "forecast_has_every_open_item_once": """
        insert into books_staging.int_liquidity_flows
        select * from books_staging.int_liquidity_flows where object = 'AR 1' and company = 'crooked'
    """,
}


def test_every_structural_test_notices_what_it_is_there_for(database, dbt, tmp_path):
    tampered = tmp_path / database.name
    shutil.copy(database, tampered)
    with duckdb.connect(str(tampered)) as connection:
        for statement in TAMPERING.values():
            connection.execute(statement)
    result = dbt(tampered, TODAY, "test", "--quiet", "--select", "path:tests/subledgers")
    assert set(re.findall(r"Failure in test (\w+)", result.stdout)) == set(TAMPERING)
    assert {path.stem for path in (PROJECT / "tests" / "subledgers").glob("*.sql")} == set(TAMPERING)
