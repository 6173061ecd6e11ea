"""A resumable spool outlives its process and hands on the details that are still good."""

from datetime import UTC, datetime

import pytest

from fortnox_assets.extract.spool import Spool

MOMENT = datetime(2026, 9, 30, 8, tzinfo=UTC)


def listed(spool, **totals):
    spool.add(0, [((number,), {"Number": number, "Total": total}) for number, total in totals.items()])


@pytest.fixture
def left(tmp_path):
    """Details of a and b were fetched, then the process ended."""
    spool = Spool(tmp_path, "invoices", resumable=True)
    listed(spool, a=1, b=1, c=1)
    spool.renew(MOMENT, ())
    spool.put_details([(each, {"Text": each.row["Number"]}) for each in spool.listed() if each.row["Number"] != "c"])
    spool.leave()
    return tmp_path


def test_details_whose_list_row_is_the_same_are_not_wanted_again(left):
    spool = Spool(left, "invoices", resumable=True)
    assert spool.count() == 0
    assert spool.good_at == MOMENT
    listed(spool, a=1, b=2, c=1)
    spool.renew(MOMENT, ())
    assert [each.row["Number"] for each in spool.without_detail()] == ["b", "c"]
    spool.close()


def test_details_fortnox_names_as_changed_are_wanted_again(left):
    spool = Spool(left, "invoices", resumable=True)
    listed(spool, a=1, b=1)
    spool.renew(MOMENT, ['["a"]'])
    assert [each.row["Number"] for each in spool.without_detail()] == ["a"]
    spool.close()


def test_a_damaged_file_is_started_afresh(left):
    (left / "invoices.sqlite").write_bytes(b"not a database at all" * 100)
    spool = Spool(left, "invoices", resumable=True)
    assert spool.good_at is None
    spool.close()


def test_without_details_there_is_nothing_to_leave(tmp_path):
    spool = Spool(tmp_path, "invoices", resumable=True)
    listed(spool, a=1)
    spool.leave()
    assert not list(tmp_path.iterdir())


def test_what_is_stored_is_compared_by_key_and_hash(tmp_path):
    spool = Spool(tmp_path, "invoices", resumable=True)
    listed(spool, same=1, changed=1, back=1, new=1)
    hashes = {each.row["Number"]: each.list_hash.hex() for each in spool.listed()}
    spool.remember_stored(
        [
            ('["same"]', hashes["same"], False),
            ('["changed"]', "00", False),
            ('["back"]', hashes["back"], True),
            ('["gone"]', "00", False),
            ('["long gone"]', "00", True),
        ]
    )
    found = spool.compared()
    assert (found.new, found.changed, found.reappeared, found.stored) == (1, 1, 1, 3)
    assert spool.not_listed() == ('["gone"]',)
    spool.keep_changed()
    assert [each.row["Number"] for each in spool.listed()] == ["changed", "back", "new"]
    spool.close()
