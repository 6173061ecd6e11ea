"""Settings and small registers every company has: series, terms, units, currencies, cost centres, projects."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from fortnox_assets.simulator.books.amounts import money
from fortnox_assets.simulator.books.documents import AccountingYear, Body, Document
from fortnox_assets.simulator.books.forms import API, blank
from fortnox_assets.simulator.books.office import Office

SERIES = {
    "A": "Redovisning",
    "B": "Kundfakturor",
    "C": "Kundinbetalningar",
    "D": "Leverantörsfakturor",
    "E": "Leverantörsbetalningar",
    "I": "Bankhändelser",
    "K": "Lön",
    "M": "Momsredovisning",
    "P": "Periodiseringar",
    "S": "Dagskassor",
}
# Names as Fortnox spells them, as far as they are public.
PREDEFINED_SERIES = {
    "INVOICE": "B",
    "INVOICEPAYMENT": "C",
    "SUPPLIERINVOICE": "D",
    "SUPPLIERPAYMENT": "E",
    "VATREPORT": "M",
    "MANUAL": "A",
    "ACCRUAL": "P",
    "SALARY": "K",
}
PREDEFINED_ACCOUNTS = {
    "CUSTOMERCLAIM": 1510,
    "SUPPLIERDEBT": 2440,
    "OUTVAT_MP1": 2611,
    "OUTVAT_MP2": 2621,
    "OUTVAT_MP3": 2631,
    "INVAT": 2641,
    "ROUNDOFF": 3740,
    "FREIGHT": 3520,
    "ADMFEE": 3540,
    "CURRENCYGAIN": 3960,
    "CURRENCYLOSS": 7960,
    "HOUSEWORKCLAIM": 1513,
}
_TERMS = {"0": "Kontant", "10": "10 dagar netto", "20": "20 dagar netto", "30": "30 dagar netto"}
_UNITS = {"st": ("styck", "pcs"), "h": ("timmar", "h"), "kg": ("kilogram", "kg"), "m": ("meter", "m")}
_CURRENCIES = {
    "SEK": ("Svenska kronor", "1", 1),
    "EUR": ("Euro", "11.1525", 1),
    "USD": ("US-dollar", "9.6214", 1),
    "NOK": ("Norska kronor", "0.9487", 1),
    "JPY": ("Japanska yen", "6.4130", 100),
}


@dataclass(frozen=True, kw_only=True, slots=True)
class Member:
    """A cost centre or a project."""

    code: str
    name: str
    active: bool = True


def voucher_series(year: AccountingYear, opened: Document) -> list[Document]:
    """The voucher series of a year; ``opened`` lends the moment they were made."""
    return [
        Document(
            {
                "@url": f"{API}/3/voucherseries/{code}?financialyear={year.id}",
                "Approver": {"Id": None, "Name": None},
                "Code": code,
                "Description": description,
                "Manual": code in "AIS",
                "NextVoucherNumber": 1,
                "Year": year.id,
            },
            opened.modified,
        )
        for code, description in SERIES.items()
    ]


def financial_years(office: Office) -> None:
    """File the financial years, newest first as Fortnox lists them."""
    for year in sorted(office.company.years, key=lambda each: each.from_date, reverse=True):
        body = {
            "@url": f"{API}/3/financialyears/{year.id}",
            "AccountChartType": year.chart,
            "AccountingMethod": year.accounting_method,
            "FromDate": year.from_date.isoformat(),
            "Id": year.id,
            "ToDate": year.to_date.isoformat(),
        }
        office.add("financial_years", body, year.from_date)


def settings(office: Office) -> None:
    """File what is alike in every company."""
    _coded(office, "terms_of_payments", "termsofpayments", _TERMS)
    for code, (description, english) in _UNITS.items():
        body = {"@url": f"{API}/3/units/{code}", "Code": code, "CodeEnglish": english, "Description": description}
        office.add("units", body)
    for endpoint, path, choices in (
        ("terms_of_deliveries", "termsofdeliveries", {"FVL": "Fritt vårt lager", "DDP": "Levererat förtullat"}),
        ("ways_of_delivery", "wayofdeliveries", {"P": "Post", "H": "Hämtas", "B": "Bud"}),
    ):
        for code, description in choices.items():
            body = {"@url": f"{API}/3/{path}/{code}", "Code": code, "Description": description}
            office.add(endpoint, body | {"DescriptionEnglish": ""})
    for code, description, account in (("BG", "Bankgiro", "1930"), ("KO", "Kontant", "1910"), ("KV", "Kvittning", "")):
        body = {"@url": f"{API}/3/modesofpayments/{code}", "AccountNumber": account, "Code": code}
        office.add("modes_of_payments", body | {"Description": description})
    _predefined(office)
    _outputs(office)


def _coded(office: Office, endpoint: str, path: str, choices: Mapping[str, str]) -> None:
    for code, description in choices.items():
        office.add(endpoint, {"@url": f"{API}/3/{path}/{code}", "Code": code, "Description": description})


def _predefined(office: Office) -> None:
    for name, account in PREDEFINED_ACCOUNTS.items():
        office.add(
            "predefined_accounts",
            {"@url": f"{API}/3/predefinedaccounts/{name}", "Account": account, "Name": name},
        )
    for name, series in PREDEFINED_SERIES.items():
        office.add(
            "predefined_voucher_series",
            {"@url": f"{API}/3/predefinedvoucherseries/{name}", "Name": name, "VoucherSeries": series},
        )


def _outputs(office: Office) -> None:
    for place, label in enumerate(("Viktig kund", "Bestridd", "Projektfaktura"), 1):
        office.add("labels", {"Description": label, "Id": place})
    for chart in ("Bas 2023", "Bas 2024", "Bas 2025", "Bas 2025 K1"):
        office.add("account_charts", {"Name": chart})
    for template, name in (("st", "Fakturamall"), ("oc", "Ordermall"), ("oft", "Offertmall")):
        office.add("print_templates", {"Name": name, "Template": template})
    senders = {"TrustedSenders": [{"Email": "faktura@example.com", "Id": 1}], "RejectedSenders": []}
    office.add("email_senders", senders)
    if "Lön" not in office.company.licences:
        return
    for code, text, account in (("BIL", "Drivmedel", 5611), ("REP", "Representation", 6071), ("RES", "Resor", 5800)):
        office.add("expenses", {"@url": f"{API}/3/expenses/{code}", "Account": account, "Code": code, "Text": text})


def currencies(office: Office, codes: Iterable[str]) -> None:
    """File the currencies a company uses, at the rate of its current day."""
    for code in ("SEK", *codes):
        description, rate, unit = _CURRENCIES[code]
        body: Body = {
            "@url": f"{API}/3/currencies/{code}",
            "BuyRate": Decimal(rate),
            "Code": code,
            "Date": office.today.isoformat(),
            "Description": description,
            "IsAutomatic": code != "SEK",
            "SellRate": Decimal(rate),
            "Unit": unit,
        }
        office.add("currencies", body, office.today)


def rate_of(code: str) -> tuple[Decimal, int]:
    """What a currency costs in kronor, and how many units of it that is for."""
    _, rate, unit = _CURRENCIES[code]
    return Decimal(rate), unit


def dimensions(office: Office, cost_centers: Iterable[Member], projects: Iterable[Member]) -> None:
    """File cost centres and projects."""
    for each in cost_centers:
        body = {"@url": f"{API}/3/costcenters/{each.code}", "Active": each.active, "Code": each.code}
        office.add("cost_centers", body | {"Description": each.name, "Note": ""})
    for each in projects:
        office.add(
            "projects",
            {
                "@url": f"{API}/3/projects/{each.code}",
                "Comments": "",
                "ContactPerson": None,
                "Description": each.name,
                "EndDate": None,
                "ProjectLeader": None,
                "ProjectNumber": each.code,
                "StartDate": office.company.years[0].from_date.isoformat(),
                "Status": "ONGOING" if each.active else "COMPLETED",
            },
        )


def company_pages(office: Office, street: str, zip_code: str, city: str) -> None:
    """File who the company is, its own settings and what is locked."""
    company = office.company
    address = {"Address": street, "City": city, "CountryCode": "SE", "ZipCode": zip_code}
    visit = blank(texts="VisitAddress VisitCity VisitCountryCode VisitZipCode")
    number = {"DatabaseNumber": company.tenant_id, "OrganizationNumber": company.organisation_number}
    office.add("company_information", address | visit | number | {"CompanyName": company.name})
    office.add(
        "company_settings",
        blank(texts="BIC BranchCode Fax IBAN PG Phone2 VisitCountry VisitName WWW")
        | address
        | visit
        | number
        | {
            "BG": "5050-1055",
            "ContactFirstName": "Kim",
            "ContactLastName": "Ekonomi",
            "Country": "Sverige",
            "DatabaseNumber": str(company.tenant_id),
            "Domicile": city,
            "Email": "ekonomi@example.com",
            "Name": company.name,
            "Phone1": "010-1234567",
            "TaxEnabled": True,
            "VATNumber": f"SE{company.organisation_number.replace('-', '')}01",
        },
    )
    locked = company.locked_until
    office.add("locked_period", {"EndDate": locked.isoformat() if locked else None})
    me = {"Email": "integration@example.com", "Id": "1", "Locale": "sv_SE", "Name": "Integration", "SysAdmin": False}
    office.add("me", me)


def eu_sales(office: Office, year: date) -> None:
    """File how much was sold to private persons elsewhere in the EU in the calendar year of ``year``."""
    body = {"IsOverLimit": False, "Limit": 99680, "TotalExclVat": money(0), "Year": str(year.year)}
    office.add("eu_vat_limit_regulation", body)
