"""Draws the pictures of docs/reports.md from the demo's tables: ``make pictures``.

SVG written by hand: a number that changes shows in the diff, and no browser is needed. A test draws them again and
compares.
"""

import datetime as dt
import sys
from collections.abc import Callable, Iterator, Sequence
from decimal import Decimal
from pathlib import Path
from xml.sax.saxutils import escape

import duckdb

IMAGES = Path(__file__).parent / "images"
SCHEMA = "fortnox_reporting"
DAY = "2026-09-30"
INCOME_STATEMENT = f"""
select line_kind, line_sv, line_en, amount, amount_ytd, amount_ytd_last_year, budget_ytd
from {SCHEMA}.rpt_income_statement_comparison
where company = 'are-cykel' and period = '2026-09' and (amount_ytd != 0 or amount_ytd_last_year != 0)
order by line_order
"""
BALANCE_SHEET = f"""
select line_kind, line_sv, line_en, amount, amount_year_start, amount_same_month_last_year
from {SCHEMA}.rpt_balance_sheet
where company = 'are-cykel' and basis = 'reported' and as_of_date = date '{DAY}'
and (amount != 0 or amount_year_start != 0)
order by line_order
"""
AGEING = f"""
select customer_number || ' ' || customer_name, name_sv, name_en, bucket, open_sek
from {SCHEMA}.rpt_ar_ageing
where company = 'bjork-konsult'
order by customer_number, bucket_order
"""
FORECAST = f"""
select scenario, forecast_date, balance_sek
from {SCHEMA}.rpt_liquidity_forecast
where company = 'bjork-konsult'
order by scenario, forecast_date
"""
CLASSES = {
    "not_due": ("Ej förfallet", "Not due"),
    "1-30": ("1-30 dagar", "1-30 days"),
    "31-60": ("31-60 dagar", "31-60 days"),
    "61-90": ("61-90 dagar", "61-90 days"),
    "91-120": ("91-120 dagar", "91-120 days"),
    "120+": ("Över 120 dagar", "Over 120 days"),
    "credit": ("Kredit", "Credit"),
}
SCENARIOS = {"expected": ("#1a7f5a", ""), "cautious": ("#b45309", 'stroke-dasharray="6 4"')}

Query = Callable[[str], list[tuple]]  # type: ignore[type-arg]  # rows of any columns
Row = tuple[bool, str, str, Sequence[Decimal | None]]

_WIDTH = 960
_LINE = 24
_TOP = 92
_COLUMN = 124
_STYLE = """<style>
text { font: 13px system-ui, "Segoe UI", "DejaVu Sans", sans-serif; fill: #1f2933 }
.title { font-size: 19px; font-weight: 600 } .quiet { fill: #7b8794 } .bold { font-weight: 600 }
.number { text-anchor: end }
</style>"""


def pictures(query: Query) -> dict[str, str]:
    """File name -> SVG of each picture."""
    return {
        "income-statement.svg": _statement(
            "Resultaträkning - Income statement, Åre Cykel AB, September 2026",
            [("September", ""), ("Jan-sep", "Year to date"), ("Föregående år", "Last year"), ("Budget", "Budget")],
            query(INCOME_STATEMENT),
        ),
        "balance-sheet.svg": _statement(
            "Balansräkning - Balance sheet, Åre Cykel AB, 2026-09-30",
            [("2026-09-30", ""), ("Årets början", "Year start"), ("2025-09-30", "")],
            query(BALANCE_SHEET),
        ),
        "ageing.svg": _ageing(query(AGEING)),
        "liquidity-forecast.svg": _forecast(query(FORECAST)),
    }


def _statement(title: str, columns: Sequence[tuple[str, str]], found: list[tuple]) -> str:  # type: ignore[type-arg]
    rows = [(kind in ("subtotal", "total"), swedish, english, amounts) for kind, swedish, english, *amounts in found]
    return _svg(_TOP + _LINE * len(rows), title, _table(columns, rows))


def _ageing(found: list[tuple]) -> str:  # type: ignore[type-arg]
    amounts: dict[tuple[str, str], Decimal] = {}
    for customer, _, _, bucket, open_sek in found:
        amounts[customer, bucket] = amounts.get((customer, bucket), Decimal(0)) + open_sek
    classes = [each for each in CLASSES if any(bucket == each for _, bucket in amounts)]
    customers = list(dict.fromkeys(customer for customer, _ in amounts))
    total = [sum((amounts.get((each, bucket), Decimal(0)) for each in customers), Decimal(0)) for bucket in classes]
    rows: list[Row] = [
        (False, each, "", [*cells, sum((cell for cell in cells if cell), Decimal(0))])
        for each in customers
        for cells in [[amounts.get((each, bucket)) for bucket in classes]]
    ]
    rows.append((True, "Summa", "Total", [*total, sum(total, Decimal(0))]))
    columns = [*(CLASSES[each] for each in classes), ("Summa", "Total")]
    title = f"Kundreskontra - Receivables by days overdue, Björk Konsult AB, {DAY}"
    return _svg(_TOP + _LINE * len(rows), title, _table(columns, rows))


