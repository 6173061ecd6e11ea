"""The sample companies' sub-ledgers, counted again straight from their documents with Decimal."""

import datetime as dt
from collections import defaultdict
from decimal import ROUND_HALF_UP, Decimal

import pytest

KEYS = ("are-cykel", "bjork-konsult", "cedergrens-bygg")
TODAY = dt.date(2026, 9, 30)
EARLIER = dt.date(2025, 6, 15)
CENT = Decimal("0.01")
LEDGERS = {
    "ar": ("invoices", "invoice_payments", "DocumentNumber", "customer_number", "CustomerNumber"),
    "ap": ("supplier_invoices", "supplier_invoice_payments", "GivenNumber", "supplier_number", "SupplierNumber"),
}


def kronor(body, amount):
    if body["Currency"] == "SEK":
        return amount
    return (amount * Decimal(body["CurrencyRate"]) / Decimal(body["CurrencyUnit"])).quantize(CENT, ROUND_HALF_UP)


def open_invoices(company, ledger, day):
    """Number -> (invoice, open amount in its currency) on ``day``."""
    invoices, payments, number, _, _ = LEDGERS[ledger]
    paid = defaultdict(Decimal)
    for body in (each.body for each in company.of(payments)):
        if body["Booked"] and dt.date.fromisoformat(body["PaymentDate"]) <= day:
            paid[str(body["InvoiceNumber"])] += body["AmountCurrency"]
            paid[str(body["InvoiceNumber"])] += sum(each["Amount"] for each in body["WriteOffs"])
    found = {}
    for body in (each.body for each in company.of(invoices)):
        owed = Decimal(body.get("TotalToPay", body["Total"])) - paid[body[number]]
        counts = body["Booked"] and not body["Cancelled"] and body.get("InvoiceType") != "CASHINVOICE"
        if owed and counts and dt.date.fromisoformat(body["InvoiceDate"]) <= day:
            found[body[number]] = (body, owed)
    return found


def bucket(body, owed, day):
    days = (day - dt.date.fromisoformat(body["DueDate"])).days
    if owed < 0:
        return "credit"
    if days <= 0:
        return "not_due"
    return next(
        (name for limit, name in ((30, "1-30"), (60, "31-60"), (90, "61-90"), (120, "91-120")) if days <= limit), "120+"
    )


@pytest.fixture(params=[TODAY, EARLIER], ids=["today", "earlier"])
def seen(request, companies):
    """A day, and how to ask the reports of that day."""
    name = "query" if request.param == TODAY else "query_earlier"
    return request.param, request.getfixturevalue(name)


@pytest.mark.parametrize("key", KEYS)
@pytest.mark.parametrize("ledger", LEDGERS)
def test_open_items_are_what_invoices_and_payments_leave_open(seen, companies, key, ledger):
    day, query = seen
    sql = f"select invoice_number, open_currency, open_sek, bucket from books.fct_{ledger}_open_item where company = ?"
    expected = {
        number: (owed, kronor(body, owed), bucket(body, owed, day))
        for number, (body, owed) in open_invoices(companies[key], ledger, day).items()
    }
    assert {number: rest for number, *rest in map(list, query(sql, key))} == {
        number: list(rest) for number, rest in expected.items()
    }
    assert expected or (day, ledger) == (EARLIER, "ap")


@pytest.mark.parametrize("key", KEYS)
@pytest.mark.parametrize("ledger", LEDGERS)
def test_today_the_open_amount_is_fortnox_balance(query, companies, key, ledger):
    invoices, _, number, _, _ = LEDGERS[ledger]
    sql = f"select invoice_number, open_currency from books.fct_{ledger}_open_item where company = ?"
    bodies = [each.body for each in companies[key].of(invoices) if each.body["Booked"]]
    balances = {body[number]: Decimal(body["Balance"]) for body in bodies if Decimal(body["Balance"])}
    assert dict(query(sql, key)) == balances


@pytest.mark.parametrize("key", KEYS)
@pytest.mark.parametrize("ledger", LEDGERS)
def test_ageing_adds_up_by_party_and_bucket(seen, companies, key, ledger):
    day, query = seen
    _, _, _, column, field = LEDGERS[ledger]
    sums = defaultdict(Decimal)
    for body, owed in open_invoices(companies[key], ledger, day).values():
        sums[body[field], bucket(body, owed, day)] += kronor(body, owed)
    sql = f"select {column}, bucket, open_sek from books.rpt_{ledger}_ageing where company = ?"
    assert {(party, name): amount for party, name, amount in query(sql, key)} == dict(sums)


