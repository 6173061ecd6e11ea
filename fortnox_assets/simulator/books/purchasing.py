"""Supplier invoices and their payments. Amounts of supplier invoices are texts in Fortnox."""

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from fortnox_assets.simulator.books.amounts import KRONA, ZERO, money, plain, whole
from fortnox_assets.simulator.books.chart import ACCOUNTS
from fortnox_assets.simulator.books.documents import Body, Document
from fortnox_assets.simulator.books.forms import API, blank
from fortnox_assets.simulator.books.ledger import Entry, Row, VoucherKey
from fortnox_assets.simulator.books.office import Office
from fortnox_assets.simulator.books.receipts import BANK, CURRENCY_GAIN, CURRENCY_LOSS
from fortnox_assets.simulator.books.sales import ROUNDING, NotAllowedError, ocr
from fortnox_assets.simulator.books.sales_arithmetic import SEK, Currency

PAYABLES, INPUT_VAT = 2440, 2641
# Who declares the VAT when it is not the seller: the buyer's output and input VAT accounts.
BUYERS_VAT = {"EUINTERNAL": (2614, 2645), "REVERSE": (2614, 2647)}
VAT_RATE = Decimal("0.25")

_FORM = blank(
    texts="CostCenter ExternalInvoiceNumber ExternalInvoiceSeries OurReference Project YourReference",
    nulls="Comments FinalPayDate VoucherNumber VoucherSeries VoucherYear",
    flags="Booked Cancelled Credit DisablePaymentFile PaymentPending",
)
_ROW_FORM = blank(
    texts="ArticleNumber CostCenter ItemDescription Project TransactionInformation Unit",
    nulls="StockLocationCode StockPointCode",
    amounts="Credit CreditCurrency Debit DebitCurrency Price",
    wholes="Quantity",
)


@dataclass(frozen=True, kw_only=True, slots=True)
class Purchase:
    """A supplier invoice to register: ``net`` without VAT, negative for a credit, in ``currency``."""

    supplier: Body
    day: date
    account: int
    net: Decimal
    vat_type: str = "NORMAL"
    vat_free: bool = False
    currency: Currency = SEK
    days: int = 30
    cost_center: str = ""
    project: str = ""
    article: str = ""
    quantity: int = 0
    credits: int = 0
    text: str = ""


def register(office: Office, purchase: Purchase) -> Document:
    """Register the supplier invoice, not yet booked."""
    number = str(office.number("supplier invoices"))
    vat = ZERO if purchase.vat_free or purchase.vat_type != "NORMAL" else money(purchase.net * VAT_RATE)
    exact = purchase.net + vat
    total = whole(exact) if purchase.currency.code == "SEK" else exact
    body = {
        "@url": f"{API}/3/supplierinvoices/{number}",
        **_FORM,
        "AccountingMethod": "ACCRUAL",
        "AdministrationFee": "0",
        "Balance": plain(total),
        "CostCenter": purchase.cost_center,
        "Credit": purchase.net < 0,
        "CreditReference": purchase.credits,
        "Currency": purchase.currency.code,
        "CurrencyRate": plain(purchase.currency.rate),
        "CurrencyUnit": purchase.currency.unit,
        "DueDate": (purchase.day + timedelta(days=purchase.days)).isoformat(),
        "Freight": "0",
        "GivenNumber": number,
        "InvoiceDate": purchase.day.isoformat(),
        "InvoiceNumber": f"F-{office.rng.randrange(10000, 99999)}",
        "OCR": ocr(number),
        "Project": purchase.project,
        "RoundOffValue": plain(total - exact),
        "SalesType": "STOCK" if purchase.article else "SERVICE",
        "SupplierInvoiceRows": _rows(purchase, vat, total),
        "SupplierName": purchase.supplier["Name"],
        "SupplierNumber": purchase.supplier["SupplierNumber"],
        "Total": plain(total),
        "VAT": plain(vat),
        "VATType": purchase.vat_type,
        "Vouchers": [],
    }
    return office.add("supplier_invoices", body, purchase.day)


def _rows(purchase: Purchase, vat: Decimal, total: Decimal) -> list[Body]:
    kronor = purchase.currency.kronor
    cost = {
        "ArticleNumber": purchase.article,
        "CostCenter": purchase.cost_center,
        "Price": money(purchase.net / purchase.quantity) if purchase.quantity else ZERO,
        "Project": purchase.project,
        "Quantity": purchase.quantity,
        "TransactionInformation": purchase.text,
    }
    rows = [_row(PAYABLES, "TOT", -kronor(total), -total, purchase.currency)]
    if vat:
        rows.append(_row(INPUT_VAT, "VAT", kronor(vat), vat, purchase.currency))
    if purchase.vat_type in BUYERS_VAT:
        tax = money(kronor(purchase.net) * VAT_RATE)
        output, income = BUYERS_VAT[purchase.vat_type]
        rows += [_row(output, "VAT", -tax, ZERO, SEK), _row(income, "VAT", tax, ZERO, SEK)]
    rows.append(_row(purchase.account, "PRE", kronor(purchase.net), purchase.net, purchase.currency) | cost)
    if rounding := -sum((each["Debit"] - each["Credit"] for each in rows), ZERO):
        rows.append(_row(ROUNDING, "ROV", rounding, ZERO, SEK))
    return rows


