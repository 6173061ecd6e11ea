"""Which query parameters each list takes, beyond paging and sorting: data.

From Fortnox's OpenAPI document and the search classes of public SDKs. Names are case sensitive, and one that is not
here is refused, as Fortnox does.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from types import MappingProxyType
from typing import Any

from fortnox_assets.simulator.serialisation import Body

Predicate = Callable[[Body, date], bool]


@dataclass(frozen=True, kw_only=True)
class ListParameters:
    """Parameters of one list, each mapped to the field it looks at.

    ``contains`` match any part of the text whatever its case (1 finds 10 and 21), ``equal`` the whole value, ``since``
    and ``until`` a day, both ends included. ``filters`` are the values of ``filter``; ``sortable`` those of ``sortby``.
    """

    equal: Mapping[str, str] = field(default_factory=dict)
    contains: Mapping[str, str] = field(default_factory=dict)
    since: Mapping[str, str] = field(default_factory=dict)
    until: Mapping[str, str] = field(default_factory=dict)
    filters: Mapping[str, Predicate] = field(default_factory=dict)
    sortable: Mapping[str, str] = field(default_factory=dict)
    by_year_date: bool = False


def _same(text: str) -> dict[str, str]:
    """Parameters that are the field's name in small letters."""
    return {name.lower(): name for name in text.split()}


def _is(name: str, value: Any) -> Predicate:
    return lambda body, _: body.get(name) == value


def _open(body: Body) -> bool:
    booked, cancelled = body.get("Booked"), body.get("Cancelled")
    return bool(booked) and not cancelled and bool(body.get("FinalPayDate") in (None, ""))


def _overdue(body: Body, today: date) -> bool:
    return _open(body) and str(body.get("DueDate") or "9999") < today.isoformat()


_ACTIVE: dict[str, Predicate] = {"active": _is("Active", True), "inactive": _is("Active", False)}
_INVOICE_STATES: dict[str, Predicate] = {
    "cancelled": _is("Cancelled", True),
    "fullypaid": lambda body, _: body.get("FinalPayDate") not in (None, ""),
    "unpaid": lambda body, _: _open(body),
    "unpaidoverdue": _overdue,
    "unbooked": lambda body, _: not body.get("Booked") and not body.get("Cancelled"),
}
_REFERENCES = _same("CostCenter CustomerName CustomerNumber DocumentNumber OurReference YourReference Project")
_FLAGS = _same("Sent NotCompleted")


def _no_reference(name: str) -> Predicate:
    return lambda body, _: body.get(name) in (None, "", "0", 0)


def _any_reference(name: str) -> Predicate:
    return lambda body, today: not _no_reference(name)(body, today)


def _reduction_of(kind: str) -> Predicate:
    return lambda body, _: body.get("ReferenceDocumentType") == kind


