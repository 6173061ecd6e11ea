"""Edits on real DuckDB tables: what they touch, what they leave, and that they are done together or not at all."""

import pyarrow as pa
import pytest

from fortnox_assets.warehouse.duckdb import query
from fortnox_assets.warehouse.duckdb_file import opened
from fortnox_assets.warehouse.duckdb_upkeep import DuckDBUpkeep
from fortnox_assets.warehouse.errors import WarehouseError
from fortnox_assets.warehouse.upkeep import AddRow, DeleteRows, DropColumns, EmptyFields, Where

NOTE = pa.schema([pa.field("company", pa.string()), pa.field("note", pa.string())])


@pytest.fixture
def upkeep(tmp_path):
    with opened(tmp_path / "w.duckdb") as connection:
        connection.execute(
            """
            create schema raw;
            create table raw.invoices (company varchar, financial_year bigint, "Number" varchar,
                "CustomerNumber" varchar, "Total" decimal(38, 9), "Name" varchar,
                "Mail" struct("To" varchar, "Subject" varchar, "Size" bigint),
                "Rows" struct("Text" varchar, "Price" decimal(38, 9), "Notes" struct("Note" varchar, "At" date)[])[]);
            insert into raw.invoices values
                ('a', 2024, '1', '10', 100.25, 'Anna', {'To': 'anna@x.se', 'Subject': 'hi', 'Size': 1},
                 [{'Text': 'to Anna', 'Price': 1.5, 'Notes': [{'Note': 'n', 'At': '2024-01-01'}, null]}, null]),
                ('a', 2025, '2', '11', 200.5, 'Bo', null, null),
                ('b', 2025, '1', '10', 300, 'Cia', {'To': 'cia@x.se', 'Subject': null, 'Size': 2},
                 [{'Text': 'to Cia', 'Price': 2, 'Notes': null}]);
            create table raw.debts (company varchar, "Total" decimal(38, 9),
                "Employees" struct("EmployeeId" varchar, "Name" varchar, "Debt" decimal(38, 9))[]);
            insert into raw.debts values
                ('a', 7, [{'EmployeeId': '1', 'Name': 'Dag', 'Debt': 3},
                          {'EmployeeId': '2', 'Name': 'Eva', 'Debt': 4}]),
                ('a', 9, [{'EmployeeId': '2', 'Name': 'Eva', 'Debt': 9}, {'EmployeeId': null, 'Name': 'x', 'Debt': 0}]),
                ('b', 5, [{'EmployeeId': '1', 'Name': 'Flo', 'Debt': 5}]), ('a', 0, null);
            """
        )
    return DuckDBUpkeep(tmp_path / "w.duckdb", "raw")


@pytest.fixture
def rows(tmp_path):
    def read(table, order):
        return query(tmp_path / "w.duckdb", f"select * exclude (company) from raw.{table} order by company, {order}")

    return read


def one(company="a", field="CustomerNumber", *values):
    return Where(company=company, field=field, values=values or ("10",))


def test_fields_at_every_depth_lose_their_values_and_nothing_else_does(upkeep, rows):
    edit = EmptyFields(
        table="invoices", paths=("Name", "Mail.To", "Rows.Text", "Rows.Notes.Note", "Nothing", "Mail.Gone"), where=one()
    )
    before = rows("invoices", '"Number"')
    assert upkeep.preview([edit]) == [1]
    upkeep.apply([edit])
    after = rows("invoices", '"Number"')
    first = dict(zip(("year", "number", "customer", "total", "name", "mail", "rows"), after[0], strict=True))
    assert first["name"] is None
    assert first["mail"] == {"To": None, "Subject": "hi", "Size": 1}
    [row, empty] = first["rows"]
    assert empty is None
    assert (row["Text"], row["Price"]) == (None, before[0][6][0]["Price"])
    assert row["Notes"] == [{"Note": None, "At": before[0][6][0]["Notes"][0]["At"]}, None]
    assert after[0][:4] == before[0][:4]
    assert after[1:] == before[1:]
    assert upkeep.preview([edit]) == [0]


def test_all_rows_of_every_company_when_nothing_narrows_it(upkeep, rows):
    edit = EmptyFields(table="invoices", paths=("Rows.Text",))
    assert upkeep.preview([edit]) == [2]
    upkeep.apply([edit])
    assert [each[6][0]["Text"] if each[6] else None for each in rows("invoices", '"Number"')] == [None] * 3


def test_records_inside_rows_are_picked_one_by_one(upkeep, rows):
    where = one("a", "Employees.EmployeeId", "2")
    empty = EmptyFields(table="debts", paths=("Employees.Name", "Employees.Debt"), where=where)
    delete = DeleteRows(table="debts", where=where)
    assert upkeep.preview([empty, delete]) == [2, 2]
    upkeep.apply([empty])
    found = rows("debts", '"Total"')
    assert [each["Name"] for each in found[1][1]] == ["Dag", None]
    assert [each["Name"] for each in found[2][1]] == [None, "x"]
    upkeep.apply([delete])
    found = rows("debts", '"Total"')
    assert [[each["Name"] for each in row[1]] if row[1] else None for row in found] == [None, ["Dag"], ["x"], ["Flo"]]
    assert [row[0] for row in found] == [0, 7, 9, 5]


