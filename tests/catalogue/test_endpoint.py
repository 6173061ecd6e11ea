"""An entry that contradicts itself is refused when it is made, by name."""

import pytest

from fortnox_assets.catalogue.endpoint import (
    CatalogueError,
    DetailNeed,
    Endpoint,
    Field,
    FieldType,
    KeySource,
    Listing,
    Slicing,
    Table,
)
from fortnox_assets.catalogue.fields import boolean, date, decimal, integer, record, records, text, timestamp

SOUND = {
    "name": "gadgets",
    "title": "Gadgets",
    "group": "fortnox_registers",
    "description": "Gadgets of the company.",
    "key": ("Number",),
    "fields": (text("Number", "Number of the gadget."), date("Day", "Day of the gadget.")),
    "path": "/3/gadgets",
    "wrapper": "Gadgets",
    "scope": "gadget",
}


def endpoint(**changes):
    return Endpoint(**{**SOUND, **changes})


def test_a_sound_entry_is_accepted():
    made = endpoint()
    assert made.field("Day").type is FieldType.DATE
    assert not made.by_financial_year
    assert endpoint(slicing=Slicing.FINANCIAL_YEAR).by_financial_year


@pytest.mark.parametrize(
    ("changes", "rule"),
    [
        ({"name": "Gadgets"}, "Gadgets: is not snake_case"),
        ({"name": "gadgets_"}, "is not snake_case"),
        ({"fields": (text("A", "First of them."), text("a", "Second of them.")), "key": ("A",)}, "listed twice"),
        ({"key": ("Size",)}, "key field Size is not among its fields"),
        ({"slicing": Slicing.DATE_FIELD}, "date_field must be one of its fields"),
        ({"slicing": Slicing.DATE_PARAMETERS, "date_field": "Size"}, "date_field must be one of its fields"),
        ({"date_field": "Day"}, "date_field is only for slicing by date"),
        ({"detail": DetailNeed.ROWS}, "a detail call needs detail_path"),
        ({"listing": Listing.PER_KEY}, "keys_from goes with listing per key"),
        ({"keys_from": KeySource(endpoint="invoices")}, "keys_from goes with listing per key"),
        ({"listing": Listing.NONE}, "not_copied must say why"),
        ({"not_copied": "There is nothing to list."}, "not_copied must say why"),
        ({"default": False}, "costs must say why it is off by default"),
        ({"path": "/2/gadgets"}, "path must begin with /3/ or /api/"),
        ({"fields": (), "key": ()}, "fields may be empty only when it is not copied"),
        ({"detail_field": "Size"}, "detail_field must be one of its fields"),
        ({"other_spellings": {"Nummer": "Numero"}}, "other_spellings must lead to its fields"),
    ],
)
def test_an_impossible_entry_is_refused_by_name(changes, rule):
    with pytest.raises(CatalogueError, match=rule) as refused:
        endpoint(**changes)
    assert str(refused.value).startswith(changes.get("name", "gadgets"))


@pytest.mark.parametrize(
    ("wrong", "rule"),
    [
        ({"type": FieldType.RECORD}, "record needs fields inside"),
        ({"type": FieldType.RECORDS}, "records needs fields inside"),
        ({"fields": (text("Inner", "Text inside it."),)}, "text cannot have fields inside"),
        ({"description": "  "}, "has no description"),
        ({"name": "@url"}, "is not a usable column name"),
        ({"name": "_deleted_at"}, "is not a usable column name"),
        ({"name": "Two words"}, "is not a usable column name"),
    ],
)
def test_an_impossible_field_is_refused_by_name(wrong, rule):
    made = {"name": "Size", "type": FieldType.TEXT, "description": "Size of the gadget.", **wrong}
    with pytest.raises(CatalogueError, match=rule) as refused:
        Field(**made)
    assert f"field {made['name']}:" in str(refused.value)


def test_the_short_ways_to_write_a_field_give_each_type():
    made = [
        text("A", "Some text here."),
        integer("B", "Some whole number."),
        decimal("C", "Some exact number."),
        boolean("D", "Whether it is so."),
        date("E", "Day of it all."),
        timestamp("F", "When it all was."),
        record("G", "One object inside.", text("H", "Text inside it.")),
        records("I", "Many objects inside.", text("J", "Text inside them.")),
    ]
    assert [each.type for each in made] == list(FieldType)


def test_a_table_of_a_sie_file_belongs_to_financial_years():
    assert Table(
        **{name: SOUND[name] for name in ("name", "title", "group", "description", "key", "fields")}
    ).by_financial_year


def test_sources_of_keys_are_asked_one_after_the_other():
    orders = KeySource(endpoint="orders")
    invoices = KeySource(endpoint="invoices", also=(orders,))
    assert invoices.every() == (invoices, orders)
