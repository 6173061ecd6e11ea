"""The company itself: its name and settings, and the connection's own user."""

from fortnox_assets.catalogue.endpoint import Endpoint, Listing, PersonalData
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
        integer("DatabaseNumber", "Fortnox's number of the company: the tenant id, and #FNR in SIE files."),
        text("Address", "Street or box of the postal address."),
        text("City", "Town of the postal address."),
        text("CompanyName", "Name of the company."),
        text("CountryCode", "Country code of the postal address (ISO 3166, two letters)."),
        text("OrganizationNumber", "Organisation number of the company."),
        text("VisitAddress", "Street of the visiting address."),
        text("VisitCity", "Town of the visiting address."),
        text("VisitCountryCode", "Country code of the visiting address (ISO 3166, two letters)."),
        text("VisitZipCode", "Postal code of the visiting address."),
        text("ZipCode", "Postal code of the postal address."),
    ),
)

COMPANY_SETTINGS = Endpoint(
    name="company_settings",
    title="Company settings",
    group=GROUP,
    description=("The company as it presents itself on documents: addresses, contact, bank numbers, tax registration."),
    key=("DatabaseNumber",),
    path="/3/settings/company",
    wrapper="CompanySettings",
    scope="settings",
    listing=Listing.SINGLETON,
    fields=(
        integer("DatabaseNumber", "Fortnox's number of the company: the tenant id, and #FNR in SIE files."),
        text("Address", "Street or box of the postal address."),
        text("BG", "Bankgiro number money is paid to."),
        text("BIC", "BIC code of the bank."),
        text("BranchCode", "Branch code of the bank."),
        text("City", "Town of the postal address."),
        text("ContactFirstName", "First name of the company's contact person.", personal=PersonalData.NAME),
        text("ContactLastName", "Last name of the company's contact person.", personal=PersonalData.NAME),
        text("Country", "Country of the postal address, by name."),
        text("CountryCode", "Country code of the postal address (ISO 3166, two letters)."),
        text("Domicile", "Registered seat of the company (säte)."),
        text("Email", "Email address of the company.", personal=PersonalData.CONTACT),
        text("Fax", "Number of the fax."),
        text("IBAN", "IBAN of the bank account."),
        text("Name", "Name of the company."),
        text("OrganizationNumber", "Organisation number of the company."),
        text("PG", "Plusgiro number money is paid to."),
        text("Phone1", "First phone number.", personal=PersonalData.CONTACT),
        text("Phone2", "Second phone number.", personal=PersonalData.CONTACT),
        boolean("TaxEnabled", "Whether the company is approved for F-tax (F-skatt)."),
        text("VATNumber", "VAT registration number."),
        text("VisitAddress", "Street of the visiting address."),
        text("VisitCity", "Town of the visiting address."),
        text("VisitCountry", "Country of the visiting address, by name."),
        text("VisitCountryCode", "Country code of the visiting address (ISO 3166, two letters)."),
        text("VisitName", "Name at the visiting address."),
        text("VisitZipCode", "Postal code of the visiting address."),
        text("WWW", "Address of the web site."),
        text("ZipCode", "Postal code of the postal address."),
    ),
)

EMAIL_SENDERS = Endpoint(
    name="email_senders",
    title="Email senders",
    group=GROUP,
    description=("Addresses allowed, and not allowed, to send documents into the company by email. One row a company."),
    key=(),
    path="/3/emailsenders",
    wrapper="EmailSenders",
    scope="settings",
    listing=Listing.SINGLETON,
    fields=(
        records(
            "RejectedSenders",
            "Senders whose documents are turned away.",
            text("Email", "Email address that may not send in documents.", personal=PersonalData.CONTACT),
            integer("Id", "Fortnox's id of the rejected sender."),
        ),
        records(
            "TrustedSenders",
            "Senders whose documents are let in.",
            text("Email", "Email address that may send in documents.", personal=PersonalData.CONTACT),
            integer("Id", "Fortnox's id of the trusted sender."),
        ),
    ),
)

EU_VAT_LIMIT_REGULATION = Endpoint(
    name="eu_vat_limit_regulation",
    title="EU VAT limit regulation",
    group=GROUP,
    description=(
        "How far distance sales to consumers in other EU countries have come towards the yearly limit (OSS). "
        "Fortnox answers for the current calendar year."
    ),
    key=("Year",),
    path="/3/euvatlimitregulation",
    wrapper="EUVatLimitRegulation",
    scope="settings",
    listing=Listing.SINGLETON,
    fields=(
        integer("Year", "Calendar year the figures are for."),
        boolean("IsOverLimit", "Whether the sales have passed the limit."),
        decimal("Limit", "Limit for the year, in the currency Fortnox counts it in."),
        decimal("TotalExclVat", "Sales towards the limit so far, without VAT."),
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
        text("Id", "Fortnox's id of the user."),
        text("Email", "Email address of the user.", personal=PersonalData.CONTACT),
        text("Locale", "Language and country the user has chosen."),
        text("Name", "Name of the user.", personal=PersonalData.NAME),
        boolean("SysAdmin", "Whether the user is a system administrator."),
    ),
)

ENDPOINTS = (
    COMPANY_INFORMATION,
    COMPANY_SETTINGS,
    EMAIL_SENDERS,
    EU_VAT_LIMIT_REGULATION,
    ME,
)
