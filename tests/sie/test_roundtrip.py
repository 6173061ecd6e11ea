"""Whatever is written is read back the same."""

import io
from datetime import date
from decimal import Decimal

from hypothesis import given, settings
from hypothesis import strategies as st

from fortnox_assets.sie.reader import SieReader, read
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

LETTERS = "aBzÅÄÖåäöÉéü01 '#{}\"\\.,-/;&"
texts = st.text(LETTERS, max_size=20)
codes = st.text(LETTERS, min_size=1, max_size=8)
amounts = st.decimals(min_value=Decimal(-(10**15)), max_value=Decimal(10**15), places=2, allow_nan=False)
quantities = st.none() | st.decimals(min_value=-10000, max_value=10000, places=4, allow_nan=False)
days = st.dates(date(1990, 1, 1), date(2100, 12, 31))
account_numbers = st.integers(100, 99999999)
references = st.lists(st.builds(ObjectRef, dimension=st.integers(1, 999), object=codes), max_size=3).map(tuple)
transactions = st.builds(
    Transaction,
    kind=st.sampled_from(TransactionKind),
    account=account_numbers,
    objects=references,
    amount=amounts,
    transaction_date=st.none() | days,
    text=texts,
    quantity=quantities,
    signature=texts,
)
vouchers = st.builds(
    Voucher,
    series=texts,
    number=st.none() | st.integers(0, 10**9),
    date=days,
    text=texts,
    registration_date=st.none() | days,
    signature=texts,
    transactions=st.lists(transactions, max_size=5).map(tuple),
)
plain_balances = st.builds(
    Balance,
    kind=st.sampled_from([BalanceKind.IB, BalanceKind.UB, BalanceKind.RES]),
    year_number=st.integers(-3, 0),
    account=account_numbers,
    amount=amounts,
    quantity=quantities,
)
object_balances = st.builds(
    Balance,
    kind=st.sampled_from([BalanceKind.OIB, BalanceKind.OUB]),
    year_number=st.integers(-3, 0),
    account=account_numbers,
    objects=references,
    amount=amounts,
    quantity=quantities,
)
period_balances = st.builds(
    PeriodBalance,
    kind=st.sampled_from(PeriodKind),
    year_number=st.integers(-3, 0),
    period=days.map(lambda day: day.strftime("%Y%m")),
    account=account_numbers,
    objects=references,
    amount=amounts,
    quantity=quantities,
)
accounts = st.builds(
    Account,
    number=account_numbers,
    name=texts,
    account_type=st.sampled_from(["", "T", "S", "K", "I"]),
    unit=texts,
    sru_codes=st.lists(st.sampled_from(["7281", "7410"]), unique=True).map(tuple),
)
identities = st.builds(
    Identity,
    program=st.sampled_from(["Fortnox", "Fortnox Bokföring"]),
    program_version=texts,
    generated=st.none() | days,
    comment=texts,
    internal_id=texts,
    organisation_number=texts,
    company_name=texts,
    company_type=texts,
    industry_code=texts,
    address=st.lists(texts, max_size=4).map(tuple),
    years=st.just({0: (date(2024, 5, 1), date(2025, 4, 30)), -1: (date(2023, 5, 1), date(2024, 4, 30))}),
    tax_year=texts,
    balances_up_to=st.none() | days,
    chart=texts,
    currency=texts,
)


def unique(strategy, key):
    return st.lists(strategy, max_size=4, unique_by=key).map(tuple)


documents = st.builds(
    SieDocument,
    identity=identities,
    accounts=unique(accounts, lambda each: each.number),
    dimensions=unique(
        st.builds(Dimension, number=st.integers(1, 99), name=texts, parent=st.none() | st.integers(1, 99)),
        lambda each: each.number,
    ),
    objects=unique(
        st.builds(SieObject, dimension=st.integers(1, 99), object=codes, name=texts),
        lambda each: (each.dimension, each.object),
    ),
    balances=st.lists(plain_balances | object_balances, max_size=6).map(tuple),
    period_balances=st.lists(period_balances, max_size=4).map(tuple),
    vouchers=st.lists(vouchers, max_size=4).map(tuple),
)


@settings(deadline=None, max_examples=150)
@given(document=documents, checksum=st.booleans())
def test_a_written_document_reads_back_the_same(document, checksum):
    out = io.BytesIO()
    write(document, out, checksum=checksum)
    reader = SieReader(io.BytesIO(out.getvalue()), "books.se", whole_year=False)
    assert read(out.getvalue(), whole_year=False) == document
    list(reader.records())
    assert reader.encoding == "cp437"
    assert reader.checksum_verified is (True if checksum else None)


@settings(deadline=None, max_examples=50)
@given(document=documents)
def test_utf_8_reads_back_the_same_too(document):
    out = io.BytesIO()
    write(document, out, "utf-8")
    assert read(out.getvalue(), whole_year=False) == document


@settings(deadline=None, max_examples=150)
@given(text=texts.filter(lambda text: not text.endswith("\\")))
def test_other_programs_texts_read_back_the_same_with_literal_backslashes(text):
    document = SieDocument(
        identity=Identity(program="Bokslut"),
        vouchers=(Voucher(series=text, number=1, date=date(2024, 1, 1), text=text),),
    )
    out = io.BytesIO()
    write(document, out)
    assert read(out.getvalue(), whole_year=False) == document
