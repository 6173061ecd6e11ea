"""The finance reports against sums of the SIE documents, added up here with Decimal."""

import re
import shutil
from collections import defaultdict
from decimal import Decimal

import duckdb
import pytest

CONTRACT = {
    "rpt_income_statement_by_cost_center": "company financial_year_id period cost_center line_code amount",
    "rpt_income_statement_by_project": "company financial_year_id period project line_code amount",
    "rpt_budget_vs_actual": "company financial_year_id period account cost_center budget actual variance",
    "rpt_cash_flow": "company financial_year_id period line amount",
    "rpt_vat_summary": "company declaration_period vat_box exact declared",
    "rpt_group_income_statement": "company period line_code line_sv line_en amount",
    "rpt_group_balance_sheet": "company as_of_date basis line_code line_sv line_en amount",
    "rpt_income_statement_comparison": "company financial_year_id period line_code amount amount_ytd budget",
}


def summed(rows, key, amount=lambda row: row.amount):
    found = defaultdict(Decimal)
    for row in rows:
        found[key(row)] += amount(row)
    return {each: total for each, total in found.items() if total}


def asked(query, sql):
    return {tuple(key): amount for *key, amount in query(sql) if amount}


def result_rows(booked):
    return [row for row in booked if 3000 <= row.account <= 8989]


@pytest.mark.parametrize("table", CONTRACT)
def test_a_report_has_the_columns_its_users_rely_on(query, table):
    sql = (
        "select column_name, data_type from information_schema.columns where table_schema = 'books' and table_name = ?"
    )
    found = query(sql, table)
    assert set(CONTRACT[table].split()) <= {name for name, _ in found}
    assert not [name for name, kind in found if kind in {"DOUBLE", "FLOAT"}]


@pytest.mark.parametrize("dimension", ["cost_center", "project"])
def test_each_members_result_is_the_sum_of_its_rows(query, booked, dimension):
    sql = f"""
        select company, financial_year_id, period, {dimension}, -amount
        from books.rpt_income_statement_by_{dimension} where line_code = 'RR599'
    """
    expected = summed(result_rows(booked), lambda row: (row.company, row.year, row.month, getattr(row, dimension)))
    assert asked(query, sql) == expected
    assert len({key[3] for key in expected}) > 2


def test_budgets_are_the_files_on_both_levels(query, companies):
    expected = defaultdict(Decimal)
    for company in companies:
        for year in company.years:
            for row in company.sie(year.id).period_balances:
                if row.kind == "PBUDGET" and row.year_number == 0:
                    member = next((each.object for each in row.objects), "(total)")
                    period = f"{row.period[:4]}-{row.period[4:]}"
                    expected[company.key, year.id, period, row.account, member] -= row.amount
    sql = "select company, financial_year_id, period, account, cost_center, budget from books.rpt_budget_vs_actual"
    assert asked(query, sql) == {key: amount for key, amount in expected.items() if amount}
    assert {key[4] == "(total)" for key in expected} == {True, False}


def test_actuals_beside_a_budget_are_the_ledgers_on_both_levels(query, booked):
    budgeted = set(query("select distinct company, financial_year_id from books.rpt_budget_vs_actual"))
    rows = [row for row in result_rows(booked) if (row.company, row.year) in budgeted]
    sql = """
        select company, financial_year_id, period, account, -actual from books.rpt_budget_vs_actual
        where budget_level = 'account'
    """
    assert asked(query, sql) == summed(rows, lambda row: (row.company, row.year, row.month, row.account))
    sql = """
        select company, financial_year_id, period, account, cost_center, -actual from books.rpt_budget_vs_actual
        where budget_level = 'cost_center'
    """
    by_member = summed(rows, lambda row: (row.company, row.year, row.month, row.account, row.cost_center))
    assert asked(query, sql) == by_member


def test_the_cash_flow_ends_on_the_change_of_cash(query, booked):
    sql = "select company, financial_year_id, period, amount from books.rpt_cash_flow where line = 'total'"
    cash = [row for row in booked if 1900 <= row.account <= 1999]
    assert asked(query, sql) == summed(cash, lambda row: (row.company, row.year, row.month))
    assert query("select count(*) from books.rpt_cash_flow where line = 'unexplained' and amount != 0") == [(0,)]


def test_the_three_activities_are_the_cash_flow(query):
    sql = """
        select sum(case when line = 'total' then -amount else amount end), count(*)
        from books.rpt_cash_flow where line in ('operating', 'investing', 'financing', 'total')
        group by company, financial_year_id, period
    """
    assert set(query(sql)) == {(Decimal("0.00"), 4)}


def test_cash_held_is_what_the_sie_file_states(query, companies):
    stated = defaultdict(Decimal)
    for company in companies:
        for year in company.years:
            for row in company.sie(year.id).balances:
                if row.kind == "UB" and row.year_number == 0 and 1900 <= row.account <= 1999:
                    stated[company.key, year.id] += row.amount
    sql = """
        select company, financial_year_id, amount_ytd from books.rpt_cash_flow
        where line = 'closing_cash' qualify month_no = max(month_no) over (partition by company, financial_year_id)
    """
    assert asked(query, sql) == {key: amount for key, amount in stated.items() if amount}


