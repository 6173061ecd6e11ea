import pytest

from fortnox_assets.catalogue import COPIED
from fortnox_assets.extract.errors import SelectionError
from fortnox_assets.extract.selection import chosen_endpoints, wants_details


def test_by_default_everything_is_copied_but_what_is_costly():
    chosen = chosen_endpoints(COPIED)
    assert {"invoices", "vouchers", "customers"} <= set(chosen)
    assert "schedule_times" not in chosen
    assert list(chosen) == [name for name in COPIED if name in chosen]


def test_included_endpoints_are_copied_and_nothing_else():
    assert chosen_endpoints(COPIED, include=["schedule_times", "customers"]) == ("customers", "schedule_times")


def test_excluded_endpoints_are_not_copied():
    assert set(chosen_endpoints(COPIED)) - set(chosen_endpoints(COPIED, exclude=["invoices"])) == {"invoices"}


@pytest.mark.parametrize("argument", ["include", "exclude"])
def test_an_unknown_name_is_refused_with_the_names_close_to_it(argument):
    with pytest.raises(SelectionError, match=r"endpoint 'invoice' is not one .* did you mean invoices"):
        chosen_endpoints(COPIED, **{argument: ["invoice"]})


def test_a_name_like_no_other_is_refused_with_all_names():
    with pytest.raises(SelectionError, match=r"known are .*customers, .*vouchers"):
        chosen_endpoints(COPIED, include=["xyzzy"])


@pytest.mark.parametrize(("ledger", "wanted"), [("sie", False), ("sie_file", False), ("vouchers", True)])
def test_vouchers_are_fetched_one_by_one_only_when_they_are_the_ledger(ledger, wanted):
    assert wants_details(COPIED["vouchers"], ledger) is wanted


def test_other_endpoints_need_what_they_need_whatever_the_ledger():
    assert wants_details(COPIED["invoices"], "sie")
    assert not wants_details(COPIED["cost_centers"], "vouchers")