LIST_PARAMETERS: Mapping[str, ListParameters] = MappingProxyType(
    {
        "customers": ListParameters(
            contains=_same("CustomerNumber Name ZipCode City Email OrganisationNumber GLN GLNDelivery")
            | {"phone": "Phone1"},
            filters=_ACTIVE,
            sortable=_same("CustomerNumber Name"),
        ),
        "customer_references": ListParameters(),
        "suppliers": ListParameters(
            contains=_same("City Email Name OrganisationNumber Phone1 Phone2 SupplierNumber ZipCode"),
            sortable=_same("Name SupplierNumber"),
        ),
        "articles": ListParameters(
            contains=_same("ArticleNumber Description EAN SupplierNumber Manufacturer ManufacturerArticleNumber"),
            equal={"webshop": "WebshopArticle"},
            filters=_ACTIVE,
            sortable=_same("ArticleNumber QuantityInStock ReservedQuantity StockValue"),
        ),
        "projects": ListParameters(contains=_same("Description")),
        "cost_centers": ListParameters(sortable=_same("Code")),
        "price_lists": ListParameters(contains=_same("Code Comments"), sortable=_same("Code Comments")),
        "prices": ListParameters(equal=_same("ArticleNumber FromQuantity"), sortable=_same("ArticleNumber PriceList")),
        "units": ListParameters(sortable=_same("Code")),
        "terms_of_deliveries": ListParameters(contains=_same("Code"), sortable=_same("Code")),
        "terms_of_payments": ListParameters(sortable=_same("Code")),
        "ways_of_delivery": ListParameters(sortable=_same("Code")),
        "modes_of_payments": ListParameters(contains=_same("Code"), sortable=_same("Code")),
        "print_templates": ListParameters(equal=_same("Type")),
        "invoices": ListParameters(
            contains=_REFERENCES
            | _same("OCR ExternalInvoiceReference1 ExternalInvoiceReference2 Currency YourOrderNumber"),
            equal=_FLAGS | _same("InvoiceType Credit"),
            since={"fromdate": "InvoiceDate", "fromfinalpaydate": "FinalPayDate"},
            until={"todate": "InvoiceDate", "tofinalpaydate": "FinalPayDate"},
            filters=_INVOICE_STATES,
            sortable=_same("CustomerName CustomerNumber DocumentNumber InvoiceDate OCR Total"),
        ),
        "invoice_payments": ListParameters(equal=_same("InvoiceNumber"), sortable=_same("PaymentDate")),
        "orders": ListParameters(
            contains=_REFERENCES | _same("ExternalInvoiceReference1 ExternalInvoiceReference2 OrderType"),
            equal=_FLAGS,
            since={"fromdate": "OrderDate"},
            until={"todate": "OrderDate"},
            filters={
                "cancelled": _is("Cancelled", True),
                "expired": lambda body, today: str(body.get("DeliveryDate") or "9999") < today.isoformat(),
                "invoicecreated": _any_reference("InvoiceReference"),
                "invoicenotcreated": _no_reference("InvoiceReference"),
            },
            sortable=_same("CustomerName CustomerNumber OrderDate DocumentNumber Total"),
        ),
        "offers": ListParameters(
            contains=_REFERENCES,
            equal=_FLAGS,
            since={"fromdate": "OfferDate"},
            until={"todate": "OfferDate"},
            filters={
                "cancelled": _is("Cancelled", True),
                "expired": lambda body, today: str(body.get("ExpireDate") or "9999") < today.isoformat(),
                "completed": _is("NotCompleted", False),
                "notcompleted": _is("NotCompleted", True),
                "ordercreated": _any_reference("OrderReference"),
                "ordernotcreated": _no_reference("OrderReference"),
            },
            sortable=_same("CustomerName CustomerNumber DocumentNumber OfferDate"),
        ),
        "tax_reductions": ListParameters(
            equal=_same("ReferenceNumber"),
            filters={
                "invoices": _reduction_of("INVOICE"),
                "orders": _reduction_of("ORDER"),
                "offers": _reduction_of("OFFER"),
            },
            sortable=_same("Id CustomerName"),
        ),
        "contracts": ListParameters(
            contains=_same("CustomerNumber DocumentNumber TemplateNumber"),
            equal=_same("InvoicesRemaining PeriodStart PeriodEnd"),
            filters=_ACTIVE | {"finished": _is("InvoicesRemaining", "0")},
            sortable=_same(
                "CustomerName CustomerNumber DocumentNumber InvoicesRemaining LastInvoiceDate PeriodStart PeriodEnd "
                "TemplateNumber Total"
            ),
        ),
        "supplier_invoices": ListParameters(
            contains=_same("SupplierNumber CostCenter OCR Project"),
            filters=_INVOICE_STATES
            | {"pendingpayment": _is("PaymentPending", True), "authorizepending": _is("AuthorizePending", True)},
        ),
        "supplier_invoice_payments": ListParameters(equal=_same("InvoiceNumber")),
        "financial_years": ListParameters(
            until={"date": "FromDate"}, since={"date": "ToDate"}, sortable=_same("Id FromDate ToDate")
        ),
        "accounts": ListParameters(equal=_same("SRU"), sortable=_same("Number"), by_year_date=True),
        "vouchers": ListParameters(
            equal=_same("CostCenter VoucherSeries"),
            since={"fromdate": "TransactionDate"},
            until={"todate": "TransactionDate"},
            sortable=_same("ReferenceNumber ReferenceType VoucherNumber VoucherSeries"),
            by_year_date=True,
        ),
        "voucher_series": ListParameters(sortable=_same("Code")),
        "voucher_file_connections": ListParameters(
            equal=_same("VoucherYear VoucherNumber VoucherSeries"), contains=_same("VoucherDescription")
        ),
        "supplier_invoice_file_connections": ListParameters(equal=_same("SupplierInvoiceNumber")),
        "article_file_connections": ListParameters(equal=_same("ArticleNumber")),
        "asset_file_connections": ListParameters(equal=_same("AssetId")),
        "assets": ListParameters(
            contains=_same("Description Type"),
            filters={
                name: _is("StatusId", name.upper())
                for name in ("active", "inactive", "fully_depreciated", "sold", "scrapped", "voided")
            },
        ),
        "employees": ListParameters(filters={"active": _is("Inactive", False), "inactive": _is("Inactive", True)}),
        "salary_transactions": ListParameters(equal=_same("EmployeeId Date") | {"employeeId": "EmployeeId"}),
        "absence_transactions": ListParameters(equal=_same("EmployeeId Date")),
        "attendance_transactions": ListParameters(equal=_same("EmployeeId Date")),
    }
)
NO_PARAMETERS = ListParameters()
