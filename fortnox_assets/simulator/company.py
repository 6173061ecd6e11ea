"""A simulated company: its documents, and the changes people make to them in Fortnox."""

from dataclasses import dataclass

from fortnox_assets.simulator.books.documents import (
    AccountingYear,
    Body,
    BudgetLine,
    CompanyData,
    Document,
    StoredFile,
    VoucherDocument,
)

__all__ = [
    "AccountingYear",
    "Body",
    "BudgetLine",
    "Document",
    "SimulatedCompany",
    "StoredFile",
    "VoucherDocument",
]


@dataclass(kw_only=True)
class SimulatedCompany(CompanyData):
    """A company as Fortnox serves it."""
