"""Offers, orders and the old kind of contracts: what comes before an invoice."""

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from fortnox_assets.simulator.books.amounts import ZERO, money, plain
from fortnox_assets.simulator.books.documents import Body, Document
from fortnox_assets.simulator.books.forms import API, blank, email_information, offer_form, order_form
from fortnox_assets.simulator.books.office import Office
from fortnox_assets.simulator.books.sales import Sale, addressed
from fortnox_assets.simulator.books.sales_arithmetic import row, sums, totals

_CONTRACT = blank(
    texts="Comments CostCenter ExternalInvoiceReference1 ExternalInvoiceReference2 OurReference Project Remarks "
    "TermsOfDelivery WayOfDelivery YourOrderNumber YourReference",
    amounts="ContributionPercent ContributionValue InvoiceDiscount",
)


@dataclass(frozen=True, kw_only=True, slots=True)
class Contract:
    """An agreement to invoice every ``interval`` months for ``length`` months."""

    sale: Sale
    name: str
    interval: int = 3
    length: int = 24


def offer(office: Office, sale: Sale) -> Document:
    """Make an offer that can be accepted for a month."""
    number = str(office.number("offers"))
    found = totals(sale.lines, sale.terms)
    rows = [
        row(line, office.number("offer rows"), sale.terms) | {"Quantity": plain(line.quantity)} for line in sale.lines
    ]
    body = offer_form(number) | addressed(sale.customer) | sums(found, sale.terms)
    body |= {
        "CostCenter": sale.cost_center,
        "ExpireDate": (sale.day + timedelta(days=30)).isoformat(),
        "OfferDate": sale.day.isoformat(),
        "OfferRows": rows,
        "Project": sale.project,
        "Sent": True,
    }
    return office.add("offers", body, sale.day)


def order(office: Office, sale: Sale, *, delivered: Decimal = Decimal(1), accepted: Document | None = None) -> Document:
    """Make an order, of which the share ``delivered`` is delivered; ``accepted`` is the offer it comes from."""
    number = str(office.number("orders"))
    found = totals(sale.lines, sale.terms)
    body = order_form(number) | addressed(sale.customer) | sums(found, sale.terms)
    body |= {
        "CostCenter": sale.cost_center,
        "DeliveryDate": (sale.day + timedelta(days=7)).isoformat(),
        "DeliveryState": "delivery" if delivered == 1 else "reservation",
        "OrderDate": sale.day.isoformat(),
        "OrderRows": [_order_row(office, sale, place, delivered) for place in range(len(sale.lines))],
        "OutboundDate": sale.day.isoformat(),
        "Project": sale.project,
        "Sent": True,
    }
    document = office.add("orders", body, sale.day)
    if accepted is not None:
        body["OfferReference"] = accepted.body["DocumentNumber"]
        accepted.body["OrderReference"] = number
        accepted.modified = max(accepted.modified, office.moment(sale.day))
    return document


def _order_row(office: Office, sale: Sale, place: int, delivered: Decimal) -> Body:
    line = sale.lines[place]
    shipped = (line.quantity * delivered).to_integral_value()
    return row(line, office.number("order rows"), sale.terms) | {
        "Cost": money(line.cost * line.quantity),
        "DeliveredQuantity": plain(shipped),
        "OrderedQuantity": plain(line.quantity),
        "ReservedQuantity": plain(line.quantity - shipped),
        "StockPointCode": None,
        "StockPointId": None,
    }


def invoiced(office: Office, source: Document, invoice: Document, day: date) -> None:
    """Note on the order or offer which invoice it became."""
    source.body["InvoiceReference"] = invoice.body["DocumentNumber"]
    source.modified = max(source.modified, office.moment(day))


def cancelled(office: Office, source: Document, day: date) -> None:
    """Cancel an order or an offer."""
    source.body["Cancelled"] = True
    source.modified = office.moment(day)


