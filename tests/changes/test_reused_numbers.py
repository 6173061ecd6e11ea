"""The last voucher of a series is deleted, and the next one gets its number."""

import pytest

NUMBERS = (
    "select VoucherSeries, VoucherNumber, Description, _deleted_at is null from fortnox_raw.vouchers "
    "where _row_key = ? order by _deleted_at nulls first"
)


def latest(place):
    return max(place.company.years, key=lambda each: each.from_date)


def book_one(place):
    """Somebody books an invoice; its voucher takes the next number of the series."""
    number = place.company.of("customers")[0].body["CustomerNumber"]
    invoice = place.company.book_invoice(place.company.add_invoice(number, 100).body["DocumentNumber"]).body
    return f'["{invoice["VoucherYear"]}","{invoice["VoucherSeries"]}","{invoice["VoucherNumber"]}"]'


@pytest.mark.parametrize("ledger", ["sie", "vouchers"])
@pytest.mark.parametrize("seen", [True, False], ids=["deletion seen", "deletion not seen"])
def test_the_new_voucher_takes_the_place_of_the_one_that_had_its_number(place, ledger, seen):
    key = book_one(place)
    series = key.split('"')[3]
    copy = place.copy(ledger=ledger)
    copy.sync("vouchers")
    [(*_, text, there)] = copy.query(NUMBERS, key)
    assert there
    copy.later(hours=1)
    place.company.delete_last_voucher(latest(place).id, series)
    if seen:
        copy.sync("vouchers")
        assert copy.keys("vouchers", deleted=True) == {key}
        copy.later(hours=1)
    assert book_one(place) == key
    for full in (False, True, False):
        copy.sync("vouchers", full=full)
        found = copy.query(NUMBERS, key)
        assert [there for *_, there in found] == [True, False]
        assert found[1][2] == text
        assert copy.rows("vouchers") == place.truth(copy, "vouchers").rows("vouchers")


def test_a_voucher_that_is_edited_is_the_same_one(place):
    key = book_one(place)
    copy = place.copy()
    copy.sync("vouchers")
    voucher = place.company.of("vouchers")[-1]
    for field, value in (("Description", "Rättad text"), ("TransactionDate", str(latest(place).from_date))):
        voucher.body[field] = value
        place.company._touch(voucher)
        copy.later(hours=1)
        copy.sync("vouchers")
        copy.sync("vouchers", full=True)
        assert [there for *_, there in copy.query(NUMBERS, key)] == [True]


def test_a_deleted_voucher_that_comes_back_as_it_was_is_not_another_one(place):
    key = book_one(place)
    copy = place.copy()
    copy.sync("vouchers")
    vouchers = place.company.of("vouchers")
    gone = vouchers.pop()
    place.company._touch()
    copy.sync("vouchers")
    vouchers.append(gone)
    place.company._touch()
    copy.sync("vouchers")
    assert [there for *_, there in copy.query(NUMBERS, key)] == [True]
