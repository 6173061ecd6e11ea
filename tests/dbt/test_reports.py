import datetime as dt
from decimal import Decimal

import pytest

LEDGER = """
    select financial_year_id, financial_year, voucher_series, voucher_number, row_number, transaction_date, period,
        account, debit, credit, amount, cost_center, project, row_text, voucher_text, reference_type, reference_number
    from books.fct_general_ledger where company = ? order by all
"""


def amounts(query, table, company, line, **where):
    conditions = "".join(f" and {column} = '{value}'" for column, value in where.items())
    rows = query(f"select amount from books.{table} where company = ? and line_code = ?{conditions}", company, line)
    return [amount for (amount,) in rows]


def test_both_ledger_sources_give_the_same_ledger(query):
    from_file, from_rest = query(LEDGER, "from-file"), query(LEDGER, "from-rest")
    assert from_file == from_rest
    assert len(from_file) == 16


def test_struck_rows_are_in_neither_ledger(query):
    assert query("select count(*) from books.fct_general_ledger where account = 3002") == [(0,)]


@pytest.mark.parametrize(
    "table", ["rpt_trial_balance_period", "rpt_trial_balance_year", "rpt_income_statement", "rpt_balance_sheet"]
)
def test_both_ledger_sources_give_the_same_statements(query, table):
    sql = f"select * exclude (company) from books.{table} where company = ? order by all"
    assert query(sql, "from-file") == query(sql, "from-rest")


def test_a_year_closes_on_what_its_file_states(query):
    sql = """
        select balance.account, balance.closing_balance, stated.Amount
        from books.rpt_trial_balance_year balance
        join fortnox_raw.sie_balances stated on balance.company = stated.company
            and balance.financial_year_id = stated.FinancialYearId and balance.account = stated.Account
        where stated.company = 'from-file' and stated.Kind in ('UB', 'RES')
    """
    rows = query(sql)
    assert len(rows) == 14
    assert all(ours == theirs for _, ours, theirs in rows)


def test_an_extended_year_has_all_its_months(query):
    sql = "select count(*), max(amount_ytd) from books.rpt_income_statement where company = 'from-file' and {}"
    assert query(sql.format("financial_year_id = 3 and line_code = 'RR599'")) == [(16, Decimal("10000.00"))]


def test_the_result_is_income_less_cost(query):
    sql = """
        select amount_ytd from books.rpt_income_statement
        where company = 'from-file' and financial_year_id = 3 and period = '2024-04' and line_code = 'RR599'
    """
    assert query(sql) == [(Decimal("6999.45"),)]


def test_rounding_is_part_of_net_sales(query):
    assert amounts(query, "rpt_income_statement", "from-file", "RR100", period="2025-02") == [Decimal("1.00")]


def test_a_month_is_compared_with_the_same_calendar_month_of_the_year_before(query):
    sql = """
        select amount_same_month_last_year, amount_last_12_months from books.rpt_income_statement
        where company = 'from-file' and period = '2024-03' and line_code = 'RR100'
    """
    assert query(sql) == [(Decimal("10000.00"), Decimal("0.00"))]


@pytest.mark.parametrize(
    ("basis", "line", "amount"),
    [
        ("reported", "BA999", "58750.56"),
        ("reported", "BE511", "2500.25"),
        ("reported", "BE505", "-3750.69"),
        ("reported", "BE122", "1.00"),
        ("reported", "BE123", "10000.00"),
        ("reported", "BE999", "58750.56"),
        ("continuous", "BA999", "58750.56"),
        ("continuous", "BE511", "1750.11"),
        ("continuous", "BE505", "0.00"),
        ("continuous", "BE122", "1.00"),
        ("continuous", "BE123", "6999.45"),
        ("continuous", "BE999", "58750.56"),
    ],
)
def test_stale_openings_are_shown_on_one_basis_and_mended_on_the_other(query, basis, line, amount):
    found = amounts(query, "rpt_balance_sheet", "from-rest", line, basis=basis, as_of_date="2025-04-30")
    assert found == [Decimal(amount)]


