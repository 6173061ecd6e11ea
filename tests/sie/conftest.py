"""Small SIE files, written line by line by the tests that need them."""

import io
from collections.abc import Callable

import pytest

from fortnox_assets.sie.reader import SieReader, read
from fortnox_assets.sie.records import SieDocument

HEADER = (
    "#FLAGGA 0",
    "#FORMAT PC8",
    "#SIETYP 4",
    '#PROGRAM "Bokslut" 1.0',
    "#GEN 20250829",
    '#FNAMN "Övningsföretaget AB"',
    "#RAR 0 20240501 20250430",
    "#ORGNR 555555-5555",
)
BALANCES = ("#IB 0 1930 0", "#UB 0 1930 0")
VOUCHER_LINE = len(HEADER) + len(BALANCES) + 1


def sie_bytes(*lines: str, header: tuple[str, ...] = HEADER + BALANCES, encoding: str = "cp437") -> bytes:
    return "".join(f"{line}\r\n" for line in (*header, *lines)).encode(encoding)


def document_of(*lines: str, header: tuple[str, ...] = HEADER + BALANCES, encoding: str = "cp437") -> SieDocument:
    return read(sie_bytes(*lines, header=header, encoding=encoding), name="books.se")


@pytest.fixture
def make() -> Callable[..., bytes]:
    return sie_bytes


@pytest.fixture
def parsed() -> Callable[..., SieDocument]:
    return document_of


@pytest.fixture
def header() -> tuple[str, ...]:
    return HEADER


@pytest.fixture
def voucher_line() -> int:
    """The number of the first line after header and balances."""
    return VOUCHER_LINE


@pytest.fixture
def opened() -> Callable[..., SieReader]:
    def open_bytes(data: bytes, name: str = "books.se", *, whole_year: bool = True) -> SieReader:
        return SieReader(io.BytesIO(data), name, whole_year=whole_year)

    return open_bytes