def _table(columns: Sequence[tuple[str, str]], rows: Sequence[Row]) -> Iterator[str]:
    edges = [_WIDTH - 24 - _COLUMN * (len(columns) - 1 - place) for place in range(len(columns))]
    for edge, (swedish, english) in zip(edges, columns, strict=True):
        yield _text(edge, 58, swedish, "number bold")
        yield _text(edge, 74, english, "number quiet")
    for place, (strong, swedish, english, amounts) in enumerate(rows):
        y = _TOP + _LINE * place
        kind = "bold" if strong else ""
        if strong:
            yield f'<rect x="12" y="{y - 4}" width="{_WIDTH - 24}" height="{_LINE}" fill="#f0f4f8"/>'
        yield _label(y + 13, swedish, english, kind, edges[0] - _COLUMN)
        for edge, amount in zip(edges, amounts, strict=True):
            yield _text(edge, y + 13, "" if amount is None else kronor(amount), f"number {kind}")


def _label(y: int, swedish: str, english: str, kind: str, room: int) -> str:
    """The line in Swedish, and in English as far as there is room (about 6.6 units a letter)."""
    letters = int((room - 24) / 6.6)
    shown = swedish if len(swedish) <= letters else f"{swedish[: letters - 3].rstrip()}..."
    left = letters - len(shown) - 2
    also = english if len(english) <= left else ""
    quiet = f'<tspan class="quiet" dx="8" font-weight="400">{escape(also)}</tspan>' if also else ""
    return f'<text x="24" y="{y}" class="{kind}">{escape(shown)}{quiet}</text>'


def _forecast(found: list[tuple]) -> str:  # type: ignore[type-arg]
    lines: dict[str, list[tuple[dt.date, Decimal]]] = {}
    for scenario, day, balance in found:
        lines.setdefault(scenario, []).append((day, balance))
    balances = [balance for line in lines.values() for _, balance in line]
    step = Decimal(250_000)
    low, high = min(balances) // step * step, (max(balances) // step + 1) * step
    first, last = found[0][1], found[-1][1]
    left, right, top, bottom = 110, _WIDTH - 150, 70, 330

    def x(day: dt.date) -> float:
        return left + (right - left) * (day - first).days / (last - first).days

    def y(balance: Decimal) -> float:
        return bottom - float((balance - low) / (high - low)) * (bottom - top)

    def drawn() -> Iterator[str]:
        for grid in range(int((high - low) / step) + 1):
            level = low + step * grid
            yield f'<line x1="{left}" x2="{right}" y1="{y(level):.1f}" y2="{y(level):.1f}" stroke="#e4e7eb"/>'
            yield _text(left - 10, round(y(level)) + 4, kronor(level)[:-3], "number quiet")
        for day in (first + dt.timedelta(each) for each in range(0, (last - first).days + 1, 15)):
            yield _text(round(x(day)) + 20, bottom + 22, f"{day.day}/{day.month}", "number quiet")
        for scenario, line in lines.items():
            colour, dashes = SCENARIOS[scenario]
            corners = [f"{x(day):.1f},{y(before):.1f} {x(day):.1f},{y(balance):.1f}"
                       for (day, balance), (_, before) in zip(line, [line[0], *line], strict=False)]  # fmt: skip
            points = " ".join(corners)
            yield f'<polyline points="{points}" fill="none" stroke="{colour}" stroke-width="2" {dashes}/>'
            shift = 0 if scenario == "expected" else 18
            yield f'<text x="{right + 10}" y="{y(line[-1][1]) + shift:.1f}" fill="{colour}">{scenario}</text>'

    title = "Likviditetsprognos - Liquidity forecast, Björk Konsult AB, 90 days from 2026-09-30"
    return _svg(bottom + 44, title, drawn())


def _svg(height: int, title: str, drawn: Iterator[str]) -> str:
    size = f'viewBox="0 0 {_WIDTH} {height + 12}" width="{_WIDTH}" height="{height + 12}"'
    head = f'<svg xmlns="http://www.w3.org/2000/svg" {size} role="img" aria-label="{escape(title)}">'
    paper = f'<rect width="{_WIDTH}" height="{height + 12}" rx="8" fill="#ffffff" stroke="#cbd2d9"/>'
    return "\n".join([head, _STYLE, paper, _text(24, 34, title, "title"), *drawn, "</svg>", ""])


def _text(x: int, y: int, text: str, kind: str = "") -> str:
    return f'<text x="{x}" y="{y}" class="{kind}">{escape(text)}</text>'


def kronor(amount: Decimal) -> str:
    """An amount as Swedes write it, with spaces between thousands."""
    return f"{amount:,.2f}".replace(",", " ").replace(".", ",").replace("-", "\N{MINUS SIGN}")


def main() -> None:
    """Draws the pictures from the DuckDB file that is named, or from the demo's."""
    path = Path(sys.argv[1] if len(sys.argv) > 1 else "data/demo/fortnox.duckdb")
    if not path.exists():
        raise SystemExit(f"{path}: there is no such file; run make demo first")
    with duckdb.connect(str(path), read_only=True) as connection:
        for name, drawn in pictures(lambda sql: connection.execute(sql).fetchall()).items():
            (IMAGES / name).write_text(drawn, encoding="utf-8")


if __name__ == "__main__":
    main()
