"""What a sync asks for, and what it says about it."""

from decimal import Decimal

import pytest

from fortnox_assets.catalogue import COPIED
from fortnox_assets.catalogue.endpoint import ChangeFilter


def test_nothing_changed_means_no_details_and_nothing_written(place):
    copy = place.copy()
    copy.sync("customers", "invoices")
    assert copy.kinds("customers") == copy.kinds("invoices") == {"snapshot"}
    copy.later(hours=1)
    copy.sync("customers", "invoices")
    assert copy.kinds("customers") == copy.kinds("invoices") == {"changes with key listing"}
    assert copy.total("rows", "customers") == copy.total("rows", "invoices") == 0
    assert (copy.asked("/3/customers/"), copy.asked("/3/invoices/")) == (0, 0)
    # What Fortnox says has changed, and the keys.
    assert copy.asked("/3/customers") == 2
    assert copy.asked("/3/invoices") == 2 * len(place.company.years)


def test_one_changed_document_is_one_detail(place):
    copy = place.copy()
    copy.sync("customers", "invoices")
    copy.later(hours=1)
    place.company.add_invoice(place.company.of("customers")[0].body["CustomerNumber"], Decimal(100))
    copy.sync("customers", "invoices")
    assert (copy.asked("/3/customers/"), copy.asked("/3/invoices/")) == (0, 1)
    assert copy.total("new", "invoices") == 1


def test_a_change_that_the_list_does_not_show_is_found_by_its_date(place):
    copy = place.copy()
    copy.sync("customers")
    copy.later(hours=1)
    customer = place.company.of("customers")[0]
    customer.body["Comments"] = "Ringer på måndagar"
    place.company._touch(customer)
    copy.sync("customers")
    assert (copy.asked("/3/customers/"), copy.total("changed", "customers")) == (1, 1)
    assert copy.query("select count(*) from fortnox_raw.customers where Comments = 'Ringer på måndagar'") == [(1,)]


def test_a_deleted_row_stays_marked_and_its_reappearance_clears_the_mark(place):
    copy = place.copy()
    copy.sync("customers")
    customers = place.company.of("customers")
    gone = customers.pop()
    place.company._touch()
    copy.sync("customers")
    key = f'["{gone.body["CustomerNumber"]}"]'
    assert copy.keys("customers", deleted=True) == {key}
    assert copy.total("deleted", "customers") == 1
    customers.append(gone)
    place.company._touch()
    copy.sync("customers")
    assert copy.keys("customers", deleted=True) == set()
    assert copy.total("reappeared", "customers") == 1


def test_a_snapshot_keeps_what_was_deleted(place):
    copy = place.copy()
    copy.sync("customers")
    gone = place.company.of("customers").pop()
    place.company._touch()
    copy.sync("customers", full=True)
    assert copy.kinds("customers") == {"snapshot"}
    assert copy.keys("customers", deleted=True) == {f'["{gone.body["CustomerNumber"]}"]'}
    copy.sync("customers", full=True)
    assert copy.keys("customers", deleted=True) == {f'["{gone.body["CustomerNumber"]}"]'}


def test_vouchers_are_counted_between_listings_and_listed_when_one_is_gone(place):
    copy = place.copy(endpoints={"locked_year_hours": 0})
    copy.sync("vouchers")
    copy.later(hours=1)
    copy.sync("vouchers")
    assert copy.kinds("vouchers") == {"changes"}
    assert copy.asked("/3/vouchers") == 2 * len(place.company.years)
    year = max(place.company.years, key=lambda each: each.from_date)
    gone = place.company.delete_last_voucher(year.id, "A")
    copy.later(hours=1)
    copy.sync("vouchers")
    assert copy.keys("vouchers", deleted=True) == {f'["{gone[0]}","{gone[1]}","{gone[2]}"]'}
    assert copy.kinds("vouchers") == {"changes", "changes with key listing"}
    copy.later(hours=25)
    copy.sync("vouchers")
    assert copy.kinds("vouchers") == {"changes with key listing"}


