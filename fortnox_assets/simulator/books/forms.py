"""Empty sales documents as Fortnox sends them: which field is "", null, 0 or "0" when nothing has been filled in.

The empties are those of recorded answers (public recordings of 2023 and 2024) and of Fortnox's OpenAPI document.
"""

from fortnox_assets.simulator.books.amounts import ZERO
from fortnox_assets.simulator.books.documents import Body

API = "https://api.fortnox.se"


def blank(
    *, texts: str = "", nulls: str = "", amounts: str = "", wholes: str = "", flags: str = "", lists: str = ""
) -> Body:
    """A body whose named fields are "", null, 0.00, 0, false and [] respectively (names are separated by blanks)."""
    body: Body = dict.fromkeys(texts.split(), "")
    body.update(dict.fromkeys(nulls.split()))
    body.update(dict.fromkeys(amounts.split(), ZERO))
    body.update(dict.fromkeys(wholes.split(), 0))
    body.update(dict.fromkeys(flags.split(), False))
    body.update({name: [] for name in lists.split()})
    return body


_SALES_DOCUMENT = blank(
    texts="Address1 Address2 City Comments CostCenter Country DeliveryAddress1 DeliveryAddress2 DeliveryCity "
    "DeliveryCountry DeliveryName DeliveryZipCode OrganisationNumber OurReference Phone1 Phone2 Project Remarks "
    "TermsOfDelivery WayOfDelivery YourReference ZipCode",
    nulls="DeliveryDate TaxReduction",
    amounts="AdministrationFee AdministrationFeeVAT BasisTaxReduction ContributionPercent ContributionValue Freight "
    "FreightVAT Gross Net RoundOff Total TotalToPay TotalVAT",
    flags="Cancelled HouseWork NotCompleted Sent VATIncluded",
)

_EDI_NULLS = (
    "EDIGlobalLocationNumber EDIGlobalLocationNumberDelivery EDIInvoiceExtra1 EDIInvoiceExtra2 "
    "EDIOurElectronicReference EDIYourElectronicReference"
)


def email_information(subject: str, address: str = "") -> Body:
    """How the document is e-mailed."""
    return {
        "EmailAddressBCC": None,
        "EmailAddressCC": None,
        "EmailAddressFrom": None,
        "EmailAddressTo": address,
        "EmailBody": " ",
        "EmailSubject": subject,
    }


def invoice_form(number: str) -> Body:
    """An empty invoice."""
    return {
        "@url": f"{API}/3/invoices/{number}",
        "@urlTaxReductionList": f"{API}/3/taxreductions?filter=invoices&referencenumber={number}",
        **_SALES_DOCUMENT,
        "AccountingMethod": "ACCRUAL",
        "Balance": ZERO,
        "Booked": False,
        "ContractReference": "0",
        "Credit": "false",
        "CreditInvoiceReference": "0",
        "DocumentNumber": number,
        "EDIInformation": blank(texts="EDIStatus", nulls=_EDI_NULLS),
        "EUQuarterlyReport": False,
        "EmailInformation": email_information("Faktura {no} bifogas"),
        **dict.fromkeys(
            ("ExternalInvoiceReference1", "ExternalInvoiceReference2", "PaymentWay", "YourOrderNumber"), ""
        ),
        "InvoicePeriodEnd": "",
        "InvoicePeriodReference": "",
        "InvoicePeriodStart": "",
        "InvoiceReference": "0",
        "InvoiceRows": [],
        "InvoiceType": "INVOICE",
        "Labels": [],
        "Language": "SV",
        "NoxFinans": False,
        "OCR": "",
        "OfferReference": "0",
        "OrderReference": "0",
        "PriceList": "A",
        "PrintTemplate": "st",
        "Reminders": 0,
        "TaxReductionType": "none",
        "TermsOfPayment": "30",
        **blank(nulls="FinalPayDate LastRemindDate TimeBasisReference VoucherNumber VoucherSeries VoucherYear"),
        "WarehouseReady": True,
    }


def order_form(number: str) -> Body:
    """An empty order."""
    return {
        "@url": f"{API}/3/orders/{number}",
        "@urlTaxReductionList": f"{API}/3/taxreductions?filter=orders&referencenumber={number}",
        **_SALES_DOCUMENT,
        "CopyRemarks": False,
        "DeliveryState": "delivery",
        "DocumentNumber": number,
        "EmailInformation": email_information("Order {no} bifogas"),
        "ExternalInvoiceReference1": "",
        "ExternalInvoiceReference2": "",
        "InvoiceReference": "0",
        "Labels": [],
        "Language": "SV",
        "OfferReference": "0",
        "OrderRows": [],
        "OrderType": "Order",
        "PriceList": "A",
        "PrintTemplate": "oc",
        "StockPointCode": None,
        "StockPointId": None,
        "TaxReductionType": "none",
        "TermsOfPayment": "30",
        "TimeBasisReference": None,
        "WarehouseReady": True,
        "YourOrderNumber": "",
    }


def offer_form(number: str) -> Body:
    """An empty offer."""
    return {
        "@url": f"{API}/3/offers/{number}",
        "@urlTaxReductionList": f"{API}/3/taxreductions?filter=offers&referencenumber={number}",
        **_SALES_DOCUMENT,
        "CopyRemarks": False,
        "DocumentNumber": number,
        "EmailInformation": email_information("Offert {no} bifogas"),
        "InvoiceReference": "0",
        "Labels": [],
        "Language": "SV",
        "OfferRows": [],
        "OrderReference": "0",
        "PriceList": "A",
        "PrintTemplate": "oft",
        "TaxReductionType": "none",
        "TermsOfPayment": "30",
        "YourReferenceNumber": "",
    }
