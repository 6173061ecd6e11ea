"""``load-sie``: from an exported file to a year's ledger, and never over another one unasked."""

import datetime as dt
from decimal import Decimal
from pathlib import Path

import pytest

from fortnox_assets.sie.records import Account, Balance, BalanceKind, Identity, SieDocument, Transaction, Voucher
from fortnox_assets.sie.writer import write

NOT_SET = {"FORTNOX_CLIENT_ID": "", "FORTNOX_CLIENT_SECRET": ""}
YEAR = {0: (dt.date(2024, 5, 1), dt.date(2025, 4, 30))}
NUMBER = "556123-4567"


def books(sale: str = "1000.00", years=YEAR, **facts) -> SieDocument:
    """A company that opened with 500.00 in the bank and 500.00 in equity, and made one sale."""
    opening, amount = Decimal("500.00"), Decimal(sale)
    kind = BalanceKind
    balances = [(kind.IB, 1930, opening), (kind.IB, 2081, -opening), (kind.UB, 1930, opening + amount)]
    balances += [(kind.UB, 2081, -opening), (kind.RES, 3001, -amount)]
    rows = (Transaction(account=1930, amount=amount), Transaction(account=3001, amount=-amount))
    day = years[0][0] + dt.timedelta(days=40)
    return SieDocument(
        identity=Identity(
            **{"program": "Bokslut", "program_version": "1", "organisation_number": NUMBER, "company_name": "Övn AB"}
            | facts,
            years=years,
        ),
        accounts=tuple(Account(number=number, name=f"Konto {number}") for number in (1930, 2081, 3001)),
        balances=tuple(Balance(kind=k, year_number=0, account=a, amount=m) for k, a, m in balances),
        vouchers=(Voucher(series="A", number=1, date=day, text="Försäljning", transactions=rows),),
    )


@pytest.fixture
def exported(tmp_path):
    def make(name="books.se", *sale, **facts) -> Path:
        path = tmp_path / "desk" / name
        path.parent.mkdir(exist_ok=True)
        with path.open("wb") as out:
            write(books(*sale, **facts), out)
        return path

    return make


@pytest.fixture
def company(ready):
    ready.configure({"ovn": {"ledger": "sie_file", "organisation_number": NUMBER}})
    return ready


def load(terminal, path, *words, reports=False):
    return terminal.run("load-sie", str(path), *words, *(() if reports else ("--no-reports",)), **NOT_SET)


def test_a_file_of_other_contents_does_not_take_the_place_of_a_loaded_one_unasked(company, exported):
    ran = load(company, exported(), "--company", "ovn")
    assert (ran.failed, ran.not_available) == ([], [])
    assert "books.se: ovn, financial year 2024 (2024-05-01 - 2025-04-30)" in ran.out
    refused = load(company, exported("later.se", "1200.00"), "--company", "ovn")
    assert refused.code == 1
    assert refused.err.endswith("as books.se does with other contents; --replace puts it in that file's place\n")
    shown = [line.split() for line in refused.out.splitlines()]
    assert ["stored", "the", "uploaded", "file", "books.se", "1", "2", "2000.00"] in shown
    assert ["this", "file", "the", "uploaded", "file", "later.se", "1", "2", "2400.00"] in shown
