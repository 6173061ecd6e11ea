"""Customer invoices: made from lines, booked on receivables, sales and VAT, or cancelled before that."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from fortnox_assets.simulator.books.amounts import ZERO, money, plain
from fortnox_assets.simulator.books.documents import Body, Document
from fortnox_assets.simulator.books.forms import email_information, invoice_form
from fortnox_assets.simulator.books.ledger import Entry, Row
from fortnox_assets.simulator.books.office import Office
from fortnox_assets.simulator.books.people import check_digit
from fortnox_assets.simulator.books.sales_arithmetic import FULL_VAT, Currency, Line, Terms, row, sums, totals

RECEIVABLES, HOUSEWORK_RECEIVABLES, CASH = 1510, 1513, 1910
FREIGHT, FEES, ROUNDING = 3520, 3540, 3740
OUTPUT_VAT = {25: 2611, 12: 2621, 6: 2631}
DOMESTIC_SALES = {25: 3001, 12: 3002, 6: 3003, 0: 3004}
SALES_ABROAD = {"EUREVERSEDVAT": (3108, 3308), "EXPORT": (3105, 3105), "SEREVERSEDVAT": (3231, 3231)}
SHORTEST_OCR = 2
ORDINARY_TERMS = Terms()


class NotAllowedError(ValueError):
    """Something Fortnox does not let people do, such as cancelling a booked invoice."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Sale:
    """An invoice to make. ``reference`` holds the fields that tell which order, offer or contract it comes from."""

    customer: Body
    day: date
    lines: tuple[Line, ...]
    terms: Terms = ORDINARY_TERMS
    days: int = 30
    kind: str = "INVOICE"
    credits: Document | None = None
    cost_center: str = ""
    project: str = ""
    reference: tuple[tuple[str, object], ...] = ()


def sales_account(vat_type: str, rate: int, *, service: bool = False) -> int:
    """The account a row is sold on, after the customer's kind of VAT."""
    return SALES_ABROAD[vat_type][service] if vat_type in SALES_ABROAD else DOMESTIC_SALES[rate]


def create(office: Office, sale: Sale) -> Document:
    """Make the invoice, not yet booked."""
    number = str(office.number("invoices"))
    found = totals(sale.lines, sale.terms)
    body = invoice_form(number)
    body.update(addressed(sale.customer))
    body.update(sums(found, sale.terms))
    body.update(
        {
            "Balance": found.to_pay,
            "CostCenter": sale.cost_center,
            "DueDate": (sale.day + timedelta(days=sale.days)).isoformat(),
            "EUQuarterlyReport": sale.customer["VATType"] == "EUREVERSEDVAT",
            "EmailInformation": email_information("Faktura {no} bifogas", sale.customer["Email"]),
            "InvoiceDate": sale.day.isoformat(),
            "InvoiceRows": [_invoice_row(office, line, sale.terms) for line in sale.lines],
            "InvoiceType": sale.kind,
            "OCR": ocr(number),
            "OutboundDate": sale.day.isoformat(),
            "PaymentWay": "CARD" if sale.kind == "CASHINVOICE" else "",
            "Project": sale.project,
            "Sent": office.rng.random() < 0.8,  # noqa: PLR2004 - the rest is handed over or printed
            "TermsOfPayment": str(sale.days),
            **dict(sale.reference),
        }
    )
    if sale.credits is not None:
        body.update({"Credit": "true", "CreditInvoiceReference": sale.credits.body["DocumentNumber"]})
        sale.credits.body["CreditInvoiceReference"] = number
    return office.add("invoices", body, sale.day)


def ocr(number: str) -> str:
    """Payment reference of an invoice: its number, the length of the whole, a check digit."""
    digits = f"{number}{(len(number) + SHORTEST_OCR) % 10}"
    return digits + check_digit(digits)


def addressed(customer: Body) -> Body:
    """What an invoice, order or offer copies from the customer."""
    copied = {name: customer[name] or "" for name in ("Address1", "Address2", "City", "Phone1", "Phone2", "ZipCode")}
    return copied | {
        "Country": customer["Country"] or "",
        "CustomerName": customer["Name"],
        "CustomerNumber": customer["CustomerNumber"],
        "OrganisationNumber": customer["OrganisationNumber"],
        "YourReference": customer["YourReference"],
    }


def _invoice_row(office: Office, line: Line, terms: Terms) -> Body:
    net = line.net(vat_included=terms.vat_included)
    factor = 1 + Decimal(line.vat if terms.vat_included else 0) / 100
    return row(line, office.number("invoice rows"), terms) | {
        "Cost": money(line.cost * line.quantity),
        "DeliveredQuantity": plain(line.quantity),
        "PriceExcludingVAT": money(line.price / factor),
        "StockPointCode": None,
        "TotalExcludingVAT": net,
    }