def test_rows_are_picked_by_a_field_of_a_record_and_by_other_columns(upkeep):
    by_mail = one("a", "Mail.To", "anna@x.se")
    assert upkeep.preview([DeleteRows(table="invoices", where=by_mail)]) == [1]
    for also, rows in (((("Name", "Anna"),), 1), ((("Name", "Bo"),), 0), ((("Nothing", "x"),), 0)):
        where = Where(company="a", field="CustomerNumber", values=("10",), also=also)
        assert upkeep.preview([EmptyFields(table="invoices", paths=("Name",), where=where)]) == [rows]


def test_fields_outside_the_records_are_emptied_in_the_rows_that_have_one(upkeep, rows):
    where = one("a", "Employees.EmployeeId", "1")
    upkeep.apply([EmptyFields(table="debts", paths=("Total",), where=where)])
    assert [row[0] for row in rows("debts", '"Total"')] == [0, 9, None, 5]


def test_rows_are_deleted_of_one_company_only(upkeep, rows):
    edits = [DeleteRows(table="invoices", where=one()), DeleteRows(table="debts", where=Where(company="b"))]
    assert upkeep.preview(edits) == [1, 1]
    upkeep.apply(edits)
    assert [(each[1], each[4]) for each in rows("invoices", '"Number"')] == [("2", "Bo"), ("1", "Cia")]
    assert len(rows("debts", '"Total"')) == 3


def test_a_column_is_dropped_with_its_values(upkeep):
    edit = DropColumns(table="invoices", columns=("Name", "Nothing"))
    assert upkeep.preview([edit]) == [3]
    upkeep.apply([edit])
    assert "Name" not in upkeep.columns("invoices")
    assert upkeep.preview([edit]) == [0]
    upkeep.apply([edit])


def test_what_is_not_stored_is_nothing_to_do(upkeep, tmp_path):
    nowhere = one("a", "Nothing", "1")
    edits = [
        EmptyFields(table="nothing", paths=("Name",)),
        EmptyFields(table="invoices", paths=("Name",), where=nowhere),
        DeleteRows(table="invoices", where=nowhere),
        DeleteRows(table="debts", where=one("a", "Employees.Nothing", "1")),
        DropColumns(table="nothing", columns=("Name",)),
    ]
    assert upkeep.preview(edits) == [0] * 5
    upkeep.apply(edits)
    assert upkeep.preview([EmptyFields(table="invoices", paths=("Name",))]) == [3]
    assert DuckDBUpkeep(tmp_path / "none.duckdb", "raw").preview(edits) == [0] * 5
    assert DuckDBUpkeep(tmp_path / "none.duckdb", "raw").columns("invoices") == ()
    assert not (tmp_path / "none.duckdb").exists()


def test_edits_are_done_together_or_not_at_all(upkeep, rows):
    before = rows("invoices", '"Number"')
    wrong = AddRow(table="_note", schema=NOTE, values={"company": "a", "nobody": "x"})
    with pytest.raises(WarehouseError, match="the stored rows are unchanged"):
        upkeep.apply(
            [DeleteRows(table="invoices", where=one()), DropColumns(table="invoices", columns=("Name",)), wrong]
        )
    assert rows("invoices", '"Number"') == before
    assert upkeep.columns("_note") == ()
    upkeep.apply([AddRow(table="_note", schema=NOTE, values={"company": "a", "note": "it's"})])
    assert rows("_note", "note") == [("it's",)]


def test_what_was_removed_is_in_no_byte_of_the_file_after_compacting(upkeep, tmp_path, rows):
    file = tmp_path / "w.duckdb"
    with opened(file) as connection:
        connection.execute("update raw.invoices set \"Name\" = 'Karl-Bertil Jonsson' where \"CustomerNumber\" = '10'")
        connection.execute('create view raw.named as select "Name" from w.raw.invoices')
        connection.execute("comment on table raw.invoices is 'what is sold'")
        connection.execute("comment on column raw.invoices.\"Name\" is 'who buys'")
        connection.execute("checkpoint")
    assert b"Karl-Bertil" in file.read_bytes()
    upkeep.apply([EmptyFields(table="invoices", paths=("Name",), where=Where(field="CustomerNumber", values=("10",)))])
    before = rows("invoices", '"Number"')
    (tmp_path / "w.duckdb.compacted").write_text("left by a crash")
    (tmp_path / "w.duckdb.compacted.wal").write_text("left by a crash")
    upkeep.compact()
    assert b"Karl-Bertil" not in file.read_bytes()
    assert rows("invoices", '"Number"') == before
    assert query(file, "select count(*) from raw.named") == [(3,)]
    comments = "select comment from duckdb_tables() union all select comment from duckdb_columns()"
    assert {("what is sold",), ("who buys",)} <= set(query(file, comments))
    assert [each.name for each in tmp_path.iterdir() if "compacted" in each.name] == []
