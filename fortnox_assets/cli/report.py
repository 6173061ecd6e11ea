"""Prints a company's statements from the reporting tables."""

from decimal import Decimal

from rich.console import Console
from rich.table import Table

from fortnox_assets.settings import Settings
from fortnox_assets.warehouse.duckdb import query

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
SUMS = ("BA999", "BE999", "RR199", "RR298", "RR299", "RR399", "RR499", "RR599")


def print_statements(settings: Settings, company: str, console: Console) -> None:
    """The income statement so far this year and the balance sheet at the reporting date's month end."""
    as_of = settings.as_of.isoformat()
    schema = settings.environment.fortnox_reporting_dataset
    for title, sql in (("Resultaträkning", INCOME_STATEMENT), ("Balansräkning", BALANCE_SHEET)):
        rows = query(settings.duckdb_path, sql.format(schema=schema), [company, company, as_of])
        console.print(_statement(f"{title} {company}", rows))


def _statement(title: str, rows: list[tuple[str, str, Decimal, str]]) -> Table:
    table = Table(title=title, title_justify="left", show_header=False, box=None)
    table.add_column(max_width=52)
    table.add_column(max_width=48, style="dim")
    table.add_column(justify="right", no_wrap=True)
    for swedish, english, amount, code in rows:
        style = "bold" if code in SUMS else None
        table.add_row(swedish, english, f"{amount:,.2f}".replace(",", " "), style=style)
    return table