def book(office: Office, invoice: Document, day: date | None = None) -> None:
    """Book the invoice on its own date (or ``day``); raises :class:`NotAllowedError` when it is booked or cancelled."""
    body = invoice.body
    if body["Booked"] or body["Cancelled"]:
        raise NotAllowedError(f"invoice {body['DocumentNumber']} is already booked or cancelled")
    posted = day or date.fromisoformat(body["InvoiceDate"])
    cash = body["InvoiceType"] == "CASHINVOICE"
    key = office.ledger.post(
        Entry(
            series="B",
            day=posted,
            text=f"Kundfaktura {body['DocumentNumber']} {body['CustomerName']}",
            rows=_booking_rows(body, CASH if cash else RECEIVABLES),
            reference_type="CASHINVOICE" if cash else "INVOICE",
            reference_number=body["DocumentNumber"],
        )
    )
    body.update({"Booked": True, "VoucherNumber": key.number, "VoucherSeries": key.series, "VoucherYear": key.year})
    if cash:
        body.update({"Balance": ZERO, "FinalPayDate": posted.isoformat()})
    invoice.modified = max(invoice.modified, office.ledger.voucher(key).modified)


def currency_of(body: Body) -> Currency:
    """The currency of an invoice at the rate it was booked."""
    return Currency(code=body["Currency"], rate=Decimal(body["CurrencyRate"]), unit=int(body["CurrencyUnit"]))


def _booking_rows(body: Body, claim: int) -> tuple[Row, ...]:
    kronor = currency_of(body).kronor
    rows = [Row(claim, kronor(body["TotalToPay"]))]
    if body["TaxReduction"]:
        rows.append(Row(HOUSEWORK_RECEIVABLES, money(body["TaxReduction"])))
    sold: dict[tuple[int, str, str], Decimal] = defaultdict(lambda: ZERO)
    for each in body["InvoiceRows"]:
        center, project = each["CostCenter"] or body["CostCenter"], each["Project"] or body["Project"]
        sold[each["AccountNumber"], center, project] += each["TotalExcludingVAT"]
    rows += [Row(account, -kronor(net), center, project) for (account, center, project), net in sold.items()]
    extras = ((FREIGHT, body["Freight"]), (FEES, body["AdministrationFee"]))
    rows += [Row(account, -kronor(amount)) for account, amount in extras if amount]
    rows += [Row(OUTPUT_VAT[rate], -kronor(tax)) for rate, tax in vat_by_rate(body).items() if tax]
    rounding = -sum((each.amount for each in rows), ZERO)
    if rounding or body["Currency"] == "SEK":
        rows.append(Row(ROUNDING, rounding))
    return tuple(rows)


def vat_by_rate(body: Body) -> dict[int, Decimal]:
    """The invoice's VAT by rate in per cent; adds up to ``TotalVAT``."""
    if not body["TotalVAT"]:
        return {}
    bases: dict[int, Decimal] = defaultdict(lambda: ZERO)
    taxes: dict[int, Decimal] = defaultdict(lambda: ZERO)
    bases[FULL_VAT] = body["Freight"] + body["AdministrationFee"]
    for each in body["InvoiceRows"]:
        bases[each["VAT"]] += each["TotalExcludingVAT"]
        taxes[each["VAT"]] += each["Total"] - each["TotalExcludingVAT"]
    if body["VATIncluded"]:
        return dict(taxes)
    return {rate: money(base * rate / 100) for rate, base in bases.items()}


def cancel(office: Office, invoice: Document, day: date) -> None:
    """Cancel the invoice; raises :class:`NotAllowedError` when it is booked, for then a credit invoice is needed."""
    if invoice.body["Booked"]:
        raise NotAllowedError(f"invoice {invoice.body['DocumentNumber']} is booked: credit it instead")
    invoice.body.update({"Balance": ZERO, "Cancelled": True})
    invoice.modified = office.moment(day)


def credit(office: Office, invoice: Document, day: date) -> Document:
    """Make and book a credit invoice for the whole of ``invoice``: its rows with the quantities turned around."""
    customers = office.company.of("customers")
    customer = next(each.body for each in customers if each.body["CustomerNumber"] == invoice.body["CustomerNumber"])
    body = invoice.body
    terms = Terms(
        currency=currency_of(body),
        vat_included=body["VATIncluded"],
        vat_free=not body["TotalVAT"],
        freight=-body["Freight"],
        fee=-body["AdministrationFee"],
        rot=False,
    )
    lines = tuple(_turned(each) for each in body["InvoiceRows"])
    sale = Sale(
        customer=customer,
        day=day,
        lines=lines,
        terms=terms,
        days=0,
        credits=invoice,
        cost_center=body["CostCenter"],
        project=body["Project"],
    )
    document = create(office, sale)
    book(office, document)
    return document


def _turned(each: Body) -> Line:
    return Line(
        account=each["AccountNumber"],
        description=each["Description"],
        quantity=-Decimal(each["DeliveredQuantity"]),
        price=each["Price"],
        vat=each["VAT"],
        article=each["ArticleNumber"],
        unit=each["Unit"],
        discount=each["Discount"],
        discount_type=each["DiscountType"],
        cost_center=each["CostCenter"],
        project=each["Project"],
    )
