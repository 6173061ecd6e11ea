"""Lists that move while they are read, and rows that move between years."""

import copy as copies

import pytest

from fortnox_assets.simulator.faults import Fault, Script


@pytest.fixture
def units(place):
    """Two pages of units, which have no details."""
    documents = place.company.of("units")
    for number in range(600 - len(documents)):
        added = copies.copy(documents[0])
        added.body = {**documents[0].body, "Code": f"u{number:04}"}
        documents.append(added)
    place.company._touch()
    return documents


def test_a_row_missed_because_others_went_and_came_is_not_taken_for_deleted(place, units):
    copy = place.copy()
    copy.sync("units")
    first = min(units, key=lambda each: each.body["Code"])

    def one_goes_and_one_comes(company):
        added = copies.copy(units[0])
        added.body = {**units[0].body, "Code": "zz"}
        units.remove(first)
        units.append(added)
        company._touch()

    place.app.faults.add(Script(fault=Fault.CHANGE, path="/3/units", page=2, change=one_goes_and_one_comes))
    copy.later(hours=1)
    copy.sync("units")
    assert copy.keys("units", deleted=True) == {f'["{first.body["Code"]}"]'}
    assert copy.rows("units") == place.truth(copy, "units").rows("units")


@pytest.mark.parametrize("name", ["invoices", "supplier_invoices"])
def test_a_document_that_moves_between_years_is_there_once_also_between_listings(place, name):
    copy = place.copy(endpoints={"key_listing_hours": {name: 1000}})
    copy.sync(name)
    document = place.company.of(name)[-1]
    document.body["InvoiceDate"] = str(min(each.to_date for each in place.company.years))
    copy.later(hours=1)
    place.company._touch(document)
    copy.sync(name)
    assert copy.kinds(name) == {"changes"}
    assert copy.rows(name) == place.truth(copy, name).rows(name)
