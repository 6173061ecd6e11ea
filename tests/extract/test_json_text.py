from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fortnox_assets.extract.json_text import from_text, to_text

FRACTIONS = st.decimals(allow_nan=False, allow_infinity=False, places=4)
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text() | FRACTIONS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=12,
)


@given(VALUES)
def test_what_was_written_is_read_back_exactly(value):
    assert from_text(to_text(value)) == value


@given(FRACTIONS)
def test_a_number_keeps_its_decimals(number):
    assert str(from_text(to_text([number]))[0]) == str(number)


def test_equal_rows_have_equal_texts_whatever_the_order_of_their_fields():
    assert to_text({"a": 1, "b": Decimal("2.50")}) == to_text({"b": Decimal("2.50"), "a": 1}) == '{"a":1,"b":2.50}'


def test_a_value_json_does_not_have_is_refused():
    with pytest.raises(TypeError, match="set cannot come from Fortnox"):
        to_text({1, 2})
    with pytest.raises(TypeError, match="Decimal"):
        to_text(Decimal("NaN"))
