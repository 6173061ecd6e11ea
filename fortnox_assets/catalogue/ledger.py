"""The ledger: financial years, accounts, voucher series and vouchers."""

from fortnox_assets.catalogue.endpoint import ChangeFilter, DetailNeed, Endpoint, Listing, Slicing
from fortnox_assets.catalogue.fields import boolean, date, decimal, integer, only_in_detail, record, records, text

GROUP = "fortnox_ledger"

FINANCIAL_YEARS = Endpoint(
    name="financial_years",
    title="Financial years",
    group=GROUP,
    description="Financial years (räkenskapsår) of the company. Ids are not in order of time and a year may be broken, short or long.",
    key=("Id",),
    path="/3/financialyears",
    wrapper="FinancialYears",
    scope="bookkeeping",
    sort_by="id",
    detail_path="/3/financialyears/{Id}",
    detail_wrapper="FinancialYear",
    fields=(
        integer("Id", "Id, as Fortnox sends it."),
        text("AccountChartType", "Account Chart Type, as Fortnox sends it."),
        text(
            "AccountingMethod",
            "Accounting Method, as Fortnox sends it.",
            values=(
                "ACCRUAL",
                "CASH",
            ),
        ),
        date("FromDate", "From Date, as Fortnox sends it."),
        date("ToDate", "To Date, as Fortnox sends it."),
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
        integer("Year", "Year, as Fortnox sends it."),
        integer("Number", "Number, as Fortnox sends it."),
        boolean("Active", "Active, as Fortnox sends it."),
        decimal("BalanceBroughtForward", "Balance Brought Forward, as Fortnox sends it."),
        text("CostCenter", "Cost Center, as Fortnox sends it."),
        text(
            "CostCenterSettings",
            "Cost Center Settings, as Fortnox sends it.",
            values=(
                "ALLOWED",
                "MANDATORY",
                "NOTALLOWED",
            ),
        ),
        text("Description", "Description, as Fortnox sends it."),
        text("Project", "Project, as Fortnox sends it."),
        text(
            "ProjectSettings",
            "Project Settings, as Fortnox sends it.",
            values=(
                "ALLOWED",
                "MANDATORY",
                "NOTALLOWED",
            ),
        ),
        integer("SRU", "SRU, as Fortnox sends it."),
        text("VATCode", "VAT Code, as Fortnox sends it."),
        *only_in_detail(
            decimal("BalanceCarriedForward", "Balance Carried Forward, as Fortnox sends it."),
            records(
                "OpeningQuantities",
                "Opening Quantities, as Fortnox sends it.",
                decimal("Balance", "Balance, as Fortnox sends it."),
                text("Project", "Project, as Fortnox sends it."),
            ),
            text(
                "QuantitySettings",
                "Quantity Settings, as Fortnox sends it.",
                values=(
                    "ALLOWED",
                    "MANDATORY",
                    "NOTALLOWED",
                ),
            ),
            text("QuantityUnit", "Quantity Unit, as Fortnox sends it."),
            text("TransactionInformation", "Transaction Information, as Fortnox sends it."),
            text(
                "TransactionInformationSettings",
                "Transaction Information Settings, as Fortnox sends it.",
                values=(
                    "ALLOWED",
                    "MANDATORY",
                    "NOTALLOWED",
                ),
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
    fields=(text("Name", "Name, as Fortnox sends it."),),
)

VOUCHERS = Endpoint(
    name="vouchers",
    title="Vouchers",
    group=GROUP,
    description="Vouchers (verifikationer): reference, comments and approval; with their rows where detail is asked for, otherwise rows come from SIE.",
    key=("Year", "VoucherSeries", "VoucherNumber"),
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
        integer("Year", "Year, as Fortnox sends it."),
        text("VoucherSeries", "Voucher Series, as Fortnox sends it."),
        integer("VoucherNumber", "Voucher Number, as Fortnox sends it."),
        integer("ApprovalState", "Approval State, as Fortnox sends it."),
        text("Comments", "Comments, as Fortnox sends it."),
        text("Description", "Description, as Fortnox sends it."),
        text("ReferenceNumber", "Reference Number, as Fortnox sends it."),
        text(
            "ReferenceType",
            "Reference Type, as Fortnox sends it.",
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
        date("TransactionDate", "Transaction Date, as Fortnox sends it."),
        *only_in_detail(
            text("CostCenter", "Cost Center, as Fortnox sends it."),
            text("Project", "Project, as Fortnox sends it."),
            records(
                "VoucherRows",
                "Voucher Rows, as Fortnox sends it.",
                integer("Account", "Account, as Fortnox sends it."),
                text("CostCenter", "Cost Center, as Fortnox sends it."),
                decimal("Credit", "Credit, as Fortnox sends it."),
                decimal("Debit", "Debit, as Fortnox sends it."),
                text("Description", "Description, as Fortnox sends it."),
                text("Project", "Project, as Fortnox sends it."),
                decimal("Quantity", "Quantity, as Fortnox sends it."),
                boolean("Removed", "Removed, as Fortnox sends it."),
                text("TransactionInformation", "Transaction Information, as Fortnox sends it."),
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
        integer("Year", "Year, as Fortnox sends it."),
        text("Code", "Code, as Fortnox sends it."),
        record(
            "Approver",
            "Approver, as Fortnox sends it.",
            integer("Id", "Id, as Fortnox sends it."),
            text("Name", "Name, as Fortnox sends it."),
        ),
        text("Description", "Description, as Fortnox sends it."),
        boolean("Manual", "Manual, as Fortnox sends it."),
        *only_in_detail(integer("NextVoucherNumber", "Next Voucher Number, as Fortnox sends it.")),
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
        text("Name", "Name, as Fortnox sends it."),
        integer("Account", "Account, as Fortnox sends it."),
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
        text("Name", "Name, as Fortnox sends it."),
        text("VoucherSeries", "Voucher Series, as Fortnox sends it."),
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
    fields=(date("EndDate", "End Date, as Fortnox sends it."),),
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
    not_copied="Answers with a file, not rows: its contents are the tables sie_files, sie_accounts, sie_dimensions, sie_objects, sie_balances, sie_period_balances and sie_vouchers.",
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
