"""SIE files for ledger tests, written by the project's own writer."""

import io
from collections.abc import Callable
from datetime import date
from decimal import Decimal

import pytest

from fortnox_assets.extract.financial_years import FinancialYear
from fortnox_assets.sie.records import (
    Account,
    Balance,
    BalanceKind,
    Dimension,
    Identity,
    ObjectRef,
    PeriodBalance,
    PeriodKind,
    SieDocument,
    SieObject,
    Transaction,
    TransactionKind,
    Voucher,
)
from fortnox_assets.sie.writer import write

YEAR = FinancialYear(id=7, from_date=date(2024, 5, 1), to_date=date(2025, 4, 30))
SALE = Voucher(
    series="B",
    number=1,
    date=date(2024, 6, 1),
    text="Kundfaktura 17",
    registration_date=date(2024, 6, 3),
    signature="eva",
    transactions=(
        Transaction(account=1510, amount=Decimal("124.99"), quantity=Decimal(0)),
        Transaction(kind=TransactionKind.BTRANS, account=3001, amount=Decimal(-90), text="fel", signature="bo"),
        Transaction(
            account=3001,
            objects=(ObjectRef(1, "KS 1"), ObjectRef(6, "P1"), ObjectRef(21, "X")),
            amount=Decimal("-124.99"),
            transaction_date=date(2024, 6, 2),
            text="Cykel",
            quantity=Decimal(2),
        ),
    ),
)


def identity(**changes) -> Identity:
    facts = {
        "program": "Fortnox",
        "program_version": "3.57.11",
        "generated": date(2025, 8, 29),
        "internal_id": "900001",
        "organisation_number": "556677-8899",
        "company_name": "Åre Cykel AB",
        "years": {0: (date(2024, 5, 1), date(2025, 4, 30)), -1: (date(2023, 5, 1), date(2024, 4, 30))},
        "balances_up_to": date(2025, 4, 30),
        "chart": "EUBAS97",
    }
    return Identity(**{**facts, **changes})


def sie_file(*vouchers: Voucher, **changes) -> bytes:
    document = SieDocument(
        identity=identity(**changes),
        accounts=(Account(number=1510, name="Kundfordringar", account_type="T", sru_codes=("7251",)),),
        dimensions=(Dimension(number=1, name="Kostnadsställe"), Dimension(number=21, name="Del", parent=1)),
        objects=(SieObject(dimension=1, object="KS 1", name="Butiken"),),
        balances=(
            Balance(kind=BalanceKind.IB, year_number=0, account=1510, amount=Decimal(0), quantity=Decimal(0)),
            Balance(
                kind=BalanceKind.OUB,
                year_number=0,
                account=1510,
                objects=(ObjectRef(1, "KS 1"),),
                amount=Decimal("124.99"),
            ),
        ),
        period_balances=(
            PeriodBalance(kind=PeriodKind.PBUDGET, year_number=0, period="202406", account=3001, amount=Decimal(-1000)),
        ),
        vouchers=vouchers,
    )
    out = io.BytesIO()
    write(document, out)
    return out.getvalue()


@pytest.fixture
def year() -> FinancialYear:
    return YEAR


@pytest.fixture
def sale() -> Voucher:
    return SALE


@pytest.fixture
def make() -> Callable[..., bytes]:
    return sie_file