def test_key_listing_hours_are_a_setting(place):
    copy = place.copy(endpoints={"key_listing_hours": {"customers": 12}})
    copy.sync("customers")
    for hours, kind in ((1, "changes"), (12, "changes with key listing"), (1, "changes")):
        copy.later(hours=hours)
        copy.sync("customers")
        assert copy.kinds("customers") == {kind}


def test_books_that_stay_the_same_are_not_written_again(place):
    copy = place.copy(endpoints={"locked_year_hours": 0})
    copy.sync("sie")
    written = copy.query("select distinct _loaded_at from fortnox_raw.sie_vouchers")
    copy.later(hours=1)
    copy.sync("sie")
    assert {kind for table in ("sie_files", "sie_vouchers", "sie_balances") for kind in copy.kinds(table)} == {
        "unchanged",
        "unchanged, year locked or unlocked",
    }
    assert copy.query("select distinct _loaded_at from fortnox_raw.sie_vouchers") == written
    assert len(copy.app.journal.requests(path="/3/sie/4")) == len(place.company.years)


@pytest.mark.parametrize("name", ["currencies", "employees", "expenses", "units"])
def test_where_fortnox_cannot_tell_changes_the_list_alone_is_compared(place, name):
    assert COPIED[name].change_filter is not ChangeFilter.HONOURED
    copy = place.copy()
    copy.sync(name)
    changed, gone = place.company.of(name)[0], place.company.of(name)[-1]
    field = {"employees": "FirstName", "expenses": "Text"}.get(name, "Description")
    changed.body[field] = "Ändrad"
    place.company.of(name).remove(gone)
    place.company._touch(changed)
    copy.later(hours=1)
    copy.sync(name)
    assert (copy.total("changed", name), copy.total("deleted", name)) == (1, 1)
    assert copy.rows(name) == place.truth(copy, name).rows(name)
    assert not [each for each in copy.app.journal.requests() if "lastmodified" in each.query]


def test_details_that_nobody_tells_the_changes_of_are_read_again_once_a_day(place):
    copy = place.copy()
    copy.sync("employees")
    for hours, kind in ((1, "changes with key listing"), (24, "snapshot")):
        copy.later(hours=hours)
        copy.sync("employees")
        assert copy.kinds("employees") == {kind}


def test_a_document_whose_date_moves_to_another_year_is_there_once(place):
    copy = place.copy()
    copy.sync("invoices")
    years = sorted(place.company.years, key=lambda each: each.from_date)
    invoice = place.company.of("invoices")[-1]
    invoice.body["InvoiceDate"] = str(years[-2].to_date)
    place.company._touch(invoice)
    copy.later(hours=1)
    copy.sync("invoices")
    found = copy.query(
        "select financial_year, _deleted_at is null from fortnox_raw.invoices where DocumentNumber = ? order by 1",
        invoice.body["DocumentNumber"],
    )
    assert found == [(years[-2].from_date.year, True), (years[-1].from_date.year, False)]


def test_a_change_in_the_hour_that_comes_twice_is_not_missed(place):
    copy = place.copy(endpoints={"key_listing_hours": {"customers": 1000}})
    copy.at("2026-10-25T02:50:00", fold=0)
    copy.sync("customers")
    customer = place.company.of("customers")[0]
    copy.at("2026-10-25T02:10:00", fold=1)
    customer.body["Comments"] = "I den andra timmen"
    place.company._touch(customer)
    copy.at("2026-10-25T02:30:00", fold=1)
    copy.sync("customers")
    assert copy.kinds("customers") == {"changes"}
    assert copy.query("select count(*) from fortnox_raw.customers where Comments = 'I den andra timmen'") == [(1,)]


def test_other_columns_than_stored_are_a_reason_to_read_everything(place):
    copy = place.copy()
    copy.sync("customers")
    left_out = {"customers": {"exclude": ["Phone1"]}}
    config = copy.settings.config.model_validate({**copy.settings.config.model_dump(), "fields": left_out})
    copy.settings = copy.settings.model_copy(update={"config": config})
    copy.sync("customers")
    assert copy.kinds("customers") == {"snapshot"}
