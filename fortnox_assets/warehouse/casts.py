"""One JSON value becomes one stored value, or is found not to fit. Nothing is rounded, cut or guessed.

Each type has a slow cast for one value, which defines what fits, and a quick one for a whole column, which answers None
where it cannot promise the same result. Numbers come as ``Decimal`` (``json.loads(..., parse_float=Decimal)``).
"""

import datetime as dt
import re
from collections.abc import Callable, Mapping, Sequence
from decimal import Context, Decimal, Inexact, InvalidOperation
from enum import Enum
from types import NoneType
from typing import Any, Literal
from zoneinfo import ZoneInfo

import pyarrow as pa
import pyarrow.compute as pc

from fortnox_assets.catalogue.endpoint import FieldType
from fortnox_assets.warehouse.json_text import json_text

# Fortnox's text in place of a value that the licence or the user's rights do not cover.
NO_RIGHT = "API_NORIGHT"

STOCKHOLM = ZoneInfo("Europe/Stockholm")
DECIMALS = 9
DIGITS = 38

ARROW_TYPES: Mapping[FieldType, pa.DataType] = {
    FieldType.TEXT: pa.string(),
    FieldType.INTEGER: pa.int64(),
    FieldType.DECIMAL: pa.decimal128(DIGITS, DECIMALS),
    FieldType.BOOLEAN: pa.bool_(),
    FieldType.DATE: pa.date32(),
    FieldType.TIMESTAMP: pa.timestamp("us", tz="UTC"),
}


class Fit(Enum):
    """The answer for a value that its type cannot hold."""

    UNFIT = "unfit"


Unfit = Literal[Fit.UNFIT]

_NUMBER = re.compile(r"[+-]?([0-9]+(\.[0-9]*)?|\.[0-9]+)([eE][+-]?[0-9]{1,4})?")
_DATE = re.compile(r"([0-9]{4}-[0-9]{2}-[0-9]{2})([T ]00:00(:00(\.0+)?)?(Z|[+-][0-9]{2}:?[0-9]{2})?)?")
_TIMESTAMP = re.compile(
    r"([0-9]{4}-[0-9]{2}-[0-9]{2})([T ][0-9]{2}:[0-9]{2}(:[0-9]{2}(\.[0-9]{1,6}0*)?)?(Z|[+-][0-9]{2}:?[0-9]{2})?)?"
)
_MORE_THAN_MICROSECONDS = re.compile(r"(\.[0-9]{6})0+")
_TRUE = frozenset({"true", "1"})
_FALSE = frozenset({"false", "0"})
_LARGEST_INTEGER = 2**63
_EXACT = Context(prec=DIGITS, traps=[Inexact, InvalidOperation])
_LAST_PLACE = Decimal(1).scaleb(-DECIMALS)


def to_text(value: Any) -> str | Unfit:
    """Text as it is; a number or a boolean as its JSON text."""
    if isinstance(value, str):
        return value if _is_storable(value) else Fit.UNFIT
    if isinstance(value, bool | int | Decimal):
        return json_text(value)
    return Fit.UNFIT


def to_integer(value: Any) -> int | Unfit | None:
    """A 64-bit whole number, also from text or from a decimal without a fraction."""
    number = _number(value)
    if not isinstance(number, Decimal):
        return number
    # Asked before int(): 1E+9999 is a small text and a huge integer.
    if number.adjusted() >= DIGITS or number != number.to_integral_value():
        return Fit.UNFIT
    return int(number) if -_LARGEST_INTEGER <= number < _LARGEST_INTEGER else Fit.UNFIT


def to_decimal(value: Any) -> Decimal | Unfit | None:
    """An exact number of at most 29 digits before and 9 after the point, also from text; a comma does not fit."""
    number = _number(value)
    if not isinstance(number, Decimal):
        return number
    try:
        return number.quantize(_LAST_PLACE, context=_EXACT)
    except (Inexact, InvalidOperation):
        return Fit.UNFIT


def to_boolean(value: Any) -> bool | Unfit | None:
    """True or false, also as a word or as 1 and 0."""
    if isinstance(value, bool):
        return value
    if isinstance(value, int | Decimal):
        return bool(value) if value in (0, 1) else Fit.UNFIT
    if not isinstance(value, str):
        return Fit.UNFIT
    word = value.strip().lower()
    if not word:
        return None
    if word in _TRUE or word in _FALSE:
        return word in _TRUE
    return Fit.UNFIT


