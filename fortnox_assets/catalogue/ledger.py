"""The ledger: financial years, accounts, voucher series and vouchers."""

from fortnox_assets.catalogue.endpoint import ChangeFilter, DetailNeed, Endpoint, Listing, PersonalData, Slicing
from fortnox_assets.catalogue.fields import boolean, date, decimal, integer, only_in_detail, record, records, text

GROUP = "fortnox_ledger"

FINANCIAL_YEARS = Endpoint(
    name="financial_years",
    title="Financial years",
    group=GROUP,
    description=(
        "Financial years (räkenskapsår) of the company. Ids are not in order of time and a year may be "
        "broken, short or long."
    ),
    key=("Id",),
    path="/3/financialyears",
    wrapper="FinancialYears",
    scope="bookkeeping",
    sort_by="id",
    detail_path="/3/financialyears/{Id}",
    detail_wrapper="FinancialYear",
    fields=(
        integer("Id", "Fortnox's id of the year; not in order of time. Other endpoints call it Year."),
        text("AccountChartType", "Standard chart the year's accounts follow."),
        text(
            "AccountingMethod",
            "When invoices are booked: at invoicing (accrual) or at payment (cash).",
            values=("ACCRUAL", "CASH"),
        ),
        date("FromDate", "First day of the financial year."),
        date("ToDate", "Last day of the financial year."),
    ),
)

ACCOUNTS = Endpoint(
    name="accounts",
    title="Accounts",
    group=GROUP,
    description="Chart of accounts (kontoplan) of each financial year, with opening balances.",
    key=("Year", "Number"),
    path="/3/accounts",
    wrapper="Accounts",
    scope="bookkeeping",
    sort_by="number",
    slicing=Slicing.FINANCIAL_YEAR,
    detail_path="/3/accounts/{Number}",
    detail_wrapper="Account",
    detail_parameters={"financialyear": "Year"},
    change_filter=ChangeFilter.HONOURED,
    fields=(
        integer("Year", "Financial year id, not a calendar year."),
        integer("Number", "Number of the account (kontonummer)."),
        boolean("Active", "Whether the account can be booked on."),
        decimal("BalanceBroughtForward", "Opening balance of the year (ingående balans), in kronor; debit positive."),
        text("CostCenter", "Cost centre suggested when the account is booked on."),
        text(
            "CostCenterSettings",
            "Whether a cost centre may, must or must not be given on the account.",
            values=("ALLOWED", "MANDATORY", "NOTALLOWED"),
        ),
        text("Description", "Name of the account."),
        text("Project", "Project suggested when the account is booked on."),
        text(
            "ProjectSettings",
            "Whether a project may, must or must not be given on the account.",
            values=("ALLOWED", "MANDATORY", "NOTALLOWED"),
        ),
        integer("SRU", "Tax form code (SRU) of the account."),
        text("VATCode", "VAT code, which decides the box of the VAT return the account counts in."),
        *only_in_detail(
            decimal(
                "BalanceCarriedForward", "Closing balance of the year (utgående balans), in kronor; debit positive."
            ),
            records(
                "OpeningQuantities",
                "Quantities at the start of the year, by project.",
                decimal("Balance", "Quantity at the start of the year."),
                text("Project", "Project the opening quantity belongs to."),
            ),
            text(
                "QuantitySettings",
                "Whether a quantity may, must or must not be given on the account.",
                values=("ALLOWED", "MANDATORY", "NOTALLOWED"),
            ),
            text("QuantityUnit", "Unit quantities on the account are counted in."),
            text("TransactionInformation", "Row text suggested when the account is booked on."),
            text(
                "TransactionInformationSettings",
                "Whether a row text may, must or must not be given on the account.",
                values=("ALLOWED", "MANDATORY", "NOTALLOWED"),
            ),
        ),
    ),
)

ACCOUNT_CHARTS = Endpoint(
    name="account_charts",
    title="Account charts",
    group=GROUP,
    description="Standard charts of accounts that Fortnox offers; not the accounts of the company.",
    key=("Name",),
    path="/3/accountcharts",
    wrapper="AccountCharts",
    scope="bookkeeping",
    fields=(text("Name", "Name of the standard chart, such as BAS 2024."),),
)

