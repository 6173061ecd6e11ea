"""The metrics' definitions, worked out as a metrics tool does: measures summed in SQL, then the metric's expression."""

import re
from pathlib import Path

import duckdb
import pytest
import yaml

MARTS = Path(__file__).parents[2] / "dbt_project" / "models" / "marts"
DEFINED = yaml.safe_load((MARTS / "_metrics.yml").read_text(encoding="utf-8"))
METRICS = {metric["name"]: metric["type_params"] for metric in DEFINED["metrics"]}
MEASURES = {
    measure["name"]: (model["model"].split("'")[1], measure["expr"])
    for model in DEFINED["semantic_models"]
    for measure in model["measures"]
}


def sql_of(metric, where):
    params = METRICS[metric]
    if "measure" in params:
        model, expression = MEASURES[params["measure"]]
        return f"(select sum({expression}) from books.{model} where {where[model]})"
    expression = params["expr"]
    for each in sorted((part["name"] for part in params["metrics"]), key=len, reverse=True):
        expression = re.sub(rf"\b{each}\b", sql_of(each, where), expression)
    return f"({expression})"


@pytest.fixture
def ask(query):
    def value(metric, where):
        return query(f"select {sql_of(metric, where)}")[0][0]

    return value


@pytest.mark.parametrize("company", ["are-cykel", "bjork-konsult", "cedergrens-bygg"])
def test_a_metric_is_what_its_report_says(ask, query, company):
    last = f"company = '{company}' and as_of_date = date '2026-09-30'"
    where = {"rpt_dso_dpo": last}
    ((owed, due, dso, dpo),) = query(f"select ar_open_sek, ap_open_sek, dso, dpo from books.rpt_dso_dpo where {last}")
    assert (ask("accounts_receivable", where), ask("accounts_payable", where)) == (owed, due)
    assert (round(ask("dso", where), 2), round(ask("dpo", where), 2)) == (float(dso), float(dpo))


def test_revenue_margin_and_result_are_lines_of_the_income_statement():
    rows = """
        create schema books;
        create table books.rpt_income_statement as select * from (values
            ('RR100', 1000.00), ('RR200', -100.00), ('RR201', -300.50), ('RR202', -200.00), ('RR299', 399.50),
            ('RR306', -9.50), ('RR599', 390.00)
        ) as lines (line_code, amount)
    """
    with duckdb.connect() as connection:
        connection.execute(rows)
        where = {"rpt_income_statement": "true"}
        found = {
            metric: float(connection.execute(f"select {sql_of(metric, where)}").fetchall()[0][0])
            for metric in ("revenue", "gross_profit", "gross_margin", "operating_result", "result")
        }
    assert found == {
        "revenue": 1000.0,
        "gross_profit": 599.5,
        "gross_margin": 0.5995,
        "operating_result": 399.5,
        "result": 390.0,
    }
