import datetime as dt

import pytest

FOUND = {
    ("balance_sheet_does_not_balance", "error", "BA999 - BE999", "12.00"),
    ("duplicate_suspect", "info", "A 5, A 5", "7.00"),
    ("ib_plus_transactions_ne_ub", "error", "1930", "2.00"),
    ("late_registration", "warn", "A 1", "185.00"),
    ("ledger_api_ne_sie", "error", "A 3 not in the SIE file", "-1.00"),
    ("ledger_api_ne_sie", "error", "A 8 not in Fortnox", "1.00"),
    ("opening_balance_on_result_account", "warn", "3001", "-1.00"),
    ("opening_balances_do_not_sum_to_zero", "warn", "opening balances", "500.00"),
    ("posting_after_lock", "warn", "A 1", "154.00"),
    ("posting_outside_year", "warn", "A 4", "1.00"),
    ("sie_tables_from_different_loads", "error", "sie tables", "2.00"),
    ("sru_contradicts_line", "warn", "4010 (7410)", "16.00"),
    ("transactions_ne_res", "error", "3001", "1.00"),
    ("unknown_vat_code", "error", "ZZ9", "1.00"),
    ("unmapped_account", "error", "201", "-1.00"),
    ("voucher_duplicate", "error", "A 5", "2.00"),
    ("voucher_number_gap", "error", "A 3", "1.00"),
    ("voucher_number_gap", "warn", "A 6-7", "2.00"),
    ("voucher_number_reused", "warn", "A 4", "1.00"),
    ("voucher_unbalanced", "error", "A 2", "1.00"),
}


def test_faulty_books_are_reported_and_still_become_reports(query):
    found = query("select check_name, severity, object, value from books.qa_findings where company = 'faulty'")
    assert {(*finding, str(value)) for *finding, value in found} == FOUND
    assert query("select count(*) from books.fct_general_ledger where company = 'faulty'") == [(12,)]


def test_what_was_booked_outside_the_year_still_counts_in_it(query):
    sql = "select period, transaction_date from books.fct_general_ledger where company = 'faulty' and account = 201"
    assert query(sql) == [("2024-12", dt.date(2025, 1, 2))]


@pytest.mark.parametrize("company", ["from-file", "from-rest"])
def test_proper_books_show_only_what_is_stale(query, company):
    found = query("select check_name, object, value from books.qa_findings where company = ? order by all", company)
    assert [(check, what, str(value)) for check, what, value in found] == [
        ("ib_ne_previous_ub", "2440", "3750.69"),
        ("ib_ne_previous_ub", "2641", "-750.14"),
        ("opening_balances_do_not_sum_to_zero", "opening balances", "10000.00"),
    ]
