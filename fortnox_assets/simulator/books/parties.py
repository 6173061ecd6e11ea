"""Customers and suppliers."""

from dataclasses import dataclass
from datetime import date

from fortnox_assets.simulator.books.amounts import ZERO
from fortnox_assets.simulator.books.documents import Body
from fortnox_assets.simulator.books.forms import API, blank
from fortnox_assets.simulator.books.office import Office
from fortnox_assets.simulator.books.people import (
    address,
    bank_giro,
    business,
    email,
    identity_number,
    organisation_number,
    person,
)

_CUSTOMER = blank(
    texts="EmailInvoice EmailInvoiceBCC EmailInvoiceCC EmailOffer EmailOfferBCC EmailOfferCC EmailOrder EmailOrderBCC "
    "EmailOrderCC InvoiceRemark OurReference Project TermsOfDelivery VATNumber WWW WayOfDelivery YourReference",
    nulls="Address2 Comments CostCenter DeliveryAddress1 DeliveryAddress2 DeliveryCity DeliveryCountry "
    "DeliveryCountryCode DeliveryFax DeliveryName DeliveryPhone1 DeliveryPhone2 DeliveryZipCode ExternalReference Fax "
    "GLN GLNDelivery InvoiceAdministrationFee InvoiceDiscount InvoiceFreight Phone2 SalesAccount VisitingAddress "
    "VisitingCity VisitingCountry VisitingCountryCode VisitingZipCode",
)
_SUPPLIER = blank(
    texts="Address2 BIC Bank BankAccountNumber BranchCode ClearingNumber Comments CostCenter Fax IBAN "
    "OurCustomerNumber OurReference PG Phone2 Project VATNumber VisitingAddress VisitingCity VisitingCountry "
    "VisitingCountryCode VisitingZipCode WWW WorkPlace YourReference",
    flags="DisablePaymentFile",
)


@dataclass(frozen=True, kw_only=True, slots=True)
class Foreign:
    """A business partner abroad: where it is, the currency it is invoiced in and how its VAT works."""

    name: str
    city: str
    country: str
    country_code: str
    currency: str
    vat_type: str
    vat_number: str = ""


def company_customer(office: Office, day: date, *, vat_type: str = "SEVAT") -> Body:
    """Register a Swedish company as customer."""
    where = address(office.rng)
    return _customer(
        office,
        day,
        {
            "Address1": where.street,
            "City": where.city,
            "Name": business(office.rng),
            "OrganisationNumber": organisation_number(office.rng),
            "Type": "COMPANY",
            "VATType": vat_type,
            "YourReference": " ".join(person(office.rng)),
            "ZipCode": where.zip_code,
        },
    )


def private_customer(office: Office, day: date) -> Body:
    """Register a private person as customer: identity number as organisation number, prices with VAT."""
    where, name = address(office.rng), " ".join(person(office.rng))
    return _customer(
        office,
        day,
        {
            "Address1": where.street,
            "City": where.city,
            "Name": name,
            "OrganisationNumber": identity_number(office.rng),
            "ShowPriceVATIncluded": True,
            "Type": "PRIVATE",
            "VATType": "SEVAT",
            "ZipCode": where.zip_code,
        },
    )


def foreign_customer(office: Office, day: date, foreign: Foreign) -> Body:
    """Register a company abroad as customer."""
    body = {
        "Address1": f"{foreign.city} 1",
        "City": foreign.city,
        "Country": foreign.country,
        "CountryCode": foreign.country_code,
        "Currency": foreign.currency,
        "Name": foreign.name,
        "OrganisationNumber": "",
        "Type": "COMPANY",
        "VATNumber": foreign.vat_number,
        "VATType": foreign.vat_type,
        "ZipCode": "00100",
    }
    return _customer(office, day, body)


def _customer(office: Office, day: date, filled: Body) -> Body:
    number = str(office.number("customers"))
    body: Body = {
        "@url": f"{API}/3/customers/{number}",
        **_CUSTOMER,
        "Active": True,
        "Country": "Sverige",
        "CountryCode": "SE",
        "Currency": "SEK",
        "CustomerNumber": number,
        "DefaultDeliveryTypes": {"Invoice": "PRINT", "Offer": "PRINT", "Order": "PRINT"},
        "DefaultTemplates": dict.fromkeys(("CashInvoice", "Invoice", "Offer", "Order"), "DEFAULTTEMPLATE"),
        "Email": email(filled["Name"]),
        "Phone1": f"070-{office.rng.randrange(1000000, 9999999)}",
        "PriceList": "A",
        "ShowPriceVATIncluded": False,
        "TermsOfPayment": "30",
        **filled,
    }
    if number.endswith("7"):
        body |= {"InvoiceAdministrationFee": "45", "InvoiceDiscount": ZERO, "InvoiceFreight": "95"}
    office.add("customers", body, day)
    return body


def supplier(office: Office, day: date, name: str, foreign: Foreign | None = None) -> Body:
    """Register a supplier, in Sweden or abroad."""
    number, where = str(office.number("suppliers")), address(office.rng)
    body: Body = {
        "@url": f"{API}/3/suppliers/{number}",
        **_SUPPLIER,
        "Active": True,
        "Address1": where.street,
        "BG": bank_giro(office.rng),
        "City": where.city,
        "Country": "Sverige",
        "CountryCode": "SE",
        "Currency": "SEK",
        "Email": email(name),
        "Name": name,
        "OrganisationNumber": organisation_number(office.rng),
        "Phone1": f"08-{office.rng.randrange(100000, 999999)}",
        "PreDefinedAccount": None,
        "SupplierNumber": number,
        "TermsOfPayment": "30",
        "VATType": "NORMAL",
        "ZipCode": where.zip_code,
    }
    if foreign is not None:
        body |= {
            "BG": "",
            "City": foreign.city,
            "Country": foreign.country,
            "CountryCode": foreign.country_code,
            "Currency": foreign.currency,
            "IBAN": f"{foreign.country_code}00{office.rng.randrange(10**15, 10**16)}",
            "OrganisationNumber": "",
            "VATNumber": foreign.vat_number,
            "VATType": foreign.vat_type,
        }
    office.add("suppliers", body, day)
    return body


def customer_references(office: Office) -> None:
    """Note a reference person for every company customer that has one."""
    rows = [
        {"CustomerNumber": each.body["CustomerNumber"], "Id": place, "Reference": each.body["YourReference"]}
        for place, each in enumerate(office.company.of("customers"), 1)
        if each.body["YourReference"]
    ]
    office.add("customer_references", {"CustomerReferenceRows": rows})