def _row(account: int, code: str, amount: Decimal, original: Decimal, currency: Currency) -> Body:
    foreign = original if currency.code != "SEK" else ZERO
    return _ROW_FORM | {
        "Account": account,
        "AccountDescription": ACCOUNTS[account].name,
        "Code": code,
        "Credit": max(-amount, ZERO),
        "CreditCurrency": max(-foreign, ZERO),
        "Debit": max(amount, ZERO),
        "DebitCurrency": max(foreign, ZERO),
        "Total": amount,
    }


def book(office: Office, invoice: Document) -> None:
    """Book the supplier invoice on its own date; raises :class:`NotAllowedError` when it is booked or cancelled."""
    body = invoice.body
    if body["Booked"] or body["Cancelled"]:
        raise NotAllowedError(f"supplier invoice {body['GivenNumber']} is already booked or cancelled")
    rows = tuple(
        Row(
            each["Account"],
            each["Debit"] - each["Credit"],
            each["CostCenter"],
            each["Project"],
            each["TransactionInformation"],
            Decimal(each["Quantity"]),
        )
        for each in body["SupplierInvoiceRows"]
    )
    key = office.ledger.post(
        Entry(
            series="D",
            day=date.fromisoformat(body["InvoiceDate"]),
            text=f"Leverantörsfaktura {body['InvoiceNumber']} {body['SupplierName']}",
            rows=rows,
            reference_type="SUPPLIERINVOICE",
            reference_number=body["GivenNumber"],
        )
    )
    body.update({"Booked": True, "VoucherNumber": key.number, "VoucherSeries": key.series, "VoucherYear": key.year})
    _linked(office, invoice, key, "SUPPLIERINVOICE")


def _linked(office: Office, invoice: Document, key: VoucherKey, kind: str) -> None:
    link = {"Number": key.number, "ReferenceType": kind, "Series": key.series, "Year": key.year}
    invoice.body["Vouchers"].append(link)
    invoice.modified = max(invoice.modified, office.ledger.voucher(key).modified)


def currency_of(body: Body) -> Currency:
    """The currency of a supplier invoice at the rate it was booked."""
    return Currency(code=body["Currency"], rate=Decimal(body["CurrencyRate"]), unit=body["CurrencyUnit"])


def pay(
    office: Office, invoice: Document, day: date, amount: Decimal | None = None, rate: Decimal | None = None
) -> Document:
    """Pay the supplier invoice, wholly unless ``amount`` says otherwise, at the ``rate`` of the day."""
    body = invoice.body
    if not body["Booked"] or body["Cancelled"]:
        raise NotAllowedError(f"supplier invoice {body['GivenNumber']} is not booked: it cannot be paid")
    booked, balance = currency_of(body), money(body["Balance"])
    paid = balance if amount is None else amount
    at = booked if rate is None else Currency(code=booked.code, rate=rate, unit=booked.unit)
    closed = booked.kronor(balance) - booked.kronor(balance - paid)
    rows = [Row(PAYABLES, closed), Row(BANK, -at.kronor(paid))]
    if difference := sum((each.amount for each in rows), ZERO):
        rows.append(Row(CURRENCY_GAIN if difference > 0 else CURRENCY_LOSS, -difference))
    payment = _payment(office, body, day, paid, at)
    key = office.ledger.post(
        Entry(
            series="E",
            day=day,
            text=f"Utbetalning leverantörsfaktura {body['InvoiceNumber']}",
            rows=tuple(rows),
            reference_type="SUPPLIERPAYMENT",
            reference_number=str(payment.body["Number"]),
        )
    )
    payment.body.update({"VoucherNumber": key.number, "VoucherSeries": key.series, "VoucherYear": key.year})
    body["Balance"] = plain(balance - paid)
    if balance == paid:
        body["FinalPayDate"] = day.isoformat()
    _linked(office, invoice, key, "SUPPLIERPAYMENT")
    return payment


def _payment(office: Office, invoice: Body, day: date, amount: Decimal, currency: Currency) -> Document:
    number = office.number("supplier payments")
    body = {
        "@url": f"{API}/3/supplierinvoicepayments/{number}",
        "Amount": currency.kronor(amount),
        "AmountCurrency": amount,
        "Booked": True,
        "Currency": currency.code,
        "CurrencyRate": currency.rate,
        "CurrencyUnit": Decimal(currency.unit) * KRONA,
        "Information": "",
        "InvoiceDueDate": invoice["DueDate"],
        "InvoiceNumber": invoice["GivenNumber"],
        "InvoiceOCR": invoice["OCR"],
        "InvoiceSupplierName": invoice["SupplierName"],
        "InvoiceSupplierNumber": invoice["SupplierNumber"],
        "InvoiceTotal": invoice["Total"],
        "ModeOfPayment": "BG",
        "Number": number,
        "PaymentDate": day.isoformat(),
        "Source": "manual",
        "VoucherNumber": None,
        "VoucherSeries": None,
        "VoucherYear": None,
        "WriteOffs": [],
    }
    return office.add("supplier_invoice_payments", body, day)
