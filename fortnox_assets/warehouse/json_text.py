"""JSON text of a value whose numbers are exact: ``json.dumps`` cannot write a ``Decimal`` as a number."""

import datetime as dt
import json
from collections.abc import Mapping
from decimal import Decimal
from typing import Any


def json_text(value: Any) -> str:
    """``value`` as JSON, numbers digit by digit as they came; not finite numbers, dates and the unknown as text."""
    if isinstance(value, str):
        return _quoted(value)
    if value is None or isinstance(value, bool | int):
        return json.dumps(value)
    if isinstance(value, Decimal) and value.is_finite():
        return str(value)
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{_quoted(str(name))}: {json_text(inside)}" for name, inside in value.items()) + "}"
    if isinstance(value, list | tuple):
        return "[" + ", ".join(json_text(inside) for inside in value) + "]"
    return _quoted(value.isoformat() if isinstance(value, dt.date) else str(value))


def _quoted(text: str) -> str:
    # Half a surrogate pair is legal in JSON and in no warehouse: then every special character is escaped.
    readable = not any("\ud800" <= character <= "\udfff" for character in text)
    return json.dumps(text, ensure_ascii=not readable)
