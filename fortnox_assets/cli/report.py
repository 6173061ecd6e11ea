"""Prints a company's statements from the reporting tables."""

from collections import defaultdict
from decimal import Decimal
from itertools import product

from rich.console import Console
from rich.table import Table

from fortnox_assets.settings import Settings
from fortnox_assets.warehouse.chosen import chosen_warehouse

BALANCE_SHEET = """
select line_sv, line_en, amount, line_code
from {schema}.rpt_balance_sheet
where company = ? and basis = 'reported' and as_of_date = (
    select max(as_of_date) from {schema}.rpt_balance_sheet where company = ? and as_of_date <= cast(? as date)
)
and (amount <> 0 or line_code in ('BA999', 'BE999'))
order by line_code
"""

INCOME_STATEMENT = """
select line_sv, line_en, amount_ytd, line_code
from {schema}.rpt_income_statement
where company = ? and period = (
    select max(period) from {schema}.rpt_income_statement where company = ? and period <= left(?, 7)
)
and (amount_ytd <> 0 or line_code = 'RR599')
order by line_code
"""
RECEIVABLES = """
select customer_number || ' ' || customer_name, name_sv, name_en, open_sek
from {schema}.rpt_ar_ageing
where company = ?
order by bucket_order, customer_number
"""
SUMS = ("BA999", "BE999", "RR199", "RR298", "RR299", "RR399", "RR499", "RR599")


def print_statements(settings: Settings, company: str, console: Console) -> None:
    """The income statement so far this year, the balance sheet at the reporting date's month end, and what is owed."""
    as_of = settings.as_of.isoformat()
    warehouse = chosen_warehouse(settings)
    schema = settings.environment.fortnox_reporting_dataset
    for title, sql in (("Resultaträkning", INCOME_STATEMENT), ("Balansräkning", BALANCE_SHEET)):
        rows = warehouse.query(sql.format(schema=schema), [company, company, as_of])
        console.print(_statement(f"{title} {company}", rows))
    if owed := warehouse.query(RECEIVABLES.format(schema=schema), [company]):
        console.print(_ageing(f"Kundreskontra {company} {as_of}", owed))


def _statement(title: str, rows: list[tuple[str, str, Decimal, str]]) -> Table:
    table = Table(title=title, title_justify="left", show_header=False, box=None)
    table.add_column(max_width=52)
    table.add_column(max_width=48, style="dim")
    table.add_column(justify="right", no_wrap=True)
    for swedish, english, amount, code in rows:
        style = "bold" if code in SUMS else None
        table.add_row(swedish, english, _kronor(amount), style=style)
    return table


def _ageing(title: str, rows: list[tuple[str, str, str, Decimal]]) -> Table:
    """Customers down, days overdue across; a class that nobody is in has no column."""
    classes = {swedish: english for _, swedish, english, _ in rows}
    table = Table(title=title, title_justify="left", box=None)
    table.add_column(max_width=36)
    for swedish, english in (classes | {"Summa": "Total"}).items():
        table.add_column(f"{swedish}\n{english}", justify="right", header_style="dim")
    cells: dict[tuple[str, str], Decimal] = defaultdict(Decimal)
    for customer, swedish, _, amount in rows:
        for key in product((customer, "Summa"), (swedish, "Summa")):
            cells[key] += amount
    for customer in dict.fromkeys([*sorted({row[0] for row in rows}), "Summa"]):
        amounts = [cells.get((customer, each)) for each in (*classes, "Summa")]
        style = "bold" if customer == "Summa" else None
        table.add_row(customer, *["" if each is None else _kronor(each) for each in amounts], style=style)
    return table


def _kronor(amount: Decimal) -> str:
    return f"{amount:,.2f}".replace(",", " ")
