"""Sales, orders and stock against figures counted straight from Fortnox's JSON, in Decimal and without SQL."""

from collections import defaultdict
from decimal import ROUND_HALF_UP, Decimal

CENT = Decimal("0.01")


def kronor(body, amount):
    exact = amount * Decimal(body["CurrencyRate"]) / Decimal(body["CurrencyUnit"])
    return exact.quantize(CENT, ROUND_HALF_UP)


def counts_as_sale(body):
    return body["Booked"] and not body["Cancelled"] and body["InvoiceType"] != "INTRESTINVOICE"


def sold_lines(body):
    """Article and amount in the invoice's currency of all that is sold on an invoice."""
    for row in body["InvoiceRows"]:
        yield row["ArticleNumber"] or "(none)", row["TotalExcludingVAT"]
    for name in ("Freight", "AdministrationFee"):
        if body[name]:
            yield "(none)", body[name]


def test_sales_by_customer_article_and_month_are_what_the_invoices_say(query, documents):
    expected, slack = defaultdict(Decimal), defaultdict(Decimal)
    for company, body in documents("invoices"):
        for article, amount in sold_lines(body) if counts_as_sale(body) else ():
            key = company, body["InvoiceDate"][:7], body["CustomerNumber"], article
            expected[key] += kronor(body, amount)
            slack[key] += CENT if body["Currency"] != "SEK" else 0
    sql = (
        "select company, month, customer_number, article_number, net_sek from books.rpt_sales_by_customer_article_month"
    )
    found = {tuple(key): amount for *key, amount in query(sql)}
    assert set(found) == set(expected)
    assert len(found) > 50
    assert [key for key in found if abs(found[key] - expected[key]) > slack[key]] == []


def test_every_currency_unit_and_kind_of_discount_is_among_the_samples(query):
    sql = "select distinct currency, currency_unit::int, coalesce(discount_type, '') from books.fct_invoice_line"
    assert {("JPY", 100, "PERCENT"), ("USD", 1, "PERCENT"), ("SEK", 1, "AMOUNT")} <= set(query(sql))


def test_lines_and_vat_are_the_total_of_every_invoice(query, documents):
    totals = {(company, body["DocumentNumber"]): body for company, body in documents("invoices")}
    sql = "select company, invoice_number, sum(net_currency) from books.fct_invoice_line group by all"
    lines = {(company, number): net for company, number, net in query(sql)}
    assert set(lines) == {key for key, body in totals.items() if not body["Cancelled"]}
    assert all(lines[key] + totals[key]["TotalVAT"] == totals[key]["Total"] for key in lines)


def test_lines_by_account_are_the_rows_of_the_invoices_voucher(query, documents):
    vouchers = {(company, body["Year"], body["VoucherSeries"], body["VoucherNumber"]): body
                for company, body in documents("vouchers")}  # fmt: skip
    sql = """
        select company, financial_year_id, voucher_series, voucher_number, account, currency, sum(net_sek)
        from books.fct_invoice_line where is_booked group by all
    """
    checked = 0
    for *key, account, currency, net in query(sql):
        rows = [row for row in vouchers[tuple(key)]["VoucherRows"] if row["Account"] == account and not row["Removed"]]
        assert sum(row["Credit"] - row["Debit"] for row in rows) == net, (key, account, currency)
        checked += 1
    assert checked > 200


def test_the_ledgers_sales_are_explained_to_the_ore(query, documents):
    expected = defaultdict(Decimal)
    for company, body in documents("vouchers"):
        for row in body["VoucherRows"]:
            if 3000 <= row["Account"] <= 3799 and row["Account"] != 3740 and not row["Removed"]:
                expected[company, body["TransactionDate"][:7]] += row["Credit"] - row["Debit"]
    sql = "select company, month, ledger_sek, difference_sek from books.rpt_sales_reconciliation"
    found = {(company, month): (ledger, difference) for company, month, ledger, difference in query(sql)}
    assert {key: ledger for key, (ledger, _) in found.items() if ledger} == {k: v for k, v in expected.items() if v}
    listed = query("select company, month, sum(difference_sek) from books.rpt_sales_difference group by all")
    differences = {key: difference for key, (_, difference) in found.items() if difference}
    assert {(company, month): amount for company, month, amount in listed if amount} == differences
    assert query("select distinct reason from books.rpt_sales_difference order by 1") == [
        ("accrual",),
        ("manual_voucher",),
    ]


def test_no_sample_invoice_is_found_faulty(query):
    assert query("select * from books_staging.int_findings_sales") == []


def test_the_backlog_is_what_is_ordered_and_not_delivered(query, documents):
    expected = {}
    for company, body in documents("orders"):
        for place, row in enumerate(body["OrderRows"], 1):
            left = Decimal(row["OrderedQuantity"]) - Decimal(row["DeliveredQuantity"])
            waiting = not body["Cancelled"] and body["InvoiceReference"] in ("", "0", None)
            if waiting and left:
                net = left * row["Price"] * (100 - row["Discount"]) / 100
                assert (row["DiscountType"], body["VATIncluded"], body["Currency"]) == ("PERCENT", False, "SEK")
                key = company, body["DocumentNumber"], place
                expected[key] = (left, net.quantize(CENT, ROUND_HALF_UP), body["DeliveryDate"])
    sql = "select company, order_number, row_number, open_quantity, net_sek, delivery_date from books.rpt_order_backlog"
    found = {(company, number, row): (left, net, str(day)) for company, number, row, left, net, day in query(sql)}
    assert found == expected
    assert len(found) > 10


def test_stock_has_every_piece_and_its_value(query, documents):
    pieces = {(company, body["itemId"]): body["inStock"] for company, body in documents("stock_balance")}
    values = {(company, body["ArticleNumber"]): Decimal(body["StockValue"]) for company, body in documents("articles")}
    found = query("select company, article_number, sum(in_stock), sum(stock_value) from books.rpt_stock group by all")
    assert {(company, article): quantity for company, article, quantity, _ in found} == pieces
    assert all(value == values[company, article] for company, article, _, value in found)


def test_offers_say_what_became_of_them(query, documents):
    expected = defaultdict(int)
    for company, body in documents("offers"):
        accepted = {body["OrderReference"], body["InvoiceReference"]} - {"", "0", None}
        if not body["Cancelled"]:
            expected[company, bool(accepted)] += len(body["OfferRows"])
    sql = "select company, is_accepted, count(*) from books.fct_offer_line group by all"
    assert {(company, accepted): rows for company, accepted, rows in query(sql)} == expected
