"""Tables kept from before a type changed, asked of DuckDB and of BigQuery with the same words."""

import dataclasses

import pytest

from fortnox_assets.catalogue import RAW_TABLES
from fortnox_assets.catalogue.fields import text
from fortnox_assets.catalogue.people import Person
from fortnox_assets.erasing import carry_out, plan_company, plan_person
from fortnox_assets.warehouse.upkeep import EmptyFields, Where

NAMES = ("CustomerNumber", "DocumentNumber", "CustomerName", "Total", "EmailInformation", "Cancelled")


@pytest.fixture
def kept(warehouse, snapshot, store):
    """The invoices as an earlier version stored them, kept when a full sync began them anew; the kept table's name."""
    chosen = {each.name: each for each in RAW_TABLES["invoices"].fields if each.name in (*NAMES, "InvoiceDate")}
    new = dataclasses.replace(RAW_TABLES["invoices"], fields=tuple(chosen.values()))
    mail = text("EmailInformation", "Where it was sent.", personal=chosen["EmailInformation"].personal)
    earlier = {**chosen, "EmailInformation": mail, "Cancelled": text("Cancelled", "Yes or no.")}
    old = dataclasses.replace(new, fields=tuple(earlier.values()))
    rows = [
        {"CustomerNumber": who, "DocumentNumber": number, "CustomerName": f"{who} AB", "Total": 5, "Cancelled": "no"}
        | {"EmailInformation": f"{who}@example.com", "InvoiceDate": "2024-02-01"}
        for who, number in (("10", "1"), ("11", "2"))
    ]
    for company in ("are-cykel", "bjork-konsult"):
        store(warehouse, snapshot(old, rows, company=company))
    store(warehouse, snapshot(new, [], anew=True))
    [name] = warehouse.upkeep.kept()["invoices"]
    return name


def rows(warehouse, table):
    columns = "company, DocumentNumber, CustomerName, EmailInformation, Total"
    return warehouse.query(f"select {columns} from {warehouse.table(table)} order by 1, 2")


def test_a_person_and_a_company_are_erased_from_a_kept_table(warehouse, kept, tmp_path):
    before = rows(warehouse, kept)
    plan = plan_person(warehouse.upkeep, warehouse.stored, "are-cykel", Person.CUSTOMER, "10", anonymise=False)
    assert [(each.edit.table, each.rows) for each in plan.steps] == [(kept, 1)]
    carry_out(plan, warehouse.upkeep, tmp_path)
    assert rows(warehouse, kept) == [(*before[0][:2], None, None, 5), *before[1:]]
    plan = plan_company(warehouse.upkeep, "are-cykel")
    assert [(each.edit.table, each.rows) for each in plan.steps] == [(kept, 2)]
    carry_out(plan, warehouse.upkeep, tmp_path)
    assert rows(warehouse, kept) == before[2:]


def test_what_refers_to_an_invoice_that_is_in_a_kept_table_alone_is_found(warehouse, kept, snapshot, store, tmp_path):
    reductions = RAW_TABLES["tax_reductions"]
    asked = [
        {"Id": number, "ReferenceNumber": number, "ReferenceDocumentType": "INVOICE", "SocialSecurityNumber": "x"}
        for number in (1, 2)
    ]
    store(warehouse, snapshot(reductions, asked))
    plan = plan_person(warehouse.upkeep, warehouse.stored, "are-cykel", Person.CUSTOMER, "10", anonymise=False)
    assert {each.edit.table: each.rows for each in plan.steps} == {kept: 1, "tax_reductions": 1}
    carry_out(plan, warehouse.upkeep, tmp_path)
    numbers = f"select Id, SocialSecurityNumber from {warehouse.table('tax_reductions')} order by 1"
    assert [number for _, number in warehouse.query(numbers)] == [None, "x"]


def test_a_path_into_what_is_a_plain_value_there_empties_the_value_and_picks_no_row_by_it(warehouse, kept):
    address = ("EmailInformation.EmailAddressTo",)
    picked = Where(company="are-cykel", field=address[0], values=("10@example.com",))
    some = EmptyFields(table=kept, paths=("CustomerName",), where=picked)
    every = EmptyFields(table=kept, paths=address)
    assert warehouse.upkeep.preview([some, every]) == [0, 4]
    warehouse.upkeep.apply([some, every])
    assert [row[2:4] for row in rows(warehouse, kept)] == [("10 AB", None), ("11 AB", None)] * 2


def test_without_a_table_or_a_dataset_nothing_is_kept(warehouse):
    assert warehouse.upkeep.kept() == {}
