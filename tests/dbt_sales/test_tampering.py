import re
import shutil
from pathlib import Path

import duckdb

PROJECT = Path(__file__).parents[2] / "dbt_project"

# One öre off or one row lost: each must be noticed by the test that is there for it.
TAMPERING = {
    "invoice_lines_are_the_invoices": """
        update books.fct_invoice_line set net_currency = net_currency + 0.01
        where company = 'are-cykel' and line_type = 'freight'
    """,
    "sales_report_is_the_invoice_lines": """
        update books.rpt_sales_by_customer_article_month set net_sek = net_sek + 0.01 where company = 'bjork-konsult'
    """,
    "stock_value_is_the_registers": "update books.rpt_stock set stock_value = stock_value - 0.01",
    "vouchers_are_the_ledger": "delete from books.fct_voucher where voucher_series = 'B' and voucher_number = 1",
}


def test_every_structural_test_notices_what_it_is_there_for(database, dbt, tmp_path):
    tampered = tmp_path / database.name
    shutil.copy(database, tampered)
    with duckdb.connect(str(tampered)) as connection:
        for statement in TAMPERING.values():
            connection.execute(statement)
    result = dbt(tampered, "test", "--quiet", "--select", "path:tests/sales")
    assert result.returncode == 1
    assert set(re.findall(r"Failure in test (\w+)", result.stdout)) == set(TAMPERING)
    assert {path.stem for path in (PROJECT / "tests" / "sales").glob("*.sql")} == set(TAMPERING)
