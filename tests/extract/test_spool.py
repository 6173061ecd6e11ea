from decimal import Decimal

import pytest

from fortnox_assets.extract.errors import ExtractionError, SpoolError
from fortnox_assets.extract.spool import Spool, in_batches


@pytest.fixture
def spool(tmp_path):
    opened = Spool(tmp_path / "are-cykel" / "2024", "invoices")
    yield opened
    opened.close()


def _rows(numbers):
    return [((str(number),), {"Number": str(number), "Total": Decimal(number) / 4}) for number in numbers]


def test_rows_come_back_in_the_order_they_came_in_however_many(spool):
    numbers = list(range(1700, 0, -1))
    spool.add(0, _rows(numbers))
    assert [row["Number"] for row in spool.merged()] == [str(number) for number in numbers]
    assert [each.position for each in spool.listed()] == list(range(1, 1701))
    assert spool.count() == 1700


def test_the_detail_wins_and_what_only_the_list_has_stays(spool):
    spool.add(0, [(("1",), {"Number": "1", "CurrencyRate": "1", "WriteOffExist": True})])
    spool.put_details([(row, {"Number": "1", "CurrencyRate": Decimal("1.0")}) for row in spool.listed()])
    assert list(spool.merged()) == [{"Number": "1", "CurrencyRate": Decimal("1.0"), "WriteOffExist": True}]


def test_a_row_whose_document_is_gone_is_left_out(spool):
    spool.add(0, _rows([1, 2, 3]))
    spool.put_details([(row, None if row.row["Number"] == "2" else {}) for row in spool.listed()])
    assert [row["Number"] for row in spool.merged()] == ["1", "3"]


def test_details_can_be_kept_while_rows_are_still_being_read(spool):
    spool.add(0, _rows(range(1100)))
    for row in spool.listed():
        spool.put_details([(row, {"Text": row.key})])
    assert all(row["Text"] == f'["{row["Number"]}"]' for row in spool.merged())


def test_a_row_that_comes_twice_is_kept_once_and_counted(spool):
    assert spool.add(0, _rows([1, 2])) == 0
    assert spool.add(1, _rows([2, 3])) == 1
    assert spool.count() == 3


def test_two_different_rows_with_one_key_are_refused(spool):
    spool.add(0, _rows([1]))
    with pytest.raises(ExtractionError, match=r'invoices: two different rows have the key \["1"\]'):
        spool.add(0, [(("1",), {"Number": "1", "Total": 99})])


def test_a_listing_that_starts_over_forgets_its_own_rows_only(spool):
    spool.add(0, _rows([1, 2]))
    spool.add(1, _rows([3]))
    spool.forget(1)
    assert [row["Number"] for row in spool.merged()] == ["1", "2"]


def test_the_list_hash_tells_two_versions_of_a_row_apart(spool, tmp_path):
    spool.add(0, [(("1",), {"Number": "1", "Total": 1})])
    other = Spool(tmp_path, "invoices")
    other.add(0, [(("1",), {"Total": 1, "Number": "1"}), (("2",), {"Number": "1", "Total": 2})])
    (one,), (same, different) = spool.listed(), other.listed()
    other.close()
    assert one.list_hash == same.list_hash != different.list_hash


def test_nothing_is_left_on_disk_after_closing(spool, tmp_path):
    spool.add(0, _rows([1]))
    assert list(tmp_path.rglob("*.sqlite"))
    spool.close()
    spool.close()
    assert not [path for path in tmp_path.rglob("*") if path.is_file()]


def test_what_a_crash_left_behind_is_started_afresh(spool, tmp_path):
    spool.add(0, _rows([1]))
    again = Spool(tmp_path / "are-cykel" / "2024", "invoices")
    assert again.count() == 0
    again.close()


def test_an_unwritable_place_is_one_clear_error(tmp_path):
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(SpoolError, match=r"cannot keep rows here: .*FORTNOX_STATE_DIR") as raised:
        Spool(tmp_path / "file" / "are-cykel", "invoices")
    assert "\n" not in str(raised.value)


def test_a_full_disk_is_one_clear_error(spool):
    (pages,) = spool._connection.execute("pragma page_count").fetchone()
    spool._connection.execute(f"pragma max_page_count = {pages + 2}")
    with pytest.raises(SpoolError, match=r"invoices\.sqlite: cannot keep rows here: database or disk is full; free"):
        spool.add(0, [((str(number),), {"Text": "x" * 1000}) for number in range(100)])


def test_batches_are_never_larger_than_asked_for():
    assert list(in_batches(range(5), 2)) == [[0, 1], [2, 3], [4]]
    assert list(in_batches([], 2)) == []
