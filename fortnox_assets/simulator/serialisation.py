"""A document becomes Fortnox's JSON: what the list shows, what the detail shows, and how each writes it.

Recorded answers of 2023 and 2024 show the same value written differently by the two calls: the list of articles sends
quantities and prices as text, the list of invoices the currency rate, the list of customers ""
where the detail has null.
"""

from collections.abc import Callable, Mapping
from decimal import Decimal
from json.encoder import encode_basestring_ascii
from typing import Any

from fortnox_assets.catalogue.endpoint import Endpoint, Field, FieldType, Presence

Body = dict[str, Any]
NO_RIGHT = "API_NORIGHT"

_AS_TEXT: Mapping[str, frozenset[str]] = {
    "invoices": frozenset({"CurrencyRate"}),
    "articles": frozenset(
        [
            "DisposableQuantity",
            "PurchasePrice",
            "QuantityInStock",
            "ReservedQuantity",
            "SalesPrice",
            "StockValue",
            "VAT",
        ]
    ),
}
_AS_INTEGER: Mapping[str, frozenset[str]] = {
    "contracts": frozenset({"InvoicesRemaining"}),
    "tax_reductions": frozenset({"ReferenceNumber"}),
}
_EMPTY_FOR_NULL = frozenset({"customers"})
_LIST_SPELLING: Mapping[str, Mapping[str, str]] = {"contracts": {"InvoiceInterval": "Invoiceinterval"}}
_DERIVED: Mapping[tuple[str, str], Callable[[Body], Any]] = {
    ("customers", "Phone"): lambda body: body.get("Phone1") or "",
    ("suppliers", "Phone"): lambda body: body.get("Phone1") or "",
    ("invoice_payments", "WriteOffExist"): lambda body: bool(body.get("WriteOffs")),
    ("supplier_invoice_payments", "WriteOffExist"): lambda body: bool(body.get("WriteOffs")),
    ("supplier_invoices", "AuthorizerName"): lambda _: "",
    ("contract_templates", "ContractTemplate"): lambda body: body.get("TemplateNumber"),
    ("contract_templates", "ContractTemplateName"): lambda body: body.get("TemplateName"),
    ("contracts", "Status"): lambda body: "ACTIVE" if body.get("Active") else "INACTIVE",
}


def number_text(value: Decimal) -> str:
    """The number as JSON writes it, exactly and without zeros that say nothing: 50, 370.78."""
    if not value:
        return "0"
    return format(value.normalize(), "f")


def plain_text(value: Any) -> str:
    """The value as it stands in a path, in a parameter, or in a field that sends numbers as text."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, Decimal):
        return number_text(value)
    return "" if value is None else str(value)


def json_text(value: Any) -> str:
    """JSON in ASCII, as Fortnox sends it. Decimals keep every digit, which the json module cannot do."""
    if isinstance(value, str):
        return encode_basestring_ascii(value)
    if value is None:
        return "null"
    if isinstance(value, dict):
        return (
            "{" + ",".join([f"{encode_basestring_ascii(key)}:{json_text(each)}" for key, each in value.items()]) + "}"
        )
    if isinstance(value, (list, tuple)):
        return "[" + ",".join([json_text(each) for each in value]) + "]"
    if isinstance(value, (bool, int, Decimal)):
        return plain_text(value)
    return encode_basestring_ascii(value.isoformat())


def field_value(endpoint: Endpoint, body: Body, field: str) -> Any:
    """The value of a field, also of one only the list has, which follows from the others."""
    if field in body:
        return body[field]
    derive = _DERIVED.get((endpoint.name, field))
    return derive(body) if derive else None


def list_row(endpoint: Endpoint, body: Body, url: str | None) -> Body:
    """The row of the list: no nested rows, no columns of the detail, and the list's own spelling of values."""
    spelling = _LIST_SPELLING.get(endpoint.name, {})
    row: Body = {} if url is None else {"@url": url}
    for field in endpoint.fields:
        if field.presence is not Presence.DETAIL:
            value = body[field.name] if field.name in body else _missing(endpoint, body, field)
            row[spelling.get(field.name, field.name)] = _as_listed(endpoint.name, field.name, value)
    return row


def detail_body(endpoint: Endpoint, body: Body, url: str | None) -> Body:
    """The answer of the detail call, undocumented keys of the document included."""
    answer: Body = {} if url is None else {"@url": url}
    answer.update({name: value for name, value in body.items() if name != "@url"})
    for field in endpoint.fields:
        if field.presence is Presence.LIST:
            answer.pop(field.name, None)
        elif field.name not in answer:
            answer[field.name] = _missing(endpoint, body, field)
    return answer


def without_right(body: Body, fields: frozenset[str]) -> Body:
    """The body with ``fields`` (dotted where nested) replaced by what Fortnox sends to those who may not see them."""
    if not fields:
        return body
    hidden = {name: NO_RIGHT for name in fields if name in body}
    inner = {path.partition(".")[::2] for path in fields if "." in path}
    for name, rest in inner:
        hidden[name] = _hide_inside(hidden.get(name, body.get(name)), rest)
    return {**body, **hidden}


def _hide_inside(value: Any, path: str) -> Any:
    if isinstance(value, list):
        return [without_right(each, frozenset({path})) for each in value]
    return without_right(value, frozenset({path})) if isinstance(value, dict) else value


def _missing(endpoint: Endpoint, body: Body, field: Field) -> Any:
    value = field_value(endpoint, body, field.name)
    return [] if value is None and field.type is FieldType.RECORDS else value


def _as_listed(endpoint: str, field: str, value: Any) -> Any:
    if value is None:
        return "" if endpoint in _EMPTY_FOR_NULL else None
    if field in _AS_TEXT.get(endpoint, ()):
        return plain_text(value)
    if field in _AS_INTEGER.get(endpoint, ()) and str(value).isdecimal():
        return int(value)
    return value
