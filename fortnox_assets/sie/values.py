"""Numbers and dates of SIE fields: the standard's own form first, then the departures that leave no doubt."""

import re
from datetime import date
from decimal import Decimal

from fortnox_assets.sie.errors import DefectError

# Longer ones are damage, and would be rounded (Decimal keeps 28 digits in a sum) or not fit 64 bits.
_MOST_DIGITS = 18
_DECIMALS = 2
_AMOUNT = re.compile(r"-?[0-9]{1,18}(?:\.[0-9]{1,2})?")
_NUMBER = re.compile(r"-?[0-9]{1,18}(?:\.[0-9]+)?")
_LOOSE_NUMBER = re.compile(r"[+-]?(?:[0-9]{1,18}(?:\.[0-9]{0,9})?|\.[0-9]{1,9}|[0-9]{0,18},[0-9]{1,2})")
_DATE = re.compile(r"([0-9]{4})([0-9]{2})([0-9]{2})")
_ISO_DATE = re.compile(r"([0-9]{4})-([0-9]{2})-([0-9]{2})")
_PERIOD = re.compile(r"[0-9]{4}(?:0[1-9]|1[0-2])")


def amount(text: str) -> tuple[Decimal, str | None]:
    """An amount, and what was unusual about it: ``.20``, ``12,50``, ``+3``, ``3.`` or more than two decimals.

    Raises: DefectError for anything else, so also for thousands separators and exponents.
    """
    if _AMOUNT.fullmatch(text):
        return Decimal(text), None
    return _loose_number(text, "amount")


def quantity(text: str) -> tuple[Decimal | None, str | None]:
    """A quantity, which may have any number of decimals; None when the field is empty. Raises: DefectError."""
    if not text:
        return None, None
    if _NUMBER.fullmatch(text):
        return Decimal(text), None
    return _loose_number(text, "quantity")


def _loose_number(text: str, what: str) -> tuple[Decimal, str]:
    if not _LOOSE_NUMBER.fullmatch(text):
        raise DefectError(f"'{text[:40]}' is no {what} (digits, a dot and at most two decimals)")
    if "," in text:
        return Decimal(text.replace(",", ".")), f"{what} with a decimal comma"
    if text.startswith("+"):
        return Decimal(text), f"{what} with a plus sign"
    if len(text.partition(".")[2]) > _DECIMALS:
        return Decimal(text), f"{what} with more than two decimals"
    return Decimal(text), f"{what} without a digit on one side of the dot"


def day(text: str, what: str) -> tuple[date, str | None]:
    """A date written YYYYMMDD, or YYYY-MM-DD with a remark. Raises: DefectError, naming ``what``."""
    match = _DATE.fullmatch(text)
    remark = None
    if match is None:
        match = _ISO_DATE.fullmatch(text)
        remark = f"{what} written with hyphens"
    if match is None:
        raise DefectError(f"'{text[:40]}' is no {what} (YYYYMMDD)")
    try:
        return date(int(match[1]), int(match[2]), int(match[3])), remark
    except ValueError:
        raise DefectError(f"'{text}' is no {what}: there is no such day") from None


def whole_number(text: str, what: str) -> int:
    """A number of digits, with a minus sign if below zero. Raises: DefectError, naming ``what``."""
    digits = text.removeprefix("-")
    if not (digits.isascii() and digits.isdigit() and len(digits) <= _MOST_DIGITS):
        raise DefectError(f"'{text[:40]}' is no {what}")
    return int(text)


def account_number(text: str) -> int:
    """An account number. Raises: DefectError."""
    return natural_number(text, "account number")


def natural_number(text: str, what: str) -> int:
    """A number of digits only. Raises: DefectError, naming ``what``."""
    if not (text.isascii() and text.isdigit() and len(text) <= _MOST_DIGITS):
        raise DefectError(f"'{text[:40]}' is no {what}")
    return int(text)


def period(text: str) -> str:
    """A month as YYYYMM. Raises: DefectError."""
    if not _PERIOD.fullmatch(text):
        raise DefectError(f"'{text[:40]}' is no month (YYYYMM)")
    return text
