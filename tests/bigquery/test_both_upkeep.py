"""What erasing and narrowing do to stored rows, asked of DuckDB and of BigQuery with the same words."""

import pyarrow as pa
import pytest
from sync_states import state_at

from fortnox_assets.extract.spool import SpooledRow
from fortnox_assets.warehouse.sync_state import SYNC_STATE
from fortnox_assets.warehouse.upkeep import AddRow, DeleteRows, DropColumns, EmptyFields, Where

NOTE = pa.schema([pa.field("company", pa.string()), pa.field("note", pa.string())])


@pytest.fixture(autouse=True)
def stored(warehouse, invoices, snapshot, store):
    """Two invoices of a company, and one of another."""
    labels = [{"Id": 1}, {"Id": 2}]
    rows = [{"Price": 1, "Description": "to Anna", "Labels": labels}, {"Price": 2, "Description": "x", "Labels": []}]
    mail = {"EmailAddressTo": "anna@example.com", "Copies": 2}
    first = {"DocumentNumber": "1", "CustomerName": "Anna", "EmailInformation": mail, "InvoiceRows": rows}
    both = [
        SpooledRow(first, '["1"]', b"\x01"),
        SpooledRow({"DocumentNumber": "2", "CustomerName": "Bo"}, '["2"]', b"\x01"),
    ]
    store(warehouse, snapshot(invoices, both, state=state_at(8)))
    store(warehouse, snapshot(invoices, both[:1], company="bjork-konsult", state=state_at(8)))


def rows(warehouse):
    columns = "CustomerName, EmailInformation, InvoiceRows"
    found = warehouse.query(f"select {columns} from {warehouse.table('invoices')} order by company, DocumentNumber")
    return [
        (name, mail, [(each["Description"], len(each["Labels"] or ())) for each in of or ()])
        for name, mail, of in found
    ]


ANNA = ("Anna", {"EmailAddressTo": "anna@example.com", "Copies": 2}, [("to Anna", 2), ("x", 0)])
BO = ("Bo", None, [])


def test_fields_at_every_depth_lose_their_values_and_nothing_else_does(warehouse):
    paths = ("CustomerName", "EmailInformation.EmailAddressTo", "InvoiceRows.Description", "Gone", "InvoiceRows.Gone")
    one = Where(company="are-cykel", field="DocumentNumber", values=("1",))
    edit = EmptyFields(table="invoices", paths=paths, where=one)
    assert warehouse.upkeep.preview([edit]) == [1]
    warehouse.upkeep.apply([edit])
    emptied = (None, {"EmailAddressTo": None, "Copies": 2}, [(None, 2), (None, 0)])
    assert rows(warehouse) == [emptied, BO, ANNA]
    assert warehouse.upkeep.preview([edit]) == [0]


def test_records_inside_rows_are_picked_one_by_one(warehouse):
    where = Where(company="are-cykel", field="InvoiceRows.Description", values=("to Anna",))
    inside = EmptyFields(table="invoices", paths=("InvoiceRows.Labels.Id", "CustomerName"), where=where)
    gone = DeleteRows(table="invoices", where=where)
    assert warehouse.upkeep.preview([inside, gone]) == [1, 1]
    warehouse.upkeep.apply([inside, gone])
    assert rows(warehouse) == [(None, ANNA[1], [("x", 0)]), BO, ANNA]


def test_a_company_goes_with_its_state_and_what_is_remembered_of_it_comes_together(warehouse):
    where = Where(company="are-cykel")
    note = AddRow(table="_notes", schema=NOTE, values={"company": "are-cykel", "note": "forgotten"})
    edits = [DeleteRows(table="invoices", where=where), DeleteRows(table=SYNC_STATE, where=where), note]
    assert warehouse.upkeep.preview(edits)[0] == 2
    warehouse.upkeep.apply(edits)
    assert rows(warehouse) == [ANNA]
    assert warehouse.stored.state("invoices", {"company": "are-cykel", "financial_year": 2024}) is None
    assert warehouse.stored.state("invoices", {"company": "bjork-konsult", "financial_year": 2024}) is not None
    assert warehouse.query(f"select company, note from {warehouse.dataset}._notes") == [("are-cykel", "forgotten")]


def test_a_column_is_dropped_with_its_values(warehouse):
    edit = DropColumns(table="invoices", columns=("CustomerName", "NoSuchColumn"))
    assert warehouse.upkeep.preview([edit]) == [3]
    warehouse.upkeep.apply([edit])
    assert "CustomerName" not in warehouse.upkeep.columns("invoices")
    assert "DocumentNumber" in warehouse.upkeep.columns("invoices")
    assert warehouse.upkeep.columns("no_such_table") == ()
    assert warehouse.upkeep.preview([DropColumns(table="no_such_table", columns=("A",))]) == [0]
