"""The company itself: its name and settings, and the connection's own user."""

from fortnox_assets.catalogue.endpoint import Endpoint, Listing
from fortnox_assets.catalogue.fields import boolean, decimal, integer, records, text

GROUP = "fortnox_registers"

COMPANY_INFORMATION = Endpoint(
    name="company_information",
    title="Company information",
    group=GROUP,
    description="Name, number and address of the company; DatabaseNumber is the tenant id.",
    key=("DatabaseNumber",),
    path="/3/companyinformation",
    wrapper="CompanyInformation",
    scope="companyinformation",
    listing=Listing.SINGLETON,
    fields=(
        integer("DatabaseNumber", "Database Number, as Fortnox sends it."),
        text("Address", "Address, as Fortnox sends it."),
        text("City", "City, as Fortnox sends it."),
        text("CompanyName", "Company Name, as Fortnox sends it."),
        text("CountryCode", "Country Code, as Fortnox sends it."),
        text("OrganizationNumber", "Organization Number, as Fortnox sends it."),
        text("VisitAddress", "Visit Address, as Fortnox sends it."),
        text("VisitCity", "Visit City, as Fortnox sends it."),
        text("VisitCountryCode", "Visit Country Code, as Fortnox sends it."),
        text("VisitZipCode", "Visit Zip Code, as Fortnox sends it."),
        text("ZipCode", "Zip Code, as Fortnox sends it."),
    ),
)

COMPANY_SETTINGS = Endpoint(
    name="company_settings",
    title="Company settings",
    group=GROUP,
    description="The company as it presents itself on documents: addresses, contact, bank numbers, tax registration.",
    key=("DatabaseNumber",),
    path="/3/settings/company",
    wrapper="CompanySettings",
    scope="settings",
    listing=Listing.SINGLETON,
    fields=(
        integer("DatabaseNumber", "Database Number, as Fortnox sends it."),
        text("Address", "Address, as Fortnox sends it."),
        text("BG", "BG, as Fortnox sends it."),
        text("BIC", "BIC, as Fortnox sends it."),
        text("BranchCode", "Branch Code, as Fortnox sends it."),
        text("City", "City, as Fortnox sends it."),
        text("ContactFirstName", "Contact First Name, as Fortnox sends it."),
        text("ContactLastName", "Contact Last Name, as Fortnox sends it."),
        text("Country", "Country, as Fortnox sends it."),
        text("CountryCode", "Country Code, as Fortnox sends it."),
        text("Domicile", "Domicile, as Fortnox sends it."),
        text("Email", "Email, as Fortnox sends it."),
        text("Fax", "Fax, as Fortnox sends it."),
        text("IBAN", "IBAN, as Fortnox sends it."),
        text("Name", "Name, as Fortnox sends it."),
        text("OrganizationNumber", "Organization Number, as Fortnox sends it."),
        text("PG", "PG, as Fortnox sends it."),
        text("Phone1", "Phone1, as Fortnox sends it."),
        text("Phone2", "Phone2, as Fortnox sends it."),
        boolean("TaxEnabled", "Tax Enabled, as Fortnox sends it."),
        text("VATNumber", "VAT Number, as Fortnox sends it."),
        text("VisitAddress", "Visit Address, as Fortnox sends it."),
        text("VisitCity", "Visit City, as Fortnox sends it."),
        text("VisitCountry", "Visit Country, as Fortnox sends it."),
        text("VisitCountryCode", "Visit Country Code, as Fortnox sends it."),
        text("VisitName", "Visit Name, as Fortnox sends it."),
        text("VisitZipCode", "Visit Zip Code, as Fortnox sends it."),
        text("WWW", "WWW, as Fortnox sends it."),
        text("ZipCode", "Zip Code, as Fortnox sends it."),
    ),
)

EMAIL_SENDERS = Endpoint(
    name="email_senders",
    title="Email senders",
    group=GROUP,
    description="Addresses allowed, and not allowed, to send documents into the company by email. One row a company.",
    key=(),
    path="/3/emailsenders",
    wrapper="EmailSenders",
    scope="settings",
    listing=Listing.SINGLETON,
    fields=(
        records(
            "RejectedSenders",
            "Rejected Senders, as Fortnox sends it.",
            text("Email", "Email, as Fortnox sends it."),
            integer("Id", "Id, as Fortnox sends it."),
        ),
        records(
            "TrustedSenders",
            "Trusted Senders, as Fortnox sends it.",
            text("Email", "Email, as Fortnox sends it."),
            integer("Id", "Id, as Fortnox sends it."),
        ),
    ),
)

EU_VAT_LIMIT_REGULATION = Endpoint(
    name="eu_vat_limit_regulation",
    title="EU VAT limit regulation",
    group=GROUP,
    description="How far distance sales to consumers in other EU countries have come towards the yearly limit (OSS). Fortnox answers for the current calendar year.",
    key=("Year",),
    path="/3/euvatlimitregulation",
    wrapper="EUVatLimitRegulation",
    scope="settings",
    listing=Listing.SINGLETON,
    fields=(
        integer("Year", "Year, as Fortnox sends it."),
        boolean("IsOverLimit", "Is Over Limit, as Fortnox sends it."),
        decimal("Limit", "Limit, as Fortnox sends it."),
        decimal("TotalExclVat", "Total Excl Vat, as Fortnox sends it."),
    ),
)

ME = Endpoint(
    name="me",
    title="Connected user",
    group=GROUP,
    description="The user, or service account, that the connection acts as.",
    key=("Id",),
    path="/3/me",
    wrapper="MeInformation",
    scope="profile",
    listing=Listing.SINGLETON,
    fields=(
        text("Id", "Id, as Fortnox sends it."),
        text("Email", "Email, as Fortnox sends it."),
        text("Locale", "Locale, as Fortnox sends it."),
        text("Name", "Name, as Fortnox sends it."),
        boolean("SysAdmin", "Sys Admin, as Fortnox sends it."),
    ),
)

ENDPOINTS = (
    COMPANY_INFORMATION,
    COMPANY_SETTINGS,
    EMAIL_SENDERS,
    EU_VAT_LIMIT_REGULATION,
    ME,
)
