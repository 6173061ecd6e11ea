"""Whoever is erased is found wherever a table has their number."""

import pytest

from fortnox_assets.catalogue import COPIED, RAW_TABLES
from fortnox_assets.catalogue.endpoint import FieldType
from fortnox_assets.catalogue.people import MENTIONS, Person, number_field, unnumbered

EVERY = [(person, mention) for person, mentions in MENTIONS.items() for mention in mentions]


def fields(of, above=""):
    for each in of:
        yield above + each.name, each
        yield from fields(each.fields, f"{above}{each.name}.")


@pytest.mark.parametrize(("person", "mention"), EVERY, ids=lambda each: getattr(each, "table", each))
def test_a_mention_is_about_fields_there_are_and_that_are_marked(person, mention):
    table = RAW_TABLES[mention.table]
    known = dict(fields(table.fields))
    assert mention.number in known
    assert mention.personal
    assert set(mention.personal) <= set(table.personal_fields())
    assert all(any(path == name or path.startswith(f"{name}.") for path in mention.personal) for name in mention.about)
    if mention.through is not None:
        assert len(RAW_TABLES[mention.through].key) == 1
        assert number_field(person, mention.through) in dict(fields(RAW_TABLES[mention.through].fields))
        assert not mention.own


@pytest.mark.parametrize(
    ("person", "spellings"),
    [
        (Person.CUSTOMER, {"customernumber", "invoicecustomernumber", "customer.number"}),
        (Person.SUPPLIER, {"suppliernumber", "invoicesuppliernumber"}),
        (Person.EMPLOYEE, {"employeeid"}),
    ],
)
def test_every_table_with_a_person_s_number_and_personal_data_is_known(person, spellings):
    found = set()
    for table in COPIED.values():
        for path, _ in fields(table.fields):
            last_two = ".".join(path.split(".")[-2:]).lower()
            if any(table.personal_fields()) and (last_two in spellings or last_two.rpartition(".")[2] in spellings):
                found.add(table.name)
    assert found == {each.table for each in MENTIONS[person] if each.through is None}


def test_amounts_of_documents_stay_and_those_of_the_register_go():
    by_table = {mention.table: mention for mention in MENTIONS[Person.EMPLOYEE]}
    assert "MonthlySalary" in by_table["employees"].personal
    assert not {"Amount", "Total", "VAT"} & set(by_table["salary_transactions"].personal)
    for _, mention in EVERY:
        known = dict(fields(RAW_TABLES[mention.table].fields))
        if RAW_TABLES[mention.table].key != (mention.number,):
            assert all(known[path].type is not FieldType.DECIMAL for path in mention.personal)


def test_texts_without_a_number_are_those_that_are_searched_by_name():
    tables = {table.name: columns for table, columns in unnumbered(Person.CUSTOMER)}
    assert tables["vouchers"] == ("Comments", "Description", "VoucherRows")
    assert tables["sie_vouchers"] == ("Text", "Signature", "Transactions")
    assert "invoices" not in tables
