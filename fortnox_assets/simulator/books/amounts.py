"""Exact money: two decimals, halves away from zero, as Swedish invoices round."""

from decimal import ROUND_DOWN, ROUND_HALF_UP, Decimal

CENT = Decimal("0.01")
ZERO = Decimal("0.00")
KRONA = Decimal(1)


def money(value: Decimal | int | str) -> Decimal:
    """``value`` with two decimals; never a negative zero."""
    return Decimal(value).quantize(CENT, ROUND_HALF_UP) + ZERO


def whole(value: Decimal) -> Decimal:
    """``value`` rounded to whole kronor, with two decimals."""
    return money(value.quantize(KRONA, ROUND_HALF_UP))


def truncated(value: Decimal) -> Decimal:
    """``value`` without its öre, as a VAT return is filled in."""
    return money(value.quantize(KRONA, ROUND_DOWN))


def plain(value: Decimal) -> str:
    """``value`` as Fortnox writes a number in a text: no trailing zeros, ``-1.85``, ``1997``."""
    text = f"{value:f}"
    return (text.rstrip("0").rstrip(".") if "." in text else text) or "0"


def shares(total: Decimal, parts: int) -> list[Decimal]:
    """``total`` in ``parts`` equal instalments; the last takes the öre that are left over."""
    each = money(total / parts)
    return [*[each] * (parts - 1), total - each * (parts - 1)]
