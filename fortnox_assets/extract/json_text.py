"""Rows as JSON text and back, every number exactly as it was.

``json`` writes no Decimal. Each is written as a marked text first, and the quotes and the mark are taken off
afterwards; the mark is drawn anew in every process, so no text from Fortnox can look like it.
"""

import json
import re
import secrets
from decimal import Decimal
from typing import Any

_MARK = f"number-{secrets.token_hex(8)}:"
_MARKED = re.compile(f'"{_MARK}([^"]*)"')


def to_text(value: Any) -> str:
    """``value`` as JSON with sorted keys, so that equal values have equal texts."""
    text = json.dumps(value, default=_marked, sort_keys=True, separators=(",", ":"), allow_nan=False)
    return _MARKED.sub(r"\1", text) if _MARK in text else text


def from_text(text: str) -> Any:
    """What :func:`to_text` was given."""
    return json.loads(text, parse_float=Decimal)


def _marked(value: object) -> str:
    if isinstance(value, Decimal) and value.is_finite():
        return f"{_MARK}{value}"
    raise TypeError(f"{type(value).__name__} cannot come from Fortnox's JSON")
