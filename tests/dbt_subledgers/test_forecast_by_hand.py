"""The liquidity forecast of every day, worked out by hand from Fortnox's documents."""

import datetime as dt
from collections import defaultdict
from decimal import ROUND_HALF_UP, Decimal

import pytest

KEYS = ("are-cykel", "bjork-konsult", "cedergrens-bygg")
TODAY = dt.date(2026, 9, 30)
HORIZON = 90
# Bank days the calendar takes away in the last quarter of 2026, beside Saturdays and Sundays.
CLOSED = {dt.date(2026, 12, 24), dt.date(2026, 12, 25)}
TAXES = {2650: 2, 2710: 1, 2731: 1, 2512: 0}


def bank_day(day):
    day = max(day, TODAY + dt.timedelta(1))
    while day.isoweekday() > 5 or day in CLOSED:
        day += dt.timedelta(1)
    return day


def kronor(body, amount):
    exact = amount if body["Currency"] == "SEK" else amount * Decimal(body["CurrencyRate"]) / body["CurrencyUnit"]
    return exact.quantize(Decimal("0.01"), ROUND_HALF_UP)


def median_delays(company):
    """Customer -> days after the due date; None stands for everybody who has not paid in two years."""
    invoices = {each.body["DocumentNumber"]: each.body for each in company.of("invoices")}
    found = defaultdict(list)
    for body in sorted((each.body for each in company.of("invoice_payments")), key=lambda each: each["Number"]):
        day, invoice = dt.date.fromisoformat(body["PaymentDate"]), invoices[str(body["InvoiceNumber"])]
        set_off = 1510 <= body["ModeOfPaymentAccount"] <= 1519
        if body["Booked"] and not set_off and body["Amount"] > 0 and dt.date(2024, 9, 30) < day <= TODAY:
            days = (day - dt.date.fromisoformat(invoice["DueDate"])).days
            found[invoice["CustomerNumber"]].append(days)
            found[None].append(days)
    return {customer: sorted(days)[(len(days) + 1) // 2 - 1] for customer, days in found.items()}


def still_open(company, invoices, payments, number):
    paid = defaultdict(Decimal)
    registered = {}
    for body in (each.body for each in company.of(payments)):
        if body["Booked"]:
            paid[str(body["InvoiceNumber"])] += body["AmountCurrency"] + sum(
                each["Amount"] for each in body["WriteOffs"]
            )
        else:
            registered[str(body["InvoiceNumber"])] = dt.date.fromisoformat(body["PaymentDate"])
    for body in (each.body for each in company.of(invoices)):
        left = Decimal(body.get("TotalToPay", body["Total"])) - paid[body[number]]
        if left and body["Booked"] and not body["Cancelled"] and body.get("InvoiceType") != "CASHINVOICE":
            yield body, kronor(body, left), registered.get(body[number])


def receivables(company, scenario):
    delays = median_delays(company)
    for body, left, registered in still_open(company, "invoices", "invoice_payments", "DocumentNumber"):
        due = dt.date.fromisoformat(body["DueDate"])
        delay = dt.timedelta(max(delays.get(body["CustomerNumber"], delays.get(None, 0)), 0))
        if scenario == "cautious" and left > 0 and (TODAY - due).days > 120:
            continue
        if registered or left < 0:
            yield registered or due, left
        elif due < TODAY:
            yield TODAY + delay, left
        else:
            yield due + (delay if scenario == "cautious" else dt.timedelta(0)), left


def payables(company, scenario):
    found = still_open(company, "supplier_invoices", "supplier_invoice_payments", "GivenNumber")
    for body, left, registered in found:
        if left > 0 or scenario == "expected":
            yield registered or dt.date.fromisoformat(body["DueDate"]), -left


def tax_day(year, month):
    return dt.date(year, month, 17 if month in (1, 8) else 12)


def taxes(company, scenario, year_id):
    booked_on = defaultdict(list)
    for body in (each.body for each in company.of("vouchers") if each.body["Year"] == year_id):
        for row in body["VoucherRows"]:
            booked_on[row["Account"]].append(dt.date.fromisoformat(body["TransactionDate"]))
    chart = {each.body["Number"]: each.body for each in company.of("accounts") if each.body["Year"] == year_id}
    for account, months_later in TAXES.items():
        balance = chart[account]["BalanceCarriedForward"] if account in chart else Decimal(0)
        if balance < 0 or (balance and account == 2650 and scenario == "expected"):
            last = max(booked_on[account], default=TODAY) if months_later else TODAY
            years, month = divmod(last.year * 12 + last.month - 1 + months_later, 12)
            day = tax_day(years, month + 1)
            while day <= TODAY:
                day = tax_day(TODAY.year + day.month // 12, day.month % 12 + 1)
            yield day, balance


@pytest.mark.parametrize("key", KEYS)
@pytest.mark.parametrize("scenario", ["expected", "cautious"])
def test_the_forecast_of_every_day(query, companies, key, scenario):
    company = companies[key]
    year = next(each.id for each in company.years if each.from_date <= TODAY <= each.to_date)
    flows = defaultdict(list)
    for day, amount in (*receivables(company, scenario), *payables(company, scenario), *taxes(company, scenario, year)):
        flows[bank_day(day)].append(amount)
    balance = sum(
        each.body["BalanceCarriedForward"]
        for each in company.of("accounts")
        if each.body["Year"] == year and 1900 <= each.body["Number"] <= 1999
    )
    expected = []
    for day in (TODAY + dt.timedelta(days) for days in range(HORIZON + 1)):
        coming = sum((each for each in flows[day] if each > 0), Decimal(0))
        going = -sum((each for each in flows[day] if each < 0), Decimal(0))
        balance += coming - going
        expected.append((day, coming, going, balance))
    sql = """
        select forecast_date, inflow_sek, outflow_sek, balance_sek from books.rpt_liquidity_forecast
        where company = ? and scenario = ? order by 1
    """
    assert query(sql, key, scenario) == expected
    assert len({balance for *_, balance in expected}) > 3
