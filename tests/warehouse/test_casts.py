import datetime as dt
from decimal import Decimal
from types import NoneType

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fortnox_assets.catalogue.endpoint import FieldType
from fortnox_assets.warehouse.casts import (
    CASTS,
    Fit,
    quick,
    to_boolean,
    to_date,
    to_decimal,
    to_integer,
    to_text,
    to_timestamp,
)

UTC = dt.UTC


@pytest.mark.parametrize(
    ("value", "stored"),
    [
        ("12.50", Decimal("12.5")),
        ("-0", Decimal(0)),
        ("1", Decimal(1)),
        (" 7 ", Decimal(7)),
        ("1e3", Decimal(1000)),
        (Decimal("0.123456789"), Decimal("0.123456789")),
        (Decimal("1.0000000000"), Decimal(1)),
        (10**29 - 1, Decimal(10**29 - 1)),
        ("", None),
        (" ", None),
    ],
)
def test_a_number_is_stored_exactly_also_when_it_came_as_text(value, stored):
    assert to_decimal(value) == stored


@pytest.mark.parametrize(
    "value",
    [
        "12,50",
        "1 000",
        "0x10",
        "NaN",
        "abc",
        "1.1234567891",
        Decimal("0.1234567891"),
        10**29,
        "1e400",
        True,
        [],
        {},
        1.5,
    ],
)
def test_a_number_that_would_be_rounded_or_guessed_does_not_fit(value):
    assert to_decimal(value) is Fit.UNFIT


@pytest.mark.parametrize(
    ("value", "stored"),
    [("12", 12), ("-0", 0), ("2.0", 2), (Decimal("5.00"), 5), (2**63 - 1, 2**63 - 1), (-(2**63), -(2**63)), ("", None)],
)
def test_a_whole_number_is_stored_also_from_text_and_from_decimals_without_a_fraction(value, stored):
    assert to_integer(value) == stored


@pytest.mark.parametrize("value", ["2.5", Decimal("2.5"), 2**63, "9" * 30, "1E+9999", True, "2024-01-01", {}])
def test_what_is_no_64_bit_whole_number_does_not_fit(value):
    assert to_integer(value) is Fit.UNFIT


@pytest.mark.parametrize(
    ("value", "stored"),
    [
        (True, True),
        ("true", True),
        ("False", False),
        (0, False),
        (1, True),
        ("0", False),
        (Decimal(1), True),
        ("", None),
    ],
)
def test_booleans_come_as_words_and_digits_too(value, stored):
    assert to_boolean(value) is stored


@pytest.mark.parametrize("value", [2, "yes", "J", [], Decimal("0.5")])
def test_what_is_not_true_or_false_does_not_fit(value):
    assert to_boolean(value) is Fit.UNFIT


@pytest.mark.parametrize(
    "value",
    ["2024-02-29", "2024-02-29T00:00:00", "2024-02-29 00:00", "2024-02-29T00:00:00.000+01:00", "2024-02-29T00:00:00Z"],
)
def test_a_date_may_come_with_a_midnight(value):
    assert to_date(value) == dt.date(2024, 2, 29)


@pytest.mark.parametrize(
    "value", ["2023-02-29", "2024-02-29T12:00", "20240229", "0000-01-01", "2024-W01-1", 20240229, {}]
)
def test_what_is_no_date_does_not_fit(value):
    assert to_date(value) is Fit.UNFIT


def test_an_empty_date_is_null():
    assert to_date("") is None


@pytest.mark.parametrize(
    ("value", "stored"),
    [
        ("2024-07-01 12:00", dt.datetime(2024, 7, 1, 10, tzinfo=UTC)),
        ("2024-01-01T12:00:00", dt.datetime(2024, 1, 1, 11, tzinfo=UTC)),
        ("2024-01-01", dt.datetime(2023, 12, 31, 23, tzinfo=UTC)),
        ("2024-01-01T12:00:00Z", dt.datetime(2024, 1, 1, 12, tzinfo=UTC)),
        ("2024-01-01T12:00:00.123456+02:00", dt.datetime(2024, 1, 1, 10, 0, 0, 123456, UTC)),
        ("2024-01-01T12:00:00.123456000Z", dt.datetime(2024, 1, 1, 12, 0, 0, 123456, UTC)),
        ("2024-10-27 02:30", dt.datetime(2024, 10, 27, 0, 30, tzinfo=UTC)),
        ("", None),
    ],
)
def test_a_moment_without_zone_is_swedish_time(value, stored):
    assert to_timestamp(value) == stored


@pytest.mark.parametrize(
    "value", ["2024-13-01 12:00", "2024-01-01T12:00:00.1234567Z", "noon", 1704110400, "0001-01-01"]
)
def test_a_moment_that_would_lose_something_does_not_fit(value):
    assert to_timestamp(value) is Fit.UNFIT


@pytest.mark.parametrize(
    ("value", "stored"), [("", ""), (5, "5"), (Decimal("1.50"), "1.50"), (True, "true"), ("åäö", "åäö")]
)
def test_text_keeps_numbers_and_booleans_as_their_json_text(value, stored):
    assert to_text(value) == stored


@pytest.mark.parametrize("value", [{}, [], "half a pair \ud800"])
def test_an_object_or_half_a_character_is_no_text(value):
    assert to_text(value) is Fit.UNFIT


ANY_VALUE = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-(10**40), 10**40),
    st.decimals(allow_nan=False, allow_infinity=False),
    st.text(max_size=12),
    st.from_regex(r"\A[+-]?[0-9]{0,31}[.,]?[0-9]{0,11}\Z"),
    st.from_regex(r"\A[0-9]{4}-[01][0-9]-[0-3][0-9]\Z"),
    st.sampled_from(["", "API_NORIGHT", "0x10", "0000-01-01", "true", "2024-02-30"]),
)
ALIKE = st.one_of(
    st.lists(st.one_of(st.none(), st.just(""), kind), max_size=6)
    for kind in (
        st.integers(-(2**64), 2**64),
        st.decimals(allow_nan=False, allow_infinity=False),
        st.from_regex(r"\A-?[0-9]{1,30}(\.[0-9]{1,10})?\Z"),
        st.dates().map(str),
        st.text(max_size=8),
    )
)


@settings(deadline=None)
@given(kind=st.sampled_from(sorted(CASTS)), values=st.one_of(ALIKE, st.lists(ANY_VALUE, max_size=6)))
def test_a_whole_column_is_cast_as_its_values_are_one_by_one(kind, values):
    column = quick(FieldType(kind), values)
    if column is not None:
        assert column.to_pylist() == [None if isinstance(value, NoneType) else CASTS[kind](value) for value in values]
