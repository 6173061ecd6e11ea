"""Where a customer, supplier or employee is found: which table has their number, and what of it is about them.

A person is known by a number. Rows that are the person's own can be deleted; other rows are documents, which keep their
amounts, dates and numbers, and lose what is marked as personal data. What has no number in it, such as the text of a
voucher, is not found this way.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from fortnox_assets.catalogue import RAW_TABLES
from fortnox_assets.catalogue.endpoint import Field, FieldType, Table


class Person(StrEnum):
    """Whose number it is."""

    CUSTOMER = "customer"
    SUPPLIER = "supplier"
    EMPLOYEE = "employee"


@dataclass(frozen=True, kw_only=True)
class Mention:
    """A table that has a person's number at the dotted path ``number``.

    ``own``: its rows (the records, where the path leads through repeated records) are about nobody else. ``through``:
    ``number`` is the key of that table's document, which has the number; ``only_where`` narrows such rows down.
    ``about``: the marked fields that are about this person; none named: all of them.
    """

    table: str
    number: str
    own: bool = False
    through: str | None = None
    only_where: Mapping[str, str] = field(default_factory=dict)
    about: tuple[str, ...] = ()

    @property
    def personal(self) -> tuple[str, ...]:
        """Dotted paths of the fields that are emptied; with the number inside repeated records, only theirs.

        In the person's register everything that is marked; elsewhere amounts stay.
        """
        table = RAW_TABLES[self.table]
        within = f"{self.number.partition('.')[0]}." if self.in_records else ""
        register = table.key == (self.number,)
        return tuple(
            path
            for path, each in _marked(table.fields)
            if path.startswith(within)
            and (register or each.type is not FieldType.DECIMAL)
            and (not self.about or any(path == name or path.startswith(f"{name}.") for name in self.about))
        )

    @property
    def in_records(self) -> bool:
        """Whether the number stands in repeated records inside the row."""
        top = self.number.partition(".")[0]
        return RAW_TABLES[self.table].field(top).type is FieldType.RECORDS


def _documents(tables: tuple[str, ...], number: str) -> tuple[Mention, ...]:
    return tuple(Mention(table=table, number=number) for table in tables)


MENTIONS: Mapping[Person, tuple[Mention, ...]] = {
    Person.CUSTOMER: (
        Mention(table="customers", number="CustomerNumber", own=True),
        Mention(table="customer_references", number="CustomerReferenceRows.CustomerNumber", own=True),
        *_documents(("invoices", "orders", "offers", "contracts"), "CustomerNumber"),
        Mention(table="invoice_payments", number="InvoiceCustomerNumber"),
        Mention(table="time_registrations", number="customer.number", about=("customer", "invoiceText", "note")),
        Mention(table="article_registrations", number="customer.number"),
        Mention(
            table="warehouse_purchase_orders",
            number="customerNumber",
            about=(
                "customerName",
                "deliveryAddress",
                "deliveryAddress2",
                "deliveryCity",
                "deliveryName",
                "deliveryZipCode",
            ),
        ),
        Mention(table="invoice_accruals", number="InvoiceNumber", through="invoices"),
        Mention(table="contract_accruals", number="DocumentNumber", through="contracts"),
        *(
            Mention(
                table="tax_reductions",
                number="ReferenceNumber",
                through=documents,
                only_where={"ReferenceDocumentType": kind},
            )
            for documents, kind in (("invoices", "INVOICE"), ("orders", "ORDER"), ("offers", "OFFER"))
        ),
    ),
    Person.SUPPLIER: (
        Mention(table="suppliers", number="SupplierNumber", own=True),
        Mention(table="supplier_invoices", number="SupplierNumber"),
        Mention(table="supplier_invoice_payments", number="InvoiceSupplierNumber"),
        Mention(table="articles", number="SupplierNumber"),
        Mention(
            table="warehouse_purchase_orders",
            number="supplierNumber",
            about=(
                "confirmationEmail",
                "messageToSupplier",
                "note",
                "supplierAddress",
                "supplierAddress2",
                "supplierCity",
                "supplierEmail",
                "supplierName",
                "supplierPostCode",
                "yourReference",
            ),
        ),
        Mention(table="warehouse_incoming_goods", number="supplierNumber"),
        Mention(table="supplier_invoice_accruals", number="SupplierInvoiceNumber", through="supplier_invoices"),
        Mention(table="supplier_invoice_file_connections", number="SupplierInvoiceNumber", through="supplier_invoices"),
    ),
    Person.EMPLOYEE: (
        Mention(table="employees", number="EmployeeId", own=True),
        *(
            Mention(table=table, number="EmployeeId", own=True)
            for table in ("salary_transactions", "absence_transactions", "attendance_transactions", "schedule_times")
        ),
        Mention(table="vacation_debt_basis", number="Employees.EmployeeId", own=True),
    ),
}


def number_field(person: Person, table: str) -> str:
    """Where ``table`` has the person's own number."""
    return next(each.number for each in MENTIONS[person] if each.table == table and each.through is None)


def unnumbered(person: Person) -> Iterator[tuple[Table, tuple[str, ...]]]:
    """Tables with personal data in which the person cannot be found by number, and their columns that have some."""
    named = {each.table for each in MENTIONS[person]}
    for table in RAW_TABLES.values():
        columns = dict.fromkeys(path.partition(".")[0] for path, _ in _marked(table.fields))
        if table.name not in named and columns:
            yield table, tuple(columns)


def _marked(fields: tuple[Field, ...], above: str = "") -> Iterator[tuple[str, Field]]:
    for each in fields:
        if each.personal is not None:
            yield above + each.name, each
        else:
            yield from _marked(each.fields, f"{above}{each.name}.")