def to_date(value: Any) -> dt.date | Unfit | None:
    """A date from ``YYYY-MM-DD``, or from a moment whose clock shows midnight, in whatever zone it states."""
    if isinstance(value, dt.datetime):
        return value.date() if value.time() == dt.time() else Fit.UNFIT
    if isinstance(value, dt.date):
        return value
    if not isinstance(value, str):
        return Fit.UNFIT
    text = value.strip()
    if not text:
        return None
    found = _DATE.fullmatch(text)
    try:
        return dt.date.fromisoformat(found[1]) if found else Fit.UNFIT
    except ValueError:
        return Fit.UNFIT


def to_timestamp(value: Any) -> dt.datetime | Unfit | None:
    """A moment in UTC; without a zone it is Swedish time, the earlier one where the clock goes back.

    Finer than microseconds does not fit.
    """
    if isinstance(value, str):
        text = value.strip()
        if not text:
            return None
        if not _TIMESTAMP.fullmatch(text):
            return Fit.UNFIT
        value = _MORE_THAN_MICROSECONDS.sub(r"\1", text)
    try:
        moment = dt.datetime.fromisoformat(value) if isinstance(value, str) else value
        if not isinstance(moment, dt.datetime):
            return Fit.UNFIT
        return (moment if moment.tzinfo else moment.replace(tzinfo=STOCKHOLM)).astimezone(dt.UTC)
    except (ValueError, OverflowError):
        return Fit.UNFIT


CASTS: Mapping[FieldType, Callable[[Any], Any]] = {
    FieldType.TEXT: to_text,
    FieldType.INTEGER: to_integer,
    FieldType.DECIMAL: to_decimal,
    FieldType.BOOLEAN: to_boolean,
    FieldType.DATE: to_date,
    FieldType.TIMESTAMP: to_timestamp,
}


def quick(kind: FieldType, values: Sequence[Any]) -> pa.Array | None:
    """The whole column at once, when every value plainly fits; else None, and each value is looked at by itself."""
    kinds = set(map(type, values)) - {NoneType}
    try:
        if kinds <= _NATIVE[kind]:
            column = pa.array(values, ARROW_TYPES[kind])
        elif kinds == {str} and kind in _PLAIN:
            column = _from_plain_text(kind, values)
        else:
            return None
    except (pa.ArrowInvalid, OverflowError, UnicodeEncodeError):
        return None
    return None if kind is FieldType.TEXT and NO_RIGHT in values else column


_NATIVE: Mapping[FieldType, frozenset[type]] = {
    FieldType.TEXT: frozenset({str}),
    FieldType.INTEGER: frozenset({int}),
    FieldType.DECIMAL: frozenset({int, Decimal}),
    FieldType.BOOLEAN: frozenset({bool}),
    FieldType.DATE: frozenset({dt.date}),
    FieldType.TIMESTAMP: frozenset(),
}

# Texts that Arrow's own parser reads exactly as the casts above do. (It also reads 0x10 and the year 0000.)
_PLAIN: Mapping[FieldType, str] = {
    FieldType.INTEGER: r"^-?[0-9]{1,18}$",
    FieldType.DECIMAL: r"^-?[0-9]{1,29}(\.[0-9]{1,9})?$",
    FieldType.DATE: r"^([1-9][0-9]{3}|0[1-9][0-9]{2})-[0-9]{2}-[0-9]{2}$",
}


def _from_plain_text(kind: FieldType, values: Sequence[str | None]) -> pa.Array | None:
    texts = pa.array(values, pa.string())
    texts = pc.if_else(pc.equal(texts, ""), pa.scalar(None, pa.string()), texts)
    plain = pc.all(pc.match_substring_regex(texts, _PLAIN[kind]), min_count=0)
    return pc.cast(texts, ARROW_TYPES[kind]) if plain.as_py() else None


def _number(value: Any) -> Decimal | Unfit | None:
    if isinstance(value, bool):
        return Fit.UNFIT
    if isinstance(value, int | Decimal):
        number = Decimal(value)
        return number if number.is_finite() else Fit.UNFIT
    if not isinstance(value, str):
        return Fit.UNFIT
    text = value.strip()
    if not text:
        return None
    return Decimal(text) if _NUMBER.fullmatch(text) else Fit.UNFIT


def _is_storable(text: str) -> bool:
    # JSON may carry half a surrogate pair, which is not text in any warehouse.
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True
