"""Raw tables that are neither an endpoint nor a SIE file: what this program itself has done and keeps."""

from collections.abc import Mapping
from types import MappingProxyType

from fortnox_assets.catalogue.endpoint import PersonalData, Table
from fortnox_assets.catalogue.fields import date, integer, text, timestamp

LEDGER_SOURCES = Table(
    name="ledger_sources",
    title="Ledger sources",
    group="fortnox_ledger",
    description=(
        "Where each financial year's ledger has come from: a row for the first load and for every change since, from "
        "Fortnox to an uploaded file or back, or from one uploaded file to another. Rows are never changed."
    ),
    key=("FinancialYearId", "Number"),
    fields=(
        integer("FinancialYearId", "Financial year (Fortnox id, or first day as YYYYMMDD)."),
        integer("Number", "1 for the first source of the year, then counting on."),
        text("LedgerSource", "Where the rows come from.", values=("sie", "vouchers", "sie_file")),
        text("FileName", "Name of the uploaded file; empty when Fortnox is the source."),
        text("ContentHash", "SHA-256 of the uploaded file's books; empty when Fortnox is the source."),
        text(
            "PreviousLedgerSource", "The source before; empty in the first row.", values=("sie", "vouchers", "sie_file")
        ),
        text("PreviousFileName", "The uploaded file before."),
        timestamp("ChangedAt", "When the run that changed the source began."),
    ),
)

DOCUMENTS = Table(
    name="documents",
    title="Documents",
    group="fortnox_files",
    description=(
        "The files linked to the vouchers, invoices and other documents of a financial year: where each one's bytes "
        "are in the document store, or why they are not there. A file linked in several years is in the first copied."
    ),
    key=("FileId",),
    fields=(
        text("FileId", "Fortnox's id of the file, as the link has it."),
        text("Module", "What the file is linked to: voucher, supplier_invoice, invoice, order, offer, contract, ..."),
        text("ObjectNumber", "Number of what it is linked to; a voucher's is series and number."),
        date("DocumentDate", "Date of what it is linked to, where it has one."),
        text("Name", "Name of the file in Fortnox; never used as a path.", personal=PersonalData.FREE_TEXT),
        text(
            "Status",
            "Whether the file is there.",
            values=("stored", "missing", "too_large", "over_quota", "empty", "refused"),
        ),
        text("Reason", "Why the file is not there; empty when it is."),
        text("FoundIn", "Where Fortnox had the file.", values=("archive", "inbox")),
        text("MediaType", "What the content is, told from its first bytes."),
        integer("Size", "Size in bytes."),
        text("Sha256", "SHA-256 of the content, which names the stored file."),
        text("Path", "Path of the file in the document store."),
        text("Location", "Address of the file: file:///... or gs://..."),
        timestamp("FetchedAt", "When the content was fetched."),
        timestamp("TriedAt", "When Fortnox was last asked for the file."),
        timestamp("MissingSince", "When Fortnox was first found not to have the file; empty while it has."),
    ),
)

OWN_TABLES: Mapping[str, Table] = MappingProxyType({each.name: each for each in (LEDGER_SOURCES, DOCUMENTS)})
