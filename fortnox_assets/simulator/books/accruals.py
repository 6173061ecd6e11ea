"""Costs and income that belong to several periods: booked away first, then back in instalments."""

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from functools import partial

from fortnox_assets.simulator.books.amounts import ZERO, shares
from fortnox_assets.simulator.books.documents import Body, Document
from fortnox_assets.simulator.books.forms import API
from fortnox_assets.simulator.books.ledger import Entry, Row
from fortnox_assets.simulator.books.office import Office
from fortnox_assets.simulator.books.payroll import month_end

QUARTER_MONTHS = 3


@dataclass(frozen=True, kw_only=True, slots=True)
class Spread:
    """How an invoice is spread: from ``account`` (cost or income) over ``times`` quarters by way of ``balance``."""

    text: str
    account: int
    balance: int
    times: int = 4
    cost_center: str = ""


def spread_cost(office: Office, invoice: Document, spread: Spread) -> None:
    """Spread a booked supplier invoice's cost over the quarters that follow its date."""
    body = invoice.body
    cost = next(each for each in body["SupplierInvoiceRows"] if each["Code"] == "PRE")
    instalments = _plan(office, date.fromisoformat(body["InvoiceDate"]), cost["Debit"], spread)
    accrual = _common(spread, date.fromisoformat(body["InvoiceDate"]), cost["Debit"]) | {
        "@url": f"{API}/3/supplierinvoiceaccruals/{body['GivenNumber']}",
        "CostAccount": spread.account,
        "SupplierInvoiceAccrualRows": instalments,
        "SupplierInvoiceNumber": int(body["GivenNumber"]),
    }
    office.add("supplier_invoice_accruals", accrual, date.fromisoformat(body["InvoiceDate"]))


def spread_income(office: Office, invoice: Document, spread: Spread) -> None:
    """Spread a booked customer invoice's income over the quarters that follow its date."""
    body = invoice.body
    day = date.fromisoformat(body["InvoiceDate"])
    accrual = _common(spread, day, body["Net"]) | {
        "@url": f"{API}/3/invoiceaccruals/{body['DocumentNumber']}",
        "InvoiceAccrualRows": _plan(office, day, -body["Net"], spread),
        "InvoiceNumber": int(body["DocumentNumber"]),
        "RevenueAccount": spread.account,
    }
    office.add("invoice_accruals", accrual, day)


def _common(spread: Spread, first: date, total: Decimal) -> Body:
    return {
        "AccrualAccount": spread.balance,
        "Description": spread.text,
        "EndDate": _quarters(first, spread.times)[-1].isoformat(),
        "Period": "3_MONTHS",
        "StartDate": first.isoformat(),
        "Times": spread.times,
        "Total": total,
        "VATIncluded": False,
    }


def _quarters(first: date, times: int) -> list[date]:
    """Month ends a quarter apart, the first a quarter after ``first``."""
    found = [month_end(first)]
    for _ in range(times * QUARTER_MONTHS - 1):
        found.append(month_end(found[-1] + timedelta(days=1)))
    return found[QUARTER_MONTHS - 1 :: QUARTER_MONTHS]


def _plan(office: Office, first: date, total: Decimal, spread: Spread) -> list[Body]:
    """Book the whole away on ``first`` and let each quarter take its share; returns one instalment's rows."""
    away = (Row(spread.balance, total), Row(spread.account, -total, spread.cost_center))
    _post(office, spread, away, first)
    parts = shares(total, spread.times)
    for day, part in zip(_quarters(first, spread.times), parts, strict=True):
        rows = (Row(spread.account, part, spread.cost_center), Row(spread.balance, -part))
        office.at(day, partial(_post, office, spread, rows))
    return [_row(spread.account, parts[0], spread.cost_center), _row(spread.balance, -parts[0], "")]


def _post(office: Office, spread: Spread, rows: tuple[Row, ...], day: date) -> None:
    office.ledger.post(Entry(series="P", day=day, text=spread.text, rows=rows, reference_type="ACCRUAL"))


def _row(account: int, amount: Decimal, cost_center: str) -> Body:
    return {
        "Account": account,
        "CostCenter": cost_center,
        "Credit": max(-amount, ZERO),
        "Debit": max(amount, ZERO),
        "Project": "",
        "TransactionInformation": "",
    }
