"""The sums of the main statements as small tables, shown beside each build of them in Dagster."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from decimal import Decimal
from typing import Any

import dagster as dg

Query = Callable[[str, list[object]], Iterable[Sequence[Any]]]

LATEST = "latest figures"
SHOWN = ("rpt_balance_sheet", "rpt_income_statement")
MOST_COMPANIES = 8
_BALANCE_SHEET = """
select company, line_code, line_sv, line_en, amount, as_of_date as shown_for
from {schema}.rpt_balance_sheet
where basis = 'reported' and as_of_date <= cast(? as date) and line_code in ('BA999', 'BE999')
qualify as_of_date = max(as_of_date) over (partition by company)
order by line_code, company
"""
_INCOME_STATEMENT = """
select company, line_code, line_sv, line_en, amount_ytd, period as shown_for
from {schema}.rpt_income_statement
where period <= ? and line_code in ('RR199', 'RR298', 'RR399', 'RR499', 'RR599')
qualify period = max(period) over (partition by company)
order by line_code, company
"""


def statements(query: Query, schema: str, as_of: str) -> Mapping[str, dg.MetadataValue[Any]]:
    """Markdown tables by report: companies across, sums down, in kronor. What ``query`` raises is let through.

    ``as_of`` is the reporting date. No person's name or figure is in them: they are stored with Dagster's events.
    """
    balance = query(_BALANCE_SHEET.format(schema=schema), [as_of])
    income = query(_INCOME_STATEMENT.format(schema=schema), [as_of[:7]])
    return {name: dg.MetadataValue.md(table(rows)) for name, rows in zip(SHOWN, (balance, income), strict=True)}


def table(rows: Iterable[Sequence[Any]]) -> str:
    """Rows of company, code, Swedish and English name, amount, and the day or month they are of, as Markdown."""
    found = list(rows)
    shown_for = {company: day for company, _, _, _, _, day in found}
    companies = sorted(shown_for)[:MOST_COMPANIES]
    names = {code: f"{swedish} / {english}" for _, code, swedish, english, _, _ in found}
    amounts = {(code, company): amount for company, code, _, _, amount, _ in found}
    head = ["", *(f"{company} {shown_for[company]}" for company in companies)]
    body = [[names[code], *(_kronor(amounts.get((code, each))) for each in companies)] for code in sorted(names)]
    lines = [head, [":--", *["--:"] * len(companies)], *body]
    left_out = len(shown_for) - len(companies)
    more = f"\n\nand {left_out} more companies" if left_out else ""
    return "\n".join(f"| {' | '.join(line)} |" for line in lines) + more


def _kronor(amount: Decimal | None) -> str:
    # A space that does not break, so that a figure stays on one line.
    return "" if amount is None else f"{amount:,.2f}".replace(",", "\u00a0")
