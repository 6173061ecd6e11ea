"""What a simulated company is made of: documents, financial years, files, opening balances and budget."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Any

Body = dict[str, Any]


@dataclass(slots=True, eq=False)
class Document:
    """One Fortnox object.

    ``body`` is its JSON in the form of the detail call (of the list call where there is no detail), numbers as int or
    Decimal. ``modified`` is what ``?lastmodified=`` compares with: Stockholm local time without zone, whole seconds.
    """

    body: Body
    modified: datetime


@dataclass(slots=True, eq=False)
class VoucherDocument(Document):
    """A voucher, with what only a SIE file tells about it.

    ``added_rows`` are positions in ``VoucherRows`` of rows that were added after registration; struck rows have
    ``Removed: true`` in the body itself. ``changed_on`` and ``changed_by`` say when and by whom rows were last changed.
    """

    registered: date = date.min
    signature: str = ""
    added_rows: frozenset[int] = frozenset()
    changed_on: date | None = None
    changed_by: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class StoredFile:
    """A file in the archive or the inbox. ``found_by`` are the requests that answer it, as its two ids allow."""

    name: str
    content_type: str
    content: bytes
    found_by: frozenset[str] = frozenset({"archive", "fileid", "inbox"})


@dataclass(frozen=True, kw_only=True, slots=True)
class AccountingYear:
    """A financial year. Ids need not follow the dates. ``closed``: the result is booked on 8999 and 2099."""

    id: int
    from_date: date
    to_date: date
    closed: bool = False
    accounting_method: str = "ACCRUAL"
    chart: str = "Bas 2025"

    def holds(self, day: date) -> bool:
        """Whether ``day`` is inside the year."""
        return self.from_date <= day <= self.to_date


@dataclass(frozen=True, kw_only=True, slots=True)
class BudgetLine:
    """Budget of one account and month (``YYYYMM``), debit positive; without cost centre it is the account's whole."""

    period: str
    account: int
    amount: Decimal
    cost_center: str = ""


@dataclass(kw_only=True)
class CompanyData:
    """A company's whole Fortnox database. ``documents`` maps an endpoint's name to its documents, oldest first.

    ``scopes`` are the API scopes the company has consented to, ``licences`` the Fortnox modules it pays for, by the
    names the catalogue uses.
    ``opening_balances`` holds, by financial year id, what was copied in when the year was created: it may be stale.
    ``revision`` grows with every change, so that whoever indexes the documents knows when to do it again. ``now`` is
    the clock changes are stamped with.
    """

    key: str
    tenant_id: int
    name: str
    organisation_number: str
    years: tuple[AccountingYear, ...]
    now: Callable[[], datetime]
    scopes: frozenset[str] = frozenset()
    licences: frozenset[str] = frozenset()
    documents: dict[str, list[Document]] = field(default_factory=dict)
    files: dict[str, StoredFile] = field(default_factory=dict)
    locked_until: date | None = None
    opening_balances: dict[int, dict[int, Decimal]] = field(default_factory=dict)
    budget: dict[int, list[BudgetLine]] = field(default_factory=dict)
    revision: int = 0

    def of(self, endpoint: str) -> list[Document]:
        """The documents of ``endpoint``; the empty list, kept, when there are none."""
        return self.documents.setdefault(endpoint, [])

    def year(self, year_id: int) -> AccountingYear:
        """The financial year with this id; KeyError when there is none."""
        for each in self.years:
            if each.id == year_id:
                return each
        raise KeyError(f"{self.key} has no financial year {year_id}")

    def year_of(self, day: date) -> AccountingYear:
        """The financial year that holds ``day``; KeyError when none does."""
        for each in self.years:
            if each.holds(day):
                return each
        raise KeyError(f"{self.key} has no financial year for {day}")