def test_the_sheet_balances_every_month_on_both_bases(query):
    sql = """
        select as_of_date, basis, sum(case when line_code = 'BA999' then amount else -amount end)
        from books.rpt_balance_sheet
        where company = 'from-file' and line_code in ('BA999', 'BE999') group by all
    """
    rows = query(sql)
    assert len(rows) == 2 * 28
    assert {difference for _, _, difference in rows} == {Decimal("0.00")}


def test_years_are_counted_in_order_of_time(query):
    sql = """
        select financial_year_id, financial_year, label, months, fy_counter, is_broken, is_extended, ledger_source
        from books.dim_financial_year where company = 'from-rest' order by fy_counter
    """
    assert query(sql) == [
        (3, 2023, "230101-240430", 16, -1, True, True, "vouchers"),
        (1, 2024, "240501-250430", 12, 0, True, False, "vouchers"),
    ]


def test_rows_without_a_cost_center_have_a_member_of_their_own(query):
    sql = "select code, description, is_registered from books.dim_cost_center where company = 'from-file' order by 1"
    assert query(sql) == [("(none)", "No cost centre", False), ("10", "Shop", True)]
    sql = "select sum(amount) from books.fct_general_ledger where company = 'from-file' and cost_center = '10'"
    assert query(sql) == [(Decimal("-10000.99"),)]


@pytest.mark.parametrize(
    ("day", "holiday"),
    [
        ("2023-04-07", "Långfredagen"),
        ("2024-03-29", "Långfredagen"),
        ("2024-06-21", "Midsommarafton"),
        ("2024-11-02", "Alla helgons dag"),
        ("2025-04-20", "Påskdagen"),
        ("2025-05-29", "Kristi himmelsfärdsdag"),
        ("2025-06-06", "Sveriges nationaldag"),
        ("2024-06-03", None),
    ],
)
def test_swedish_holidays_are_computed(query, day, holiday):
    assert query("select holiday, is_bank_day from books.dim_date where date_day = ?", dt.date.fromisoformat(day)) == [
        (holiday, holiday is None)
    ]


CONTRACT = {
    "dim_company": "company tenant_id name organisation_number",
    "dim_financial_year": "company financial_year_id financial_year from_date to_date label months fy_counter"
    " is_current is_future is_broken is_extended is_closed ledger_source",
    "dim_account": "company financial_year_id account name line_code statement vat_code is_active",
    "dim_cost_center": "company code description is_active",
    "dim_project": "company project_number description is_active",
    "dim_voucher_series": "company financial_year_id code description is_active",
    "fct_general_ledger": "company financial_year_id voucher_series voucher_number row_number transaction_date account"
    " debit credit amount cost_center project row_text voucher_text reference_type reference_number source"
    " source_hash loaded_at",
    "rpt_trial_balance_period": "company financial_year_id period account opening_balance debit credit net_change"
    " closing_balance",
    "rpt_trial_balance_year": "company financial_year_id account opening_balance debit credit net_change"
    " closing_balance",
    "rpt_balance_sheet": "company financial_year_id as_of_date basis line_code line_sv line_en amount",
    "rpt_income_statement": "company financial_year_id period line_code line_sv line_en amount amount_ytd",
    "qa_findings": "company financial_year_id check_name severity object value",
}


@pytest.mark.parametrize("table", CONTRACT)
def test_a_reporting_table_has_the_columns_its_users_rely_on(query, table):
    found = query(
        "select column_name, data_type from information_schema.columns where table_schema = 'books' and table_name = ?",
        table,
    )
    assert set(CONTRACT[table].split()) <= {name for name, _ in found}
    assert not [name for name, kind in found if kind in {"DOUBLE", "FLOAT"}]


def test_only_reports_are_in_the_reporting_dataset(query):
    sql = "select table_schema, left(table_name, 3) from information_schema.tables where table_schema like 'books%'"
    prefixes: dict[str, set[str]] = {}
    for schema, prefix in query(sql):
        prefixes.setdefault(schema, set()).add(prefix)
    assert prefixes == {"books": {"dim", "fct", "rpt", "qa_"}, "books_staging": {"stg", "int", "see"}}
