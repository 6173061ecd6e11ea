"""What is locked in Fortnox is asked for seldom, and never before it was seen while it was locked."""

import datetime as dt

import pytest

from fortnox_assets.catalogue.sie_tables import SIE_TABLES
from fortnox_assets.simulator.company import Row
from fortnox_assets.warehouse.duckdb_file import opened

LEDGER = ("vouchers", "sie")


def ledger_requests(copy):
    return copy.asked("/3/vouchers") + copy.asked("/3/sie/4")


@pytest.fixture
def lock(place):
    """Locks the books of the sample company up to a day; None unlocks them."""

    def until(day):
        place.company.locked_until = day
        place.company.of("locked_period")[0].body["EndDate"] = None if day is None else day.isoformat()
        place.company._touch()

    return until


def first_two(place):
    return sorted(place.company.years, key=lambda each: each.from_date)[:2]


def edit_first_voucher(place, year):
    key = next(each.body for each in place.company.of("vouchers") if each.body["Year"] == year.id)
    rows = key["VoucherRows"]
    spot = next(place for place, row in enumerate(rows) if row["Debit"] and not row["Removed"])
    place.company.edit_voucher(
        year.id, key["VoucherSeries"], key["VoucherNumber"], strike=[spot], add=[Row(5460, rows[spot]["Debit"], "")]
    )


def test_a_locked_year_is_asked_for_again_after_a_week_and_an_open_one_every_time(place, lock):
    lock(first_two(place)[0].to_date)
    copy = place.copy()
    copy.sync(*LEDGER)
    copy.later(hours=1)
    copy.sync(*LEDGER)
    years = {f"financialyear={each.id}" for each in place.company.years}
    asked = {word for each in copy.app.journal.requests(path="/3/") for word in each.query.split("&") if word in years}
    assert asked == years - {f"financialyear={first_two(place)[0].id}"}
    label = first_two(place)[0].from_date.year
    assert {said["sync"] for (_, year), said in copy.said.items() if year == label} == {"locked year"}
    copy.later(days=8)
    copy.sync(*LEDGER)
    assert "locked year" not in copy.kinds("vouchers") | copy.kinds("sie_vouchers")
    copy.later(hours=1)
    copy.sync(*LEDGER)
    assert "locked year" in copy.kinds("vouchers") & copy.kinds("sie_vouchers")


def test_what_was_booked_before_the_year_was_locked_is_not_missed(place, lock):
    lock(None)
    copy = place.copy()
    copy.sync(*LEDGER)
    copy.later(hours=1)
    edit_first_voucher(place, first_two(place)[0])
    lock(first_two(place)[0].to_date)
    copy.sync(*LEDGER)
    assert copy.rows("sie_vouchers") == place.truth(copy, "sie").rows("sie_vouchers")
    assert copy.kinds("sie_vouchers") >= {"snapshot"}


def test_a_year_that_was_unlocked_and_locked_again_is_seen_in_between(place, lock):
    year = first_two(place)[0]
    lock(year.to_date)
    copy = place.copy()
    copy.sync(*LEDGER)
    lock(None)
    copy.sync(*LEDGER)
    copy.later(hours=1)
    edit_first_voucher(place, year)
    lock(year.to_date)
    copy.sync(*LEDGER)
    assert copy.rows("sie_vouchers") == place.truth(copy, "sie").rows("sie_vouchers")


def test_the_full_flag_reads_locked_years_too(place, lock):
    lock(dt.date(2100, 1, 1))
    copy = place.copy()
    copy.sync(*LEDGER)
    copy.sync(*LEDGER, full=True)
    assert "locked year" not in copy.kinds("vouchers") | copy.kinds("sie_vouchers")
    copy.sync(*LEDGER)
    # The last year goes on, whatever is locked: no day is its last.
    assert len([kind for kind in copy.said.values() if kind["sync"] != "locked year"]) == 1 + len(SIE_TABLES)


def test_rows_of_days_that_are_not_asked_for_any_more_are_not_gone(place, lock):
    names = {"include": ["schedule_times", "employees", "locked_period"]}
    day = max(each.body["Date"] for each in place.company.of("schedule_times"))
    later = dt.date.fromisoformat(day)
    lock(later - dt.timedelta(days=6))
    copy = place.copy(endpoints=names)
    copy.sync("schedule_times")
    before = copy.rows("schedule_times")
    lock(later - dt.timedelta(days=3))
    copy.later(hours=1)
    copy.sync("schedule_times")
    assert copy.rows("schedule_times") == before
    copy.sync("schedule_times", full=True)
    assert copy.rows("schedule_times") == before
    gone = next(each for each in place.company.of("schedule_times") if each.body["Date"] == day)
    place.company.of("schedule_times").remove(gone)
    place.company._touch()
    copy.sync("schedule_times")
    assert len(copy.rows("schedule_times")) == len(before) - 1


def test_a_clock_of_ours_that_was_ahead_does_not_keep_the_ledger_from_being_stored(place):
    copy = place.copy()
    copy.sync("sie")
    with opened(copy.settings.duckdb_path) as connection:
        connection.execute("update fortnox_raw._sync_state set watermark = now() + interval 400 day")
    edit_first_voucher(place, max(place.company.years, key=lambda each: each.from_date))
    copy.later(hours=1)
    copy.sync("sie")
    assert copy.rows("sie_vouchers") == place.truth(copy, "sie").rows("sie_vouchers")
