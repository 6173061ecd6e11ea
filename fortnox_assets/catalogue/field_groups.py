"""Groups of fields that several endpoints repeat word for word: an address, an email, a kind of row."""

from fortnox_assets.catalogue.endpoint import PersonalData
from fortnox_assets.catalogue.fields import boolean, date, decimal, integer, record, records, text

HOUSE_WORK_TYPES = (
    "CONSTRUCTION",
    "ELECTRICITY",
    "GLASSMETALWORK",
    "GROUNDDRAINAGEWORK",
    "MASONRY",
    "PAINTINGWALLPAPERING",
    "HVAC",
    "MAJORAPPLIANCEREPAIR",
    "MOVINGSERVICES",
    "ITSERVICES",
    "CLEANING",
    "TEXTILECLOTHING",
    "SNOWPLOWING",
    "GARDENING",
    "BABYSITTING",
    "OTHERCARE",
    "OTHERCOSTS",
    "SOLARCELLS",
    "STORAGESELFPRODUCEDELECTRICITY",
    "CHARGINGSTATIONELECTRICVEHICLE",
    "HOMEMAINTENANCE",
    "FURNISHING",
    "TRANSPORTATIONSERVICES",
    "WASHINGANDCAREOFCLOTHING",
)
SUPPLIER_INVOICE_ROW_CODES = (
    "TOT",
    "VAT",
    "FRT",
    "AFE",
    "ROV",
    "CND",
    "CNC",
    "PRD",
    "PRC",
    "SRD",
    "SRC",
    "PRE",
    "GWB",
    "ACC",
)
ACCRUAL_PERIODS = (
    "MONTHLY",
    "BIMONTHLY",
    "QUARTERLY",
    "SEMIANNUALLY",
    "ANNUALLY",
    "1_MONTHS",
    "2_MONTHS",
    "3_MONTHS",
    "6_MONTHS",
    "12_MONTHS",
)
EMPLOYMENT_FORMS = ("TV", "PRO", "TID", "SVT", "VIK", "PRJ", "PRA", "FER", "SES", "NEJ")
ABSENCE_CAUSES = (
    "ASK",
    "FPE",
    "FRA",
    "HAV",
    "KOM",
    "MIL",
    "NAR",
    "OS1",
    "OS2",
    "OS3",
    "OS4",
    "OS5",
    "PAP",
    "PEM",
    "PER",
    "SEM",
    "SJK",
    "SMB",
    "SVE",
    "TJL",
    "UTB",
    "VAB",
)
ATTENDANCE_CAUSES = (
    "ARB",
    "BE2",
    "BER",
    "FLX",
    "HLG",
    "JO2",
    "JOR",
    "MER",
    "OB1",
    "OB2",
    "OB3",
    "OB4",
    "OB5",
    "OK0",
    "OK1",
    "OK2",
    "OK3",
    "OK4",
    "OK5",
    "OT1",
    "OT2",
    "OT3",
    "OT4",
    "OT5",
    "RES",
    "TID",
)
DELIVERY_ADDRESS = (
    text("DeliveryAddress1", "First line of the delivery address.", personal=PersonalData.CONTACT),
    text("DeliveryAddress2", "Second line of the delivery address.", personal=PersonalData.CONTACT),
    text("DeliveryCity", "Town of the delivery address.", personal=PersonalData.CONTACT),
    text("DeliveryCountry", "Country of the delivery address, by name."),
    text("DeliveryName", "Name at the delivery address.", personal=PersonalData.NAME),
    text("DeliveryZipCode", "Postal code of the delivery address.", personal=PersonalData.CONTACT),
)
BILLING_ADDRESS = (
    text("Address1", "First line of the postal address.", personal=PersonalData.CONTACT),
    text("Address2", "Second line of the postal address.", personal=PersonalData.CONTACT),
    text("City", "Town of the postal address.", personal=PersonalData.CONTACT),
    text("Country", "Country of the postal address, by name."),
    text("Phone1", "First phone number.", personal=PersonalData.CONTACT),
    text("Phone2", "Second phone number.", personal=PersonalData.CONTACT),
    text("ZipCode", "Postal code of the postal address.", personal=PersonalData.CONTACT),
)
VISITING_ADDRESS = (
    text("VisitingAddress", "Street of the visiting address.", personal=PersonalData.CONTACT),
    text("VisitingCity", "Town of the visiting address.", personal=PersonalData.CONTACT),
    text("VisitingCountry", "Country of the visiting address, by name."),
    text("VisitingCountryCode", "Country code of the visiting address (ISO 3166, two letters)."),
    text("VisitingZipCode", "Postal code of the visiting address.", personal=PersonalData.CONTACT),
)
CURRENCY = (
    text("Currency", "Currency code (ISO 4217)."),
    decimal("CurrencyRate", "Exchange rate: kronor for CurrencyUnit units of the currency."),
    decimal("CurrencyUnit", "How many units of the currency the rate is for."),
)
BOOKED_VOUCHER = (
    integer("VoucherNumber", "Number of the voucher it was booked by; empty until booked."),
    text("VoucherSeries", "Series of the voucher it was booked by; empty until booked."),
    integer("VoucherYear", "Financial year id of the voucher it was booked by; empty until booked."),
)
DOCUMENT_AMOUNTS = (
    decimal("BasisTaxReduction", "Amount the tax reduction is counted on."),
    decimal("Gross", "Sum of the rows before discounts, in the document's currency."),
    decimal("Net", "Amount without VAT, in the document's currency."),
    decimal("RoundOff", "Rounding to whole kronor (öresavrundning)."),
    decimal("TaxReduction", "Tax reduction taken off what the buyer pays."),
    text("TaxReductionType", "Kind of tax reduction.", values=("none", "rot", "rut", "green")),
    decimal("TotalToPay", "Amount to pay after rounding and tax reduction, in the document's currency."),
    decimal("TotalVAT", "VAT amount, in the document's currency."),
)
FEES = (
    decimal("AdministrationFee", "Invoicing fee (expeditionsavgift) without VAT."),
    decimal("AdministrationFeeVAT", "VAT amount on the invoicing fee."),
    decimal("Freight", "Freight charge without VAT."),
    decimal("FreightVAT", "VAT amount on the freight charge."),
)
DOCUMENT_TERMS = (
    text("PriceList", "Code of the price list."),
    text("PrintTemplate", "Code of the layout the document is printed with."),
    text("Remarks", "Text printed on the document.", personal=PersonalData.FREE_TEXT),
    text("TermsOfDelivery", "Code of the terms of delivery."),
)
PRICED_ROW = (
    integer("AccountNumber", "Revenue account the row is booked on."),
    text("ArticleNumber", "Article number; empty on rows that are only text."),
    decimal("ContributionPercent", "Contribution margin (täckningsbidrag) of the row, in percent."),
    decimal("ContributionValue", "Contribution margin (täckningsbidrag) of the row, as an amount."),
    text("CostCenter", "Cost centre code of the row, where it differs from the document."),
    text("Description", "Row text, as printed on the document.", personal=PersonalData.FREE_TEXT),
    decimal("Discount", "Discount on the row, an amount or a percentage as DiscountType says."),
    text("DiscountType", "Whether Discount is an amount or a percentage.", values=("AMOUNT", "PERCENT")),
    boolean("HouseWork", "Whether the row counts as household work (ROT, RUT)."),
    decimal("HouseWorkHoursToReport", "Hours of household work to report to the Tax Agency."),
    text("HouseWorkType", "Kind of household work, as the Tax Agency classes it.", values=HOUSE_WORK_TYPES),
    decimal("Price", "Price for each unit, in the document's currency; includes VAT if VATIncluded."),
    text("Project", "Project number of the row, where it differs from the document."),
    integer("RowId", "Fortnox's id of the row; stays when rows are added or moved."),
    decimal("Total", "Row amount after discount, in the document's currency; includes VAT if VATIncluded."),
    text("Unit", "Code of the unit quantities are counted in."),
    decimal("VAT", "VAT rate of the row in percent."),
    text("VATCode", "VAT code of the row, which decides the box of the VAT return."),
)
ACCRUAL_ROW = (
    integer("Account", "Account to be booked on."),
    text("CostCenter", "Cost centre code, which is SIE dimension 1."),
    decimal("Credit", "Amount to be booked in credit."),
    decimal("Debit", "Amount to be booked in debit."),
    text("Project", "Project number, which is SIE dimension 6."),
    text(
        "TransactionInformation", "Text of the booked row (transaktionsinformation).", personal=PersonalData.FREE_TEXT
    ),
)
PURCHASE_ORDER_STOCK = (
    text("stockLocationCode", "Code of the location."),
    text("stockLocationId", "Fortnox's id of the location (UUID)."),
    text("stockLocationName", "Name of the location."),
    text("stockPointCode", "Code of the stock point."),
    text("stockPointId", "Fortnox's id of the stock point (UUID)."),
    text("stockPointName", "Name of the stock point."),
)
FOLDERS = records(
    "Folders", "Folders in the folder.", text("Id", "Fortnox's id of the folder."), text("Name", "Name of the folder.")
)
SALES_PRICES = records(
    "salesPrices",
    "Prices of the article, one for each price list.",
    text("list", "Code of the price list."),
    decimal("price", "Price for each unit in the price list."),
)
COST_CENTER = record(
    "costCenter",
    "Cost centre the registration is for.",
    boolean("active", "Whether the cost centre can be used."),
    text("id", "Cost centre code, which is SIE dimension 1."),
    text("name", "Name of the cost centre."),
)
FILES = records(
    "Files",
    "Files in the folder.",
    text("ArchiveFileId", "Id of the file in the archive, where it differs from Id."),
    text("Comments", "Comment on the file.", personal=PersonalData.FREE_TEXT),
    text("Id", "Fortnox's id of the file."),
    text("Name", "Name of the file.", personal=PersonalData.FREE_TEXT),
    text("Path", "Path of the folder the file is in."),
    integer("Size", "Size of the file in bytes."),
)
ITEM = record(
    "item",
    "Article that was registered.",
    boolean("active", "Whether the article can be used."),
    text("description", "Name of the article."),
    text("id", "Number of the article (artikelnummer)."),
    boolean("isStock", "Whether the article is kept in stock."),
    decimal("purchasePrice", "Purchase price for each unit."),
    SALES_PRICES,
    text("type", "Whether the article is a service or goods in stock.", values=("SERVICE", "STOCK")),
    text("unit", "Unit quantities are counted in."),
)
EMAIL_INFORMATION = record(
    "EmailInformation",
    "How the document is sent by email.",
    text("EmailAddressBCC", "Email addresses that get a blind copy.", personal=PersonalData.CONTACT),
    text("EmailAddressCC", "Email addresses that get a copy.", personal=PersonalData.CONTACT),
    text("EmailAddressFrom", "Email address the document is sent from.", personal=PersonalData.CONTACT),
    text("EmailAddressTo", "Email address the document is sent to.", personal=PersonalData.CONTACT),
    text("EmailBody", "Text of the email.", personal=PersonalData.FREE_TEXT),
    text("EmailSubject", "Subject of the email.", personal=PersonalData.FREE_TEXT),
)
WRITE_OFFS = records(
    "WriteOffs",
    "Differences written off with the payment.",
    integer("AccountNumber", "Account the difference is written off on."),
    decimal("Amount", "Amount written off (avskrivning), such as rounding, bank fee or exchange difference."),
    text("CostCenter", "Cost centre code, which is SIE dimension 1."),
    text("Currency", "Currency of the amount written off (ISO 4217)."),
    text("Description", "Name of the account the difference is written off on."),
    text("Project", "Project number, which is SIE dimension 6."),
    text(
        "TransactionInformation", "Text of the booked row (transaktionsinformation).", personal=PersonalData.FREE_TEXT
    ),
)
PROJECT = record(
    "project",
    "Project the registration is for.",
    text("description", "Name of the project."),
    date("endDate", "Last day of the project."),
    text("id", "Project number, which is SIE dimension 6."),
    decimal("invoicedAmount", "Amount invoiced on the project so far."),
    decimal("orderAmount", "Amount ordered on the project."),
    decimal("orderTime", "Hours ordered on the project."),
    text("projectLeader", "Name of the project leader.", personal=PersonalData.NAME),
    date("startDate", "First day of the project."),
    integer("status", "Status of the project in Fortnox's numbering."),
    decimal("totalAmountInInvoices", "Total of the invoices on the project."),
)
CUSTOMER = record(
    "customer",
    "Customer the registration is for.",
    text("accountManager", "Name of whoever looks after the customer.", personal=PersonalData.NAME),
    boolean("active", "Whether the customer can be used."),
    text("defaultProjectId", "Project suggested for the customer."),
    boolean("deleted", "Whether the customer is deleted."),
    text("id", "Customer's id inside Fortnox Tid."),
    text("invoiceCity", "Town the customer is invoiced at.", personal=PersonalData.CONTACT),
    text("invoiceZipCode", "Postal code the customer is invoiced at.", personal=PersonalData.CONTACT),
    integer("isBusiness", "Whether the customer is a company (1) or a private person (0)."),
    text("name", "Name of the customer.", personal=PersonalData.NAME),
    text("number", "Number of the customer (kundnummer)."),
    text("priceList", "Code of the price list the customer is charged by."),
    text(
        "propertyDesignation",
        "Property (fastighetsbeteckning) the household work is done at.",
        personal=PersonalData.CONTACT,
    ),
)
