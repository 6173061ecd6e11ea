"""The small tables beside the main statements."""

from decimal import Decimal

from fortnox_assets.defs.statements import MOST_COMPANIES, table

SUM = ("RR599", "Årets resultat", "Result for the year")


def test_companies_stand_across_and_sums_down_to_the_ore():
    rows = [
        ("a", *SUM, Decimal("-1234567.50"), "2026-09"),
        ("b", *SUM, Decimal("0.05"), "2026-08"),
        ("b", "RR199", "Summa intäkter", "Total income", Decimal(3), "2026-08"),
    ]
    assert table(rows).splitlines() == [
        "|  | a 2026-09 | b 2026-08 |",
        "| :-- | --: | --: |",
        "| Summa intäkter / Total income |  | 3.00 |",
        "| Årets resultat / Result for the year | -1\u00a0234\u00a0567.50 | 0.05 |",
    ]


def test_companies_that_are_left_out_are_counted():
    rows = [(f"c{number:02}", *SUM, Decimal(number), "2026-09") for number in range(MOST_COMPANIES + 3)]
    shown = table(rows)
    assert shown.splitlines()[-1] == "and 3 more companies"
    assert f"c{MOST_COMPANIES:02} " not in shown
