"""What customers pay, what is written off, and what a credit invoice is set off against."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from fortnox_assets.simulator.books.amounts import ZERO, money, plain
from fortnox_assets.simulator.books.documents import Body, Document
from fortnox_assets.simulator.books.forms import API
from fortnox_assets.simulator.books.ledger import Entry, Row, VoucherKey
from fortnox_assets.simulator.books.office import Office
from fortnox_assets.simulator.books.sales import (
    HOUSEWORK_RECEIVABLES,
    RECEIVABLES,
    ROUNDING,
    NotAllowedError,
    currency_of,
)
from fortnox_assets.simulator.books.sales_arithmetic import Currency

BANK, CURRENCY_GAIN, CURRENCY_LOSS = 1930, 3960, 7960


@dataclass(frozen=True, kw_only=True, slots=True)
class Receipt:
    """Money for an invoice, in the invoice's currency; ``rate`` is the currency's rate on the day it came.

    ``write_off`` closes more of the claim without money. A receipt that is not ``booked`` changes nothing else.
    """

    day: date
    amount: Decimal
    write_off: Decimal = ZERO
    write_off_account: int = ROUNDING
    rate: Decimal | None = None
    booked: bool = True
    mode: str = "BG"
    source: str = "manual"


def claim(body: Body, balance: Decimal) -> Decimal:
    """``balance`` of an invoice as it stands on the receivables account."""
    return currency_of(body).kronor(balance)


def receive(office: Office, invoice: Document, receipt: Receipt) -> Document:
    """Register the payment and book it; raises :class:`NotAllowedError` when the invoice is not booked."""
    body = invoice.body
    if not body["Booked"] or body["Cancelled"]:
        raise NotAllowedError(f"invoice {body['DocumentNumber']} is not booked: it cannot be paid")
    payment = _payment(office, body, receipt)
    if receipt.booked:
        left = body["Balance"] - receipt.amount - receipt.write_off
        key = office.ledger.post(
            Entry(
                series="C",
                day=receipt.day,
                text=f"Inbetalning kundfaktura {body['DocumentNumber']}",
                rows=_rows(body, receipt, left),
                reference_type="INVOICEPAYMENT",
                reference_number=payment.body["Number"],
            )
        )
        _settle(office, invoice, payment, left, key)
    return payment


def _rows(body: Body, receipt: Receipt, left: Decimal) -> tuple[Row, ...]:
    closed = claim(body, body["Balance"]) - claim(body, left)
    rows = [Row(BANK, _at(body, receipt.rate).kronor(receipt.amount))] if receipt.amount else []
    if receipt.write_off:
        rows.append(Row(receipt.write_off_account, claim(body, receipt.write_off)))
    rows.append(Row(RECEIVABLES, -closed))
    if difference := sum((each.amount for each in rows), ZERO):
        rows.append(Row(CURRENCY_GAIN if difference > 0 else CURRENCY_LOSS, -difference))
    return tuple(rows)


def _at(body: Body, rate: Decimal | None) -> Currency:
    booked = currency_of(body)
    return booked if rate is None else Currency(code=booked.code, rate=rate, unit=booked.unit)


def _settle(office: Office, invoice: Document, payment: Document, left: Decimal, key: VoucherKey) -> None:
    moment = office.ledger.voucher(key).modified
    payment.body.update({"VoucherNumber": key.number, "VoucherSeries": key.series, "VoucherYear": key.year})
    invoice.body["Balance"] = left
    if not left:
        invoice.body["FinalPayDate"] = payment.body["PaymentDate"]
    payment.modified = max(payment.modified, moment)
    invoice.modified = max(invoice.modified, moment)


def _payment(office: Office, invoice: Body, receipt: Receipt) -> Document:
    number = str(office.number("invoice payments"))
    currency = _at(invoice, receipt.rate)
    body = {
        "@url": f"{API}/3/invoicepayments/{number}",
        "Amount": currency.kronor(receipt.amount),
        "AmountCurrency": receipt.amount,
        "Booked": receipt.booked,
        "Currency": currency.code,
        "CurrencyRate": currency.rate,
        "CurrencyUnit": currency.unit,
        "ExternalInvoiceReference1": "",
        "ExternalInvoiceReference2": "",
        "InvoiceCustomerName": invoice["CustomerName"],
        "InvoiceCustomerNumber": invoice["CustomerNumber"],
        "InvoiceDueDate": invoice["DueDate"],
        "InvoiceNumber": int(invoice["DocumentNumber"]),
        "InvoiceOCR": invoice["OCR"],
        "InvoiceTotal": plain(invoice["Total"]),
        "ModeOfPayment": receipt.mode,
        "ModeOfPaymentAccount": RECEIVABLES if receipt.mode == "KV" else BANK,
        "Number": number,
        "PaymentDate": receipt.day.isoformat(),
        "Source": receipt.source,
        "VoucherNumber": None,
        "VoucherSeries": None,
        "VoucherYear": None,
        "WriteOffs": [_write_off(receipt, currency)] if receipt.write_off else [],
    }
    return office.add("invoice_payments", body, receipt.day)


def _write_off(receipt: Receipt, currency: Currency) -> Body:
    return {
        "AccountNumber": receipt.write_off_account,
        "Amount": receipt.write_off,
        "CostCenter": "",
        "Currency": currency.code,
        "Description": "Avskrivning",
        "Project": "",
        "TransactionInformation": "",
    }


def set_off(office: Office, credit: Document, invoice: Document, day: date) -> None:
    """Set a credit invoice off against an invoice: two payments without money, one voucher."""
    amount = min(invoice.body["Balance"], -credit.body["Balance"])
    if amount <= 0:
        raise NotAllowedError("there is nothing to set off")
    closed = claim(invoice.body, invoice.body["Balance"]) - claim(invoice.body, invoice.body["Balance"] - amount)
    plus = _payment(office, invoice.body, Receipt(day=day, amount=amount, mode="KV"))
    minus = _payment(office, credit.body, Receipt(day=day, amount=-amount, mode="KV"))
    text = f"Kvittning av faktura {invoice.body['DocumentNumber']} och {credit.body['DocumentNumber']}"
    key = office.ledger.post(
        Entry(
            series="C",
            day=day,
            text=text,
            rows=(Row(RECEIVABLES, -closed), Row(RECEIVABLES, closed)),
            reference_type="INVOICEPAYMENT",
            reference_number=plus.body["Number"],
        )
    )
    _settle(office, invoice, plus, invoice.body["Balance"] - amount, key)
    _settle(office, credit, minus, credit.body["Balance"] + amount, key)


def tax_reduction(office: Office, invoice: Document, person_number: str, property_name: str) -> Document:
    """File the application for the tax reduction of a ROT invoice."""
    body, number = invoice.body, office.number("tax reductions")
    asked = money(body["TaxReduction"])
    application = {
        "@url": f"{API}/3/taxreductions/{number}",
        "ApprovedAmount": ZERO,
        "AskedAmount": asked,
        "BilledAmount": body["BasisTaxReduction"],
        "CustomerName": body["CustomerName"],
        "Id": number,
        "PropertyDesignation": property_name,
        "ReferenceDocumentType": "INVOICE",
        "ReferenceNumber": body["DocumentNumber"],
        "RequestSent": False,
        "ResidenceAssociationOrganisationNumber": "",
        "SocialSecurityNumber": person_number,
        "TaxReductionAmounts": [],
        "VoucherNumber": None,
        "VoucherSeries": None,
        "VoucherYear": None,
    }
    return office.add("tax_reductions", application, date.fromisoformat(body["InvoiceDate"]))


def tax_reduction_paid(office: Office, application: Document, day: date) -> None:
    """The tax agency pays what was asked for."""
    body = application.body
    rows = (Row(BANK, body["AskedAmount"]), Row(HOUSEWORK_RECEIVABLES, -body["AskedAmount"]))
    text = f"Utbetalning skattereduktion faktura {body['ReferenceNumber']}"
    key = office.ledger.post(Entry(series="A", day=day, text=text, rows=rows))
    body.update({"ApprovedAmount": body["AskedAmount"], "RequestSent": True})
    body.update({"VoucherNumber": key.number, "VoucherSeries": key.series, "VoucherYear": key.year})
    application.modified = office.ledger.voucher(key).modified