def test_comparisons_follow_the_calendar_and_the_month_number(query, booked):
    result = summed(result_rows(booked), lambda row: (row.company, row.month), lambda row: -row.amount)
    sql = """
        select company, period, months_in_year, months_in_previous_year, amount_same_month_last_year,
            amount_same_month_no_last_year
        from books.rpt_income_statement_comparison where line_code = 'RR599' and company = 'cedergrens-bygg'
    """
    found = {period: row for company, period, *row in query(sql)}
    # The year before began in July 2022 and had 18 months; this one begins in January.
    assert found["2024-02"] == [
        12,
        18,
        result["cedergrens-bygg", "2023-02"],
        result.get(("cedergrens-bygg", "2022-08"), Decimal(0)),
    ]
    # Ten months, begun a month after the change of year.
    assert found["2025-12"][:2] == [12, 10]
    assert found["2025-12"][3] == result["cedergrens-bygg", "2025-02"]


def test_a_group_is_its_companies_less_what_both_have_booked(query, booked):
    sql = """
        select period, line_code, companies_amount, elimination from books.rpt_group_income_statement
        where line_code in ('RR599', 'RR100')
    """
    rows = query(sql)
    group = [row for row in result_rows(booked) if row.company in {"are-cykel", "bjork-konsult"}]
    result = summed(group, lambda row: row.month, lambda row: -row.amount)
    assert {period: amount for period, line, amount, _ in rows if line == "RR599" and amount} == result
    assert {elimination for _, line, _, elimination in rows if line == "RR599"} == {Decimal("0.00")}
    sold = sum(row.amount for row in booked if (row.company, row.account) == ("are-cykel", 3001))
    rent = sum(row.amount for row in booked if (row.company, row.account) == ("bjork-konsult", 5010))
    eliminated = sum(elimination for _, line, _, elimination in rows if line == "RR100")
    assert eliminated == -min(-sold, rent)


def test_a_group_sheet_balances_after_eliminations(query):
    sql = """
        select as_of_date, basis, sum(case when line_code = 'BA999' then amount else -amount end), min(elimination)
        from books.rpt_group_balance_sheet where line_code in ('BA999', 'BE999') group by all
    """
    rows = query(sql)
    assert {difference for _, _, difference, _ in rows} == {Decimal("0.00")}
    assert min(elimination for *_, elimination in rows) < 0


# One öre or one row wrong: each must be noticed by the test that is there for it.
TAMPERING = {
    "income_by_cost_center_sums_to_the_income_statement": """
        delete from books.rpt_income_statement_by_cost_center where cost_center = '(none)' and line_code = 'RR100'
    """,
    "income_by_project_sums_to_the_income_statement": """
        update books.rpt_income_statement_by_project set amount = amount + 0.01 where line_code = 'RR599'
    """,
    "budget_actual_by_account_is_the_income_statement": """
        update books.rpt_budget_vs_actual set actual = actual + 0.01 where budget_level = 'account'
    """,
    "budget_actual_by_cost_center_is_the_income_statement": """
        delete from books.rpt_budget_vs_actual where cost_center = '(none)'
    """,
    "budget_of_result_accounts_is_the_files": """
        update books.rpt_budget_vs_actual set budget = budget + 0.01 where budget_level = 'account'
    """,
    "rpt_budget_vs_actual_total_is_the_account_level": """
        insert into books.rpt_budget_vs_actual by name
        select * replace ('(total)' as cost_center, 0 as budget, 0 as actual)
        from books.rpt_budget_vs_actual where budget_level = 'cost_center' limit 1
    """,
    "cash_flow_is_the_change_of_cash": "update books.rpt_cash_flow set amount = amount + 0.01 where line = 'total'",
    "cash_flow_closes_on_cash_held": "update books.rpt_cash_flow set amount = 0 where line = 'opening_cash'",
    "cash_flow_lines_add_up": "update books.rpt_cash_flow set amount = amount + 0.01 where line = 'receivables'",
    "cash_flow_begins_with_the_result": """
        update books.rpt_cash_flow set amount = amount + 0.01 where line = 'result_after_financial_items'
    """,
    "vat_boxes_are_the_ledger": "update books.rpt_vat_summary set exact = exact + 0.01 where vat_box = '10'",
    "vat_to_pay_is_made_of_whole_kronor": """
        update books.rpt_vat_summary set declared = declared + 1 where vat_box = '49'
    """,
    "vat_is_declared_in_whole_kronor": """
        update books.rpt_vat_summary set declared = declared + 0.5 where vat_box = '05'
    """,
    "vat_rows_have_a_period": "update books_staging.int_vat_rows set declaration_period = null",
    "rpt_group_income_statement_adds_up": "update books.rpt_group_income_statement set amount = amount + 0.02",
    "group_result_is_not_changed_by_eliminations": """
        update books.rpt_group_income_statement set elimination = elimination + 0.01
    """,
    "rpt_group_balance_sheet_adds_up": "update books.rpt_group_balance_sheet set amount = amount + 0.01",
    "group_eliminations_keep_the_sheet_in_balance": """
        update books.rpt_group_balance_sheet set elimination = elimination + 0.01 where line_code = 'BA999'
    """,
    "eliminations_sum_to_zero": """
        update books_staging.int_group_eliminations set amount = amount + 0.01 where company = 'are-cykel'
    """,
    "balance_sheet_accounts_add_up_to_the_lines": """
        update books.rpt_balance_sheet_account set amount = amount + 0.01 where account = 1930 and basis = 'continuous'
    """,
    "comparison_is_the_income_statement": "delete from books.rpt_income_statement_comparison where line_code = 'RR100'",
}


def test_every_tie_out_notices_what_it_is_there_for(database, dbt, tmp_path):
    tampered = tmp_path / database.name
    shutil.copy(database, tampered)
    with duckdb.connect(str(tampered)) as connection:
        for statement in TAMPERING.values():
            connection.execute(statement)
    result = dbt(tampered, "test", "--quiet", "--select", *TAMPERING)
    assert result.returncode == 1
    assert set(re.findall(r"Failure in test (\w+)", result.stdout)) == set(TAMPERING)
