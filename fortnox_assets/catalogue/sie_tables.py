"""The tables a SIE file becomes. Names in capitals are the SIE standard's own records (SIE file format 4B, sie.se).

Every row carries ``FinancialYearId``: Fortnox's id of the year, or, for a company that has no Fortnox connection, the
year's first day as a number (20240501). Amounts are debit positive, credit negative, as SIE has them.
"""

from fortnox_assets.catalogue.endpoint import Field, PersonalData, Table
from fortnox_assets.catalogue.fields import boolean, date, decimal, integer, records, text

GROUP = "fortnox_ledger"

_YEAR = integer("FinancialYearId", "Financial year the file describes (Fortnox id, or first day as YYYYMMDD).")
_ACCOUNT = integer("Account", "Number of the account (kontonummer).")
_AMOUNT = decimal("Amount", "Amount in the company's currency; debit positive, credit negative.")
_QUANTITY = decimal("Quantity", "Quantity, where the account is counted in units.")
_YEAR_NUMBER = integer("YearNumber", "0 = the file's own year, -1 = the year before, and so on (#RAR).")


def _objects() -> Field:
    return records(
        "Objects",
        "Dimension and object pairs the amount is marked with.",
        integer("Dimension", "Dimension number; 1 is cost centre, 6 is project."),
        text("Object", "Object code inside the dimension."),
    )


SIE_FILES = Table(
    name="sie_files",
    title="SIE files",
    group=GROUP,
    description="One row for each SIE file the ledger was read from: who wrote it, what it covers, how it was read.",
    key=("FinancialYearId",),
    fields=(
        _YEAR,
        text("LedgerSource", "Where the ledger rows of this year come from.", values=("sie", "vouchers", "sie_file")),
        text("FileName", "Name of the uploaded file; empty when Fortnox produced it."),
        integer("SieType", "SIE type: 1 balances, 2 period balances, 3 object balances, 4 with vouchers."),
        text("Program", "Program that wrote the file (#PROGRAM)."),
        text("ProgramVersion", "Version of that program."),
        date("Generated", "Day the file was written (#GEN)."),
        text("FortnoxNumber", "The program's internal company id (#FNR); Fortnox writes its database number."),
        text("OrganisationNumber", "Organisation number as written (#ORGNR)."),
        text("CompanyName", "Name of the company (#FNAMN)."),
        date("FromDate", "First day of the year (#RAR 0)."),
        date("ToDate", "Last day of the year (#RAR 0)."),
        date("PreviousFromDate", "First day of the previous year (#RAR -1)."),
        date("PreviousToDate", "Last day of the previous year (#RAR -1)."),
        date("BalancesUpTo", "Last day the balances include (#OMFATTN)."),
        text("ChartOfAccounts", "Chart of accounts (#KPTYP)."),
        text("Currency", "Accounting currency (#VALUTA); SEK when the file names none."),
        text("Encoding", "Character encoding found in the bytes."),
        text("ContentHash", "SHA-256 of the file without the lines that change at every export."),
        integer("Bytes", "Size of the file."),
        integer("Vouchers", "Vouchers in the file."),
        integer("Transactions", "Booked rows (#TRANS) in the file."),
        decimal("AbsoluteSum", "Sum of the absolute amounts of booked rows, to compare with what was stored."),
        boolean("ChecksumVerified", "True when the file has a #KSUMMA and it is right; empty when it has none."),
        records(
            "Tolerances",
            "Departures from the standard that were read all the same.",
            integer("Line", "Line number in the file."),
            text("Message", "What was found and how it was read."),
        ),
    ),
)

SIE_ACCOUNTS = Table(
    name="sie_accounts",
    title="SIE accounts",
    group=GROUP,
    description="The chart of accounts of the year as the SIE file has it (#KONTO, #KTYP, #ENHET, #SRU).",
    key=("FinancialYearId", "Account"),
    fields=(
        _YEAR,
        _ACCOUNT,
        text("Name", "Name of the account."),
        text("AccountType", "Account type (#KTYP).", values=("T", "S", "K", "I")),
        text("Unit", "Unit quantities are counted in (#ENHET)."),
        records("SruCodes", "Tax form codes (#SRU).", text("Code", "Tax form field code.")),
    ),
)

