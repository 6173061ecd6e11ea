"""A simulated company: its documents, its SIE files, and the changes people make in Fortnox."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from fortnox_assets.sie.records import SieDocument
from fortnox_assets.simulator.books import receipts, sales
from fortnox_assets.simulator.books.documents import (
    AccountingYear,
    Body,
    BudgetLine,
    CompanyData,
    Document,
    StoredFile,
    VoucherDocument,
)
from fortnox_assets.simulator.books.ledger import Row, UnbalancedError, VoucherKey
from fortnox_assets.simulator.books.office import Office
from fortnox_assets.simulator.books.sales import NotAllowedError
from fortnox_assets.simulator.books.sales_arithmetic import Line, Terms
from fortnox_assets.simulator.books.sie_export import export

__all__ = [
    "AccountingYear",
    "Body",
    "BudgetLine",
    "Document",
    "NotAllowedError",
    "Row",
    "SimulatedCompany",
    "StoredFile",
    "UnbalancedError",
    "VoucherDocument",
    "VoucherKey",
]


@dataclass(kw_only=True)
class SimulatedCompany(CompanyData):
    """A company as Fortnox serves it.

    Every change moves ``modified`` of what it touches to ``now()`` and adds to ``revision``. ``tell`` hears of it as
    Fortnox's events tell it: topic, type, id, and for vouchers the year.
    """

    office: Office = field(init=False, repr=False)
    tell: Callable[[str, str, str, int | None], object] = field(default=lambda *_: None, repr=False)

    def sie(self, year_id: int, sie_type: int = 4) -> SieDocument:
        """The financial year as SIE type 1 to 4; KeyError when there is no such year."""
        return export(self, year_id, sie_type)

    def edit_voucher(
        self, year_id: int, series: str, number: int, *, strike: Iterable[int] = (), add: Iterable[Row] = ()
    ) -> VoucherDocument:
        """Strike the voucher's rows at these positions (from 0) and add others.

        Raises: KeyError without such a voucher, :class:`UnbalancedError` when it would no longer balance,
        :class:`NotAllowedError` in a locked period.
        """
        key = VoucherKey(year_id, series, number)
        voucher = self.office.ledger.voucher(key)
        self._refuse_locked(voucher)
        self.office.ledger.change_rows(key, strike, add, self.now().date())
        self._touch(voucher)
        self.tell("vouchers", "voucher-updated-v1", f"{series}-{number}", year_id)
        return voucher

    def delete_last_voucher(self, year_id: int, series: str) -> VoucherKey:
        """Delete the newest voucher of the series; the next one gets its number."""
        newest = self.office.ledger.last(year_id, series)
        self._refuse_locked(self.office.ledger.voucher(newest))
        self._touch()
        removed = self.office.ledger.remove_last(year_id, series)
        self.tell("vouchers", "voucher-deleted-v1", f"{series}-{newest.number}", year_id)
        return removed

    def delete_customer(self, customer_number: str) -> None:
        """Delete the customer; KeyError when there is none."""
        self.of("customers").remove(self._find("customers", "CustomerNumber", customer_number))
        self._touch()
        self.tell("customers", "customer-deleted-v1", customer_number, None)

    def add_invoice(self, customer_number: str, net: Decimal, *, day: date | None = None) -> Document:
        """Make an invoice of one row for ``net`` kronor; it is not booked."""
        customer = self._find("customers", "CustomerNumber", customer_number).body
        line = Line(account=3001, description="Försäljning", quantity=Decimal(1), price=net)
        sale = sales.Sale(customer=customer, day=day or self.now().date(), lines=(line,), terms=Terms())
        invoice = sales.create(self.office, sale)
        self._touch(invoice)
        self.tell("invoices", "invoice-created-v1", invoice.body["DocumentNumber"], None)
        return invoice

    def book_invoice(self, document_number: str) -> Document:
        """Book the invoice; :class:`NotAllowedError` when it is booked or cancelled."""
        invoice = self._find("invoices", "DocumentNumber", document_number)
        sales.book(self.office, invoice)
        self._touch(invoice, self._voucher_of(invoice))
        self.tell("invoices", "invoice-bookkeep-v1", document_number, None)
        self._tell_voucher(invoice)
        return invoice

    def pay_invoice(self, document_number: str, amount: Decimal | None = None, *, day: date | None = None) -> Document:
        """Register a payment, of the whole balance unless ``amount`` says otherwise; returns the payment."""
        invoice = self._find("invoices", "DocumentNumber", document_number)
        paid = invoice.body["Balance"] if amount is None else amount
        receipt = receipts.Receipt(day=day or self.now().date(), amount=paid)
        payment = receipts.receive(self.office, invoice, receipt)
        self._touch(invoice, payment, self._voucher_of(payment))
        self.tell("invoices", "invoicepayment-bookkeep-v1", document_number, None)
        self._tell_voucher(payment)
        return payment

    def cancel_invoice(self, document_number: str) -> Document:
        """Cancel an invoice that is not booked; :class:`NotAllowedError` when it is."""
        invoice = self._find("invoices", "DocumentNumber", document_number)
        sales.cancel(self.office, invoice, self.now().date())
        self._touch(invoice)
        self.tell("invoices", "invoice-cancelled-v1", document_number, None)
        return invoice

    def _tell_voucher(self, document: Document) -> None:
        body = document.body
        name = f"{body['VoucherSeries']}-{body['VoucherNumber']}"
        self.tell("vouchers", "voucher-created-v1", name, body["VoucherYear"])

    def _touch(self, *documents: Document) -> None:
        for document in documents:
            document.modified = self.now().replace(microsecond=0)
        self.revision += 1

    def _find(self, endpoint: str, key: str, value: str) -> Document:
        for document in self.of(endpoint):
            if document.body[key] == value:
                return document
        raise KeyError(f"{self.key}: no {endpoint} with {key} {value}")

    def _voucher_of(self, document: Document) -> VoucherDocument:
        body = document.body
        return self.office.ledger.voucher(VoucherKey(body["VoucherYear"], body["VoucherSeries"], body["VoucherNumber"]))

    def _refuse_locked(self, voucher: VoucherDocument) -> None:
        day = date.fromisoformat(voucher.body["TransactionDate"])
        if self.locked_until is not None and day <= self.locked_until:
            raise NotAllowedError(f"{day} is in a locked period, which ends {self.locked_until}")
