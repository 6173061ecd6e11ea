"""What a file can be linked to in Fortnox, and which raw tables tell of it."""

from collections.abc import Mapping
from typing import Literal

Module = Literal["voucher", "supplier_invoice", "invoice", "order", "offer", "contract", "asset", "article"]

# By module: the tables that are read, and the fields of theirs that must be copied.
NEEDED: Mapping[Module, Mapping[str, tuple[str, ...]]] = {
    "voucher": {
        "voucher_file_connections": ("FileId", "VoucherSeries", "VoucherNumber", "VoucherYear"),
        "vouchers": ("Year", "VoucherSeries", "VoucherNumber", "TransactionDate"),
    },
    "supplier_invoice": {
        "supplier_invoice_file_connections": ("FileId", "Name", "SupplierInvoiceNumber"),
        "supplier_invoices": ("GivenNumber", "InvoiceDate"),
    },
    "invoice": {
        "attachments": ("fileId", "entityId", "entityType"),
        "invoices": ("DocumentNumber", "InvoiceDate"),
    },
    "order": {"attachments": ("fileId", "entityId", "entityType"), "orders": ("DocumentNumber", "OrderDate")},
    "offer": {"attachments": ("fileId", "entityId", "entityType"), "offers": ("DocumentNumber", "OfferDate")},
    "contract": {"attachments": ("fileId", "entityId", "entityType"), "contracts": ("DocumentNumber", "ContractDate")},
    "asset": {"asset_file_connections": ("FileId", "Name", "AssetId"), "assets": ("Id", "AcquisitionDate")},
    "article": {"article_file_connections": ("FileId", "ArticleNumber")},
}
ENTITY_TYPES: Mapping[Module, str] = {"invoice": "F", "order": "O", "offer": "OF", "contract": "C"}
FOLDERS = ("archive", "inbox")


def endpoints_of(modules: tuple[Module, ...]) -> frozenset[str]:
    """The endpoints that must be copied for the files of ``modules`` to be found and named."""
    return frozenset(table for module in modules for table in NEEDED[module]) | frozenset(FOLDERS)