VOUCHERS = Endpoint(
    name="vouchers",
    title="Vouchers",
    group=GROUP,
    description=(
        "Vouchers (verifikationer): reference, comments and approval; with their rows where detail is asked "
        "for, otherwise rows come from SIE."
    ),
    key=("Year", "VoucherSeries", "VoucherNumber"),
    # The last voucher of a series can be deleted; the next one gets its number. A voucher that is edited keeps one of
    # date and text, and always what it was made from.
    another_when=(("ReferenceNumber",), ("TransactionDate", "Description")),
    path="/3/vouchers",
    wrapper="Vouchers",
    scope="bookkeeping",
    sort_by="vouchernumber",
    slicing=Slicing.FINANCIAL_YEAR,
    detail=DetailNeed.ROWS,
    detail_path="/3/vouchers/{VoucherSeries}/{VoucherNumber}",
    detail_wrapper="Voucher",
    detail_parameters={"financialyear": "Year"},
    change_filter=ChangeFilter.HONOURED,
    fields=(
        integer("Year", "Financial year id, not a calendar year."),
        text("VoucherSeries", "Series the voucher is numbered in."),
        integer("VoucherNumber", "Number of the voucher, unique inside series and financial year."),
        integer("ApprovalState", "State of approval (attest) in Fortnox's numbering; 0 where approval is not used."),
        text(
            "Comments",
            "Comment on the voucher (kommentar), not part of the voucher text.",
            personal=PersonalData.FREE_TEXT,
        ),
        text("Description", "Voucher text (verifikationstext).", personal=PersonalData.FREE_TEXT),
        text("ReferenceNumber", "Number of the document the voucher was made from; see ReferenceType."),
        text(
            "ReferenceType",
            "Kind of document the voucher was made from.",
            values=(
                "INVOICE",
                "SUPPLIERINVOICE",
                "INVOICEPAYMENT",
                "SUPPLIERPAYMENT",
                "MANUAL",
                "CASHINVOICE",
                "ACCRUAL",
            ),
        ),
        date("TransactionDate", "Voucher date (verifikationsdatum)."),
        *only_in_detail(
            text("CostCenter", "Cost centre code, which is SIE dimension 1."),
            text("Project", "Project number, which is SIE dimension 6."),
            records(
                "VoucherRows",
                "Rows of the voucher.",
                integer("Account", "Account the row is booked on."),
                text("CostCenter", "Cost centre code, which is SIE dimension 1."),
                decimal("Credit", "Credit amount in kronor."),
                decimal("Debit", "Debit amount in kronor."),
                text("Description", "Name of the account, as Fortnox repeats it on the row."),
                text("Project", "Project number, which is SIE dimension 6."),
                decimal("Quantity", "Quantity booked with the amount."),
                boolean("Removed", "Whether the row is struck (struken); such rows are not booked."),
                text(
                    "TransactionInformation",
                    "Text of the booked row (transaktionsinformation).",
                    personal=PersonalData.FREE_TEXT,
                ),
            ),
        ),
    ),
)

VOUCHER_SERIES = Endpoint(
    name="voucher_series",
    title="Voucher series",
    group=GROUP,
    description="Series that vouchers are numbered in (verifikationsserier), for each financial year.",
    key=("Year", "Code"),
    path="/3/voucherseries",
    wrapper="VoucherSeriesCollection",
    scope="bookkeeping",
    sort_by="code",
    slicing=Slicing.FINANCIAL_YEAR,
    detail_path="/3/voucherseries/{Code}",
    detail_wrapper="VoucherSeries",
    detail_parameters={"financialyear": "Year"},
    change_filter=ChangeFilter.HONOURED,
    fields=(
        integer("Year", "Financial year id, not a calendar year."),
        text("Code", "Letters the series is called by."),
        record(
            "Approver",
            "User who approves vouchers of the series.",
            integer("Id", "User id of the approver."),
            text("Name", "Name of the approver.", personal=PersonalData.NAME),
        ),
        text("Description", "Name of the series."),
        boolean("Manual", "Whether vouchers can be entered by hand in the series."),
        *only_in_detail(integer("NextVoucherNumber", "Number the next voucher of the series gets.")),
    ),
)

PREDEFINED_ACCOUNTS = Endpoint(
    name="predefined_accounts",
    title="Predefined accounts",
    group=GROUP,
    description="Accounts that Fortnox books on by itself (förvalda konton), one for each purpose.",
    key=("Name",),
    path="/3/predefinedaccounts",
    wrapper="PreDefinedAccounts",
    scope="settings",
    detail_path="/3/predefinedaccounts/{Name}",
    detail_wrapper="PreDefinedAccount",
    fields=(
        text("Name", "Purpose the account is used for, in Fortnox's own code words."),
        integer("Account", "Account number that is used."),
    ),
)

PREDEFINED_VOUCHER_SERIES = Endpoint(
    name="predefined_voucher_series",
    title="Predefined voucher series",
    group=GROUP,
    description="Voucher series that each kind of automatic booking goes to (förvalda serier).",
    key=("Name",),
    path="/3/predefinedvoucherseries",
    wrapper="PreDefinedVoucherSeriesCollection",
    scope="settings",
    detail_path="/3/predefinedvoucherseries/{Name}",
    detail_wrapper="PreDefinedVoucherSeries",
    fields=(
        text("Name", "Kind of booking the series is used for, in Fortnox's own code words."),
        text("VoucherSeries", "Voucher series that is used."),
    ),
)

LOCKED_PERIOD = Endpoint(
    name="locked_period",
    title="Locked period",
    group=GROUP,
    description="Day up to which the books are locked (låst period). One row a company.",
    key=(),
    path="/3/settings/lockedperiod",
    wrapper="LockedPeriod",
    scope="settings",
    listing=Listing.SINGLETON,
    fields=(date("EndDate", "Last locked day; empty when nothing is locked."),),
)

SIE = Endpoint(
    name="sie",
    title="SIE export",
    group=GROUP,
    description="The ledger of a financial year as a SIE file.",
    key=(),
    path="/3/sie/{Type}",
    wrapper=None,
    scope="bookkeeping",
    listing=Listing.NONE,
    slicing=Slicing.FINANCIAL_YEAR,
    not_copied=(
        "Answers with a file, not rows: its contents are the tables sie_files, sie_accounts, sie_dimensions, "
        "sie_objects, sie_balances, sie_period_balances and sie_vouchers."
    ),
    fields=(),
)

ENDPOINTS = (
    FINANCIAL_YEARS,
    ACCOUNTS,
    ACCOUNT_CHARTS,
    VOUCHERS,
    VOUCHER_SERIES,
    PREDEFINED_ACCOUNTS,
    PREDEFINED_VOUCHER_SERIES,
    LOCKED_PERIOD,
    SIE,
)