SIE_DIMENSIONS = Table(
    name="sie_dimensions",
    title="SIE dimensions",
    group=GROUP,
    description="Dimensions that rows are marked with (#DIM, #UNDERDIM).",
    key=("FinancialYearId", "Dimension"),
    fields=(
        _YEAR,
        integer("Dimension", "Dimension number; 1 cost centre, 6 project."),
        text("Name", "Name of the dimension."),
        integer("Parent", "Dimension this one is part of."),
    ),
)

SIE_OBJECTS = Table(
    name="sie_objects",
    title="SIE objects",
    group=GROUP,
    description="Members of the dimensions (#OBJEKT): cost centres, projects and others.",
    key=("FinancialYearId", "Dimension", "Object"),
    fields=(
        _YEAR,
        integer("Dimension", "Number of the dimension."),
        text("Object", "Code of the object."),
        text("Name", "Name of the object."),
    ),
)

SIE_BALANCES = Table(
    name="sie_balances",
    title="SIE balances",
    group=GROUP,
    description="Opening, closing and result balances of accounts (#IB, #UB, #RES) and of objects (#OIB, #OUB).",
    key=("FinancialYearId", "Line"),
    fields=(
        _YEAR,
        integer("Line", "Line number in the file."),
        text("Kind", "Which record it is.", values=("IB", "UB", "RES", "OIB", "OUB")),
        _YEAR_NUMBER,
        _ACCOUNT,
        _objects(),
        _AMOUNT,
        _QUANTITY,
    ),
)

SIE_PERIOD_BALANCES = Table(
    name="sie_period_balances",
    title="SIE period balances and budget",
    group=GROUP,
    description="Change in the month (#PSALDO) and budget of the month (#PBUDGET); rows with objects are a breakdown.",
    key=("FinancialYearId", "Line"),
    fields=(
        _YEAR,
        integer("Line", "Line number in the file."),
        text("Kind", "Which record it is.", values=("PSALDO", "PBUDGET")),
        _YEAR_NUMBER,
        text("Period", "Month as YYYYMM."),
        _ACCOUNT,
        _objects(),
        _AMOUNT,
        _QUANTITY,
    ),
)

SIE_VOUCHERS = Table(
    name="sie_vouchers",
    title="SIE vouchers",
    group=GROUP,
    description="Every voucher of the year with its rows (#VER, #TRANS, #RTRANS, #BTRANS).",
    key=("FinancialYearId", "Line"),
    fields=(
        _YEAR,
        integer("Line", "Line number of #VER in the file."),
        text("VoucherSeries", "Series the voucher is numbered in."),
        integer("VoucherNumber", "Voucher number inside the series and year; empty when the file gives none."),
        date("TransactionDate", "Date of the voucher."),
        text("Text", "Text of the voucher.", personal=PersonalData.FREE_TEXT),
        date("RegistrationDate", "Day the voucher was registered."),
        text("Signature", "Who registered the voucher.", personal=PersonalData.NAME),
        records(
            "Transactions",
            "Rows. Only TRANS is booked; RTRANS (added later) is always repeated by a TRANS, BTRANS is struck.",
            integer("RowNumber", "Position in the voucher, from 1, counting every kind of row."),
            text("Kind", "Which record it is.", values=("TRANS", "RTRANS", "BTRANS")),
            _ACCOUNT,
            _AMOUNT,
            date("TransactionDate", "Date of the row; empty means the voucher's."),
            text("Text", "Text of the row.", personal=PersonalData.FREE_TEXT),
            _QUANTITY,
            text("Signature", "Who added or struck the row.", personal=PersonalData.NAME),
            text("CostCenter", "Object of dimension 1."),
            text("Project", "Object of dimension 6."),
            _objects(),
        ),
    ),
)

SIE_TABLES: tuple[Table, ...] = (
    SIE_FILES,
    SIE_ACCOUNTS,
    SIE_DIMENSIONS,
    SIE_OBJECTS,
    SIE_BALANCES,
    SIE_PERIOD_BALANCES,
    SIE_VOUCHERS,
)
