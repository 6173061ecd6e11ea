"""What holds the dbt project together: its own tests notice, and its models speak both warehouses' SQL."""

import re
import shutil
import sys
from pathlib import Path
from types import SimpleNamespace

import duckdb
import jinja2
import pytest
import yaml

PROJECT = Path(__file__).parents[2] / "dbt_project"
MODELS = sorted((PROJECT / "models").rglob("*.sql"))
OUR_MODELS = [path for path in MODELS if "staging" not in path.parts]

# One öre off, one row lost, one month's opening moved: each must be noticed by the test that is there for it.
TAMPERING = {
    "ledger_is_the_source": "delete from books.fct_general_ledger where company = 'from-file' and account = 3740",
    "trial_balance_is_the_ledger": """
        update books.rpt_trial_balance_period set net_change = net_change + 0.01
        where company = 'from-rest' and account = 1930 and period = '2024-06'
    """,
    "trial_balance_rolls_forward": """
        update books.rpt_trial_balance_period set opening_balance = opening_balance + 0.01
        where company = 'from-rest' and account = 2081 and period = '2024-07'
    """,
    "trial_balance_has_every_month": """
        delete from books.rpt_trial_balance_period
        where company = 'from-rest' and account = 2081 and period = '2025-04'
    """,
    "trial_balance_closes_on_opening_plus_rows": """
        update books.rpt_trial_balance_year set closing_balance = closing_balance + 0.01
        where company = 'from-rest' and account = 1930
    """,
    "income_statement_is_the_ledger": """
        update books.rpt_income_statement set amount = amount + 0.01
        where company = 'from-rest' and line_code = 'RR599' and period = '2024-06'
    """,
    "statements_have_every_line": "delete from books.rpt_income_statement where line_code = 'RR307'",
    "balance_sheet_is_the_ledger": """
        update books.rpt_balance_sheet set amount = amount + 0.01
        where company = 'from-rest' and line_code in ('BA999', 'BE999')
    """,
    "balance_sheet_balances": """
        update books.rpt_balance_sheet set amount = amount + 0.01
        where company = 'faulty' and line_code = 'BE999'
    """,
    "balance_sheet_result_is_the_income_statement": """
        update books.rpt_balance_sheet set amount = amount + 0.01
        where company = 'from-rest' and line_code = 'BE122'
    """,
    "continuous_openings_are_last_years_closings": """
        update books_staging.int_account_balances set opening_continuous = 0 where opening_continuous > 0
    """,
    "every_company_has_one_current_year": "update books.dim_financial_year set is_current = false",
    "account_ranges_cover_every_account": """
        update books_staging.seed_bas_account_ranges set range_to = 1998 where range_from = 1900
    """,
    "account_overrides_stay_in_their_statement": """
        insert into books_staging.seed_account_overrides values ('from-file', 1930, 'RR100')
    """,
}


def test_every_structural_test_notices_what_it_is_there_for(database, dbt, tmp_path):
    tampered = tmp_path / database.name
    shutil.copy(database, tampered)
    with duckdb.connect(str(tampered)) as connection:
        for statement in TAMPERING.values():
            connection.execute(statement)
    result = dbt(tampered, "test", "--quiet", "--select", "path:tests/*.sql")
    assert result.returncode == 1
    failed = set(re.findall(r"Failure in test (\w+)", result.stdout))
    assert failed == set(TAMPERING)
    assert {path.stem for path in (PROJECT / "tests").glob("*.sql")} == set(TAMPERING)


def test_a_warehouse_without_its_own_macros_is_refused_by_name(monkeypatch):
    def refuse(message):
        raise LookupError(message)

    monkeypatch.syspath_prepend(str(Path(__file__).parent / "lint"))
    environment = jinja2.Environment(loader=jinja2.FileSystemLoader(PROJECT / "macros"), autoescape=False)
    environment.globals |= {
        "exceptions": SimpleNamespace(raise_compiler_error=refuse),
        "target": SimpleNamespace(type="postgres"),
    }
    macros = environment.get_template("dialect.sql").module
    names = [name.removeprefix("default__") for name in dir(macros) if name.startswith("default__")]
    assert len(names) > 10
    for name in names:
        macro = getattr(macros, f"default__{name}")
        with pytest.raises(LookupError, match=f"{name} has no version for the warehouse 'postgres'"):
            macro(*["x"] * len(macro.arguments))
        assert hasattr(macros, f"duckdb__{name}")
        assert hasattr(macros, f"bigquery__{name}")
    sys.modules.pop("adapter", None)


@pytest.mark.parametrize("path", OUR_MODELS + sorted((PROJECT / "tests").rglob("*.sql")), ids=lambda path: path.stem)
def test_sql_outside_the_macros_is_in_no_dialect(path):
    sql = re.sub(r"--.*", "", path.read_text(encoding="utf-8"))
    assert not re.search(r"::|\bqualify\b|group by all|filter \(where|\bstrptime\b|\bdate_diff\b|\bunnest\(", sql)


def test_every_model_and_column_is_described():
    described = {}
    for path in (PROJECT / "models").rglob("_*.yml"):
        for model in yaml.safe_load(path.read_text(encoding="utf-8")).get("models", []):
            assert model["description"], model["name"]
            assert all(column.get("description") for column in model["columns"]), model["name"]
            described[model["name"]] = [column["name"] for column in model["columns"]]
    assert set(described) == {path.stem for path in MODELS}


def test_every_built_column_is_described(query):
    described = {
        (model["name"], column["name"])
        for path in (PROJECT / "models").rglob("_*.yml")
        for model in yaml.safe_load(path.read_text(encoding="utf-8")).get("models", [])
        for column in model["columns"]
    }
    sql = """
        select table_name, column_name from information_schema.columns
        where table_schema like 'books%' and table_name not like 'seed%'
    """
    assert set(query(sql)) == described