def contract(office: Office, agreed: Contract) -> Document:
    """Make a contract, its template, and the plan to spread its invoices."""
    sale, number = agreed.sale, office.number("contracts")
    found = totals(sale.lines, sale.terms)
    amounts = sums(found, sale.terms)
    amounts["VatIncluded"] = amounts.pop("VATIncluded")
    unwanted = ("AdministrationFeeVAT", "CurrencyRate", "CurrencyUnit", "FreightVAT")
    body = {name: value for name, value in amounts.items() if name not in unwanted} | _CONTRACT
    body |= {
        "@url": f"{API}/3/contracts/{number}",
        "@urlTaxReductionList": f"{API}/3/taxreductions?filter=contracts&referencenumber={number}",
        "Active": True,
        "ContractDate": sale.day.isoformat(),
        "ContractLength": agreed.length,
        "Continuous": False,
        "CustomerName": sale.customer["Name"],
        "CustomerNumber": sale.customer["CustomerNumber"],
        "DocumentNumber": str(number),
        "EmailInformation": email_information("Faktura {no} bifogas", sale.customer["Email"]),
        "InvoiceInterval": agreed.interval,
        "InvoiceRows": [_contract_row(office, sale, place) for place in range(len(sale.lines))],
        "InvoicesRemaining": str(agreed.length // agreed.interval),
        "Language": "SV",
        "LastInvoiceDate": sale.day.isoformat(),
        "PeriodEnd": (sale.day + timedelta(days=agreed.interval * 30)).isoformat(),
        "PeriodStart": sale.day.isoformat(),
        "PriceList": "A",
        "PrintTemplate": "st",
        "TaxReduction": ZERO,
        "TemplateName": agreed.name,
        "TemplateNumber": _template(office, agreed),
        "TermsOfPayment": str(sale.days),
    }
    return office.add("contracts", body, sale.day)


def _contract_row(office: Office, sale: Sale, place: int) -> Body:
    line = sale.lines[place]
    body = row(line, office.number("contract rows"), sale.terms)
    del body["VATCode"]
    net = line.net(vat_included=sale.terms.vat_included)
    return body | {
        "DeliveredQuantity": plain(line.quantity),
        "PriceExcludingVAT": line.price,
        "TotalExcludingVAT": net,
    }


def _template(office: Office, agreed: Contract) -> int:
    number = office.number("contract templates")
    rows = [
        {
            "AccountNumber": line.account,
            "ArticleNumber": line.article,
            "CostCenter": line.cost_center,
            "DeliveredQuantity": plain(line.quantity),
            "Description": line.description,
            "Discount": line.discount,
            "DiscountType": line.discount_type,
            "Price": line.price,
            "Project": line.project,
            "Unit": line.unit,
        }
        for line in agreed.sale.lines
    ]
    body = blank(texts="OurReference Remarks TermsOfDelivery WayOfDelivery", amounts="AdministrationFee Freight")
    body |= {
        "@url": f"{API}/3/contracttemplates/{number}",
        "Continuous": False,
        "ContractLength": agreed.length,
        "InvoiceInterval": agreed.interval,
        "InvoiceRows": rows,
        "PrintTemplate": "st",
        "TemplateName": agreed.name,
        "TemplateNumber": number,
        "TermsOfPayment": str(agreed.sale.days),
    }
    office.add("contract_templates", body, agreed.sale.day)
    return number


def contract_accrual(office: Office, agreed: Document, account: int, balance: int) -> None:
    """Plan how each invoice of a contract is to be spread over its months."""
    total: Decimal = agreed.body["Net"]
    plan = ((account, total, ZERO), (balance, ZERO, total))
    rows = [
        {
            "Account": number,
            "CostCenter": "",
            "Credit": credit,
            "Debit": debit,
            "Project": "",
            "TransactionInformation": "",
        }
        for number, debit, credit in plan
    ]
    number = agreed.body["DocumentNumber"]
    body = {
        "@url": f"{API}/3/contractaccruals/{number}",
        "AccrualAccount": balance,
        "AccrualRows": rows,
        "CostAccount": account,
        "Description": f"Periodisering avtal {number}",
        "DocumentNumber": int(number),
        "Period": "MONTHLY",
        "Times": agreed.body["InvoiceInterval"],
        "Total": total,
        "VATIncluded": False,
    }
    office.add("contract_accruals", body, date.fromisoformat(agreed.body["ContractDate"]))