def test_subledgers_equal_their_accounts_to_the_ore(seen):
    _, query = seen
    rows = query(
        "select company, ledger, account, difference from books.rpt_subledger_reconciliation where company != 'crooked'"
    )
    assert {(company, ledger) for company, ledger, *_ in rows} == {(key, each) for key in KEYS for each in ("AR", "AP")}
    assert {difference for *_, difference in rows} == {Decimal("0.00")}
    assert {account for _, _, account, _ in rows} == {1510, 2440}


def test_the_sample_companies_have_no_findings(seen):
    _, query = seen
    assert query("select * from books_staging.int_findings_subledgers where company != 'crooked'") == []


@pytest.mark.parametrize("key", KEYS)
def test_exchange_differences_are_what_the_ledger_books_as_such(query, key):
    found = query(
        """
        select sum(exchange_difference_sek) from (
            select company, exchange_difference_sek from books.fct_payment_ar
            union all select company, exchange_difference_sek from books.fct_payment_ap
        ) where company = ?
        """,
        key,
    )
    sql = "select coalesce(-sum(amount), 0) from books.fct_general_ledger where company = ? and account in (3960, 7960)"
    assert found == query(sql, key)
    assert key != "are-cykel" or found != [(Decimal(0),)]


@pytest.mark.parametrize("key", KEYS)
def test_days_outstanding_are_counted_on_invoices_with_vat(seen, companies, key):
    day, query = seen
    sql = (
        "select ar_open_sek, ar_invoiced_365_sek, dso, dpo from books.rpt_dso_dpo where company = ? and as_of_date = ?"
    )
    [(owed, invoiced, dso, dpo)] = query(sql, key, day)
    expected = {}
    for ledger, (invoices, _, _, _, _) in LEDGERS.items():
        total = Decimal(0)
        for body in (each.body for each in companies[key].of(invoices)):
            counts = body["Booked"] and not body["Cancelled"] and body.get("InvoiceType") != "CASHINVOICE"
            if counts and day - dt.timedelta(365) < dt.date.fromisoformat(body["InvoiceDate"]) <= day:
                total += kronor(body, Decimal(body.get("TotalToPay", body["Total"])))
        left = sum((kronor(*each) for each in open_invoices(companies[key], ledger, day).values()), Decimal(0))
        expected[ledger] = (left, total, (left * 365 / total).quantize(CENT, ROUND_HALF_UP))
    assert (owed, invoiced, dso) == expected["ar"]
    assert dpo == expected["ap"][2]


@pytest.mark.parametrize("key", KEYS)
def test_the_forecast_starts_with_what_is_in_the_bank(query, companies, key):
    company = companies[key]
    year = next(each.id for each in company.years if each.from_date <= TODAY <= each.to_date)
    charts = [each.body for each in company.of("accounts")]
    banks = [body for body in charts if body["Year"] == year and 1900 <= body["Number"] <= 1999]
    sql = "select scenario, balance_sek from books.rpt_liquidity_forecast where company = ? and forecast_date = ?"
    balance = sum(body["BalanceCarriedForward"] for body in banks)
    assert sorted(query(sql, key, TODAY)) == [("cautious", balance), ("expected", balance)]


def test_customers_and_suppliers_are_those_of_the_register_and_unknown(query, companies):
    for key, company in companies.items():
        for table, field in (("customer", "CustomerNumber"), ("supplier", "SupplierNumber")):
            sql = f"select {table}_number from books.dim_{table} where company = ?"
            registered = {each.body[field] for each in company.of(f"{table}s")}
            assert {number for (number,) in query(sql, key)} == registered | {"unknown"}


CONTRACT = {
    "dim_customer": "company customer_number name is_active",
    "dim_supplier": "company supplier_number name is_active",
    "fct_ar_open_item": "company as_of_date invoice_number customer_number invoice_date due_date currency"
    " total_currency paid_currency open_currency open_sek days_past_due days_overdue bucket is_credit",
    "fct_ap_open_item": "company as_of_date invoice_number supplier_number invoice_date due_date currency"
    " total_currency paid_currency open_currency open_sek days_past_due days_overdue bucket is_credit",
    "rpt_ar_ageing": "company as_of_date customer_number bucket open_sek",
    "rpt_ap_ageing": "company as_of_date supplier_number bucket open_sek",
    "rpt_subledger_reconciliation": "company ledger as_of_date account subledger_sek general_ledger_sek difference",
    "rpt_dso_dpo": "company as_of_date dso dpo",
    "rpt_liquidity_forecast": "company forecast_date inflow_sek outflow_sek balance_sek",
}


@pytest.mark.parametrize("table", CONTRACT)
def test_a_reporting_table_has_the_columns_its_users_rely_on(query, table):
    found = query(
        "select column_name, data_type from information_schema.columns where table_schema = 'books' and table_name = ?",
        table,
    )
    assert set(CONTRACT[table].split()) <= {name for name, _ in found}
    assert not [name for name, kind in found if kind in {"DOUBLE", "FLOAT"}]
