import dataclasses
from decimal import Decimal

import duckdb
import pyarrow as pa
import pytest

from fortnox_assets.catalogue import RAW_TABLES
from fortnox_assets.catalogue.endpoint import Field, FieldType, Table
from fortnox_assets.catalogue.fields import integer, records, text
from fortnox_assets.warehouse.columns import FieldSelection, raw_schema
from fortnox_assets.warehouse.duckdb import ensure_raw_tables, query
from fortnox_assets.warehouse.duckdb_file import opened
from fortnox_assets.warehouse.duckdb_tables import ensure_table, replace_slice, transaction
from fortnox_assets.warehouse.errors import WarehouseError

SCHEMA = "fortnox_raw"


@pytest.fixture
def store(database):
    def run(snapshot):
        with opened(database) as connection, transaction(connection):
            ensure_table(connection, SCHEMA, snapshot.table.name, snapshot.schema)
            return replace_slice(connection, SCHEMA, snapshot)

    return run


def with_fields(table, change):
    return dataclasses.replace(table, fields=tuple(change(each) for each in table.fields))


def columns(database, table):
    which = "WHERE schema_name = ? AND table_name = ? ORDER BY column_index"
    return dict(query(database, f"SELECT column_name, data_type FROM duckdb_columns() {which}", [SCHEMA, table]))


def test_a_table_has_explicit_types_and_comments(invoices, snapshot, store, database):
    store(snapshot(invoices, []))
    found = columns(database, "invoices")
    assert found["financial_year"] == "BIGINT"
    assert found["Total"] == "DECIMAL(38,9)"
    assert found["InvoiceDate"] == "DATE"
    assert found["SentAt"] == found["_loaded_at"] == "TIMESTAMP WITH TIME ZONE"
    assert found["InvoiceRows"].endswith("[]")
    said = query(database, "SELECT comment FROM duckdb_tables() WHERE table_name = 'invoices'")
    assert said == [("Customer invoices.",)]
    name = "SELECT comment FROM duckdb_columns() WHERE column_name = 'CustomerName'"
    assert query(database, name) == [("Who is invoiced. (Personal data: name.)",)]


def test_comments_follow_the_catalogue(customers, snapshot, store, database):
    store(snapshot(customers, []))
    told = dataclasses.replace(customers, description="It's who we sell to.")
    store(snapshot(told, []))
    assert query(database, "SELECT comment FROM duckdb_tables()") == [("It's who we sell to.",)]


def test_values_arrive_in_the_column_of_their_name_whatever_the_order(customers, snapshot, store, database):
    store(snapshot(customers, [{"CustomerNumber": "1", "Name": "A"}]))
    turned = dataclasses.replace(customers, fields=tuple(reversed(customers.fields)))
    store(snapshot(turned, [{"CustomerNumber": "2", "Name": "B"}], company="bjork-konsult"))
    sql = 'SELECT company, "CustomerNumber", "Name" FROM fortnox_raw.customers ORDER BY ALL'
    assert query(database, sql) == [("are-cykel", "1", "A"), ("bjork-konsult", "2", "B")]


def test_a_snapshot_replaces_its_own_company_and_year_alone(invoices, snapshot, store, database):
    for company, label in [("are-cykel", 2023), ("are-cykel", 2024), ("bjork-konsult", 2024)]:
        assert store(snapshot(invoices, [{"DocumentNumber": "old"}], company=company, label=label)) == 0
    assert store(snapshot(invoices, [{"DocumentNumber": "new"}] * 2)) == 1
    sql = (
        'SELECT company, financial_year, "DocumentNumber", count(*) FROM fortnox_raw.invoices GROUP BY ALL ORDER BY ALL'
    )
    assert query(database, sql) == [
        ("are-cykel", 2023, "old", 1),
        ("are-cykel", 2024, "new", 2),
        ("bjork-konsult", 2024, "old", 1),
    ]


def test_a_table_gains_columns_and_fields_inside_records_and_keeps_its_rows(invoices, snapshot, store, database):
    before = {
        "DocumentNumber": "1",
        "EmailInformation": {"EmailAddressTo": "a@example.se"},
        "InvoiceRows": [{"Price": 1, "Labels": [{"Id": 7}]}, {"Price": 2}],
    }
    store(snapshot(invoices, [before], label=2023))

    def grown(each: Field) -> Field:
        if each.name == "InvoiceRows":
            label = records("Labels", "Labels.", integer("Id", "Label."), text("Colour", "Colour."))
            inside = tuple(label if inner.name == "Labels" else inner for inner in each.fields)
            return dataclasses.replace(each, fields=(*inside, integer("Discount", "Discount.")))
        return dataclasses.replace(each, fields=(*each.fields, text("Subject", "Subject."))) if each.fields else each

    wider = with_fields(invoices, grown)
    wider = dataclasses.replace(wider, fields=(*wider.fields, text("Language", "Language.")))
    after = {
        "DocumentNumber": "2",
        "Language": "SV",
        "EmailInformation": {"Subject": "Faktura"},
        "InvoiceRows": [{"Discount": 5, "Labels": [{"Id": 8, "Colour": "red"}]}],
    }
    store(snapshot(wider, [after], label=2024))

    sql = 'SELECT "Language", "EmailInformation", "InvoiceRows" FROM fortnox_raw.invoices ORDER BY financial_year'
    old, new = query(database, sql)
    labels = [{"Id": 7, "Colour": None}]
    rows = [
        {"Price": Decimal(1), "Description": None, "Labels": labels, "Discount": None},
        {"Price": Decimal(2), "Description": None, "Labels": None, "Discount": None},
    ]
    assert old == (None, {"EmailAddressTo": "a@example.se", "Copies": None, "Subject": None}, rows)
    assert new[0] == "SV"
    assert new[1]["Subject"] == "Faktura"
    assert new[2][0]["Labels"] == [{"Id": 8, "Colour": "red"}]

    store(snapshot(invoices, [before], label=2022))
    assert query(database, 'SELECT count(*) FROM fortnox_raw.invoices WHERE "Language" IS NULL') == [(2,)]


def test_new_fields_copied_in_the_middle_of_a_snapshot_become_columns(invoices, caster, tmp_path, store, database):
    from fortnox_assets.warehouse.results import spill  # noqa: PLC0415  # only this test has several batches

    batches = [[{"DocumentNumber": "1"}], [{"DocumentNumber": "2", "Cost": Decimal("1.50")}]]
    store(spill(batches, caster(invoices, new_fields="copy"), tmp_path))
    sql = 'SELECT "DocumentNumber", "Cost" FROM fortnox_raw.invoices ORDER BY 1'
    assert query(database, sql) == [("1", None), ("2", "1.50")]


@pytest.mark.parametrize("path", ["Total", "InvoiceRows.Price"])
def test_a_changed_type_is_refused_with_one_line_and_the_rows_stay(invoices, snapshot, store, database, path):
    store(snapshot(invoices, [{"DocumentNumber": "1", "Total": 5}]))
    outer, _, inner = path.partition(".")

    def changed(each: Field) -> Field:
        if each.name != outer:
            return each
        if not inner:
            return dataclasses.replace(each, type=FieldType.TEXT)
        fields = tuple(dataclasses.replace(f, type=FieldType.TEXT) if f.name == inner else f for f in each.fields)
        return dataclasses.replace(each, fields=fields)

    before, after = r"decimal128\(38, 9\)", "string"
    said = rf"^fortnox_raw\.invoices\.{path}: is stored as {before} but is now {after}; .*--full begins a new table"
    with pytest.raises(WarehouseError, match=said):
        store(snapshot(with_fields(invoices, changed), [{"DocumentNumber": "2"}]))
    assert query(database, 'SELECT "DocumentNumber", "Total" FROM fortnox_raw.invoices') == [("1", Decimal(5))]


def test_a_table_stored_without_years_is_not_filled_year_by_year(customers, snapshot, store, database):
    store(snapshot(customers, [{"CustomerNumber": "1"}]))
    by_year = Table(**{each.name: getattr(customers, each.name) for each in dataclasses.fields(Table)})
    with pytest.raises(WarehouseError, match="is stored without financial_year, by which its rows are now replaced"):
        store(snapshot(by_year, [{"CustomerNumber": "1"}]))
    assert query(database, "SELECT count(*) FROM fortnox_raw.customers") == [(1,)]


def test_a_view_in_the_place_of_a_table_is_one_clear_line(invoices, database):
    with opened(database) as connection:
        view = "SELECT 'x' AS company, 1::BIGINT AS financial_year"
        connection.execute(f"CREATE SCHEMA {SCHEMA}; CREATE VIEW {SCHEMA}.invoices AS {view}")
    said = r"^\S+fortnox\.duckdb: fortnox_raw: Catalog Error: [^\n]*; the stored rows are unchanged$"
    with pytest.raises(WarehouseError, match=said):
        ensure_raw_tables(database, SCHEMA, [invoices])


def test_a_torn_file_leaves_the_old_rows(invoices, snapshot, store, database):
    store(snapshot(invoices, [{"DocumentNumber": "1"}]))
    broken = snapshot(invoices, [{"DocumentNumber": "2"}])
    broken.file.write_bytes(broken.file.read_bytes()[:-200])
    with pytest.raises(duckdb.Error, match="Expected to be able to read"):
        store(broken)
    assert query(database, 'SELECT "DocumentNumber" FROM fortnox_raw.invoices') == [("1",)]


def test_rows_missing_from_the_file_are_noticed_and_leave_the_old_rows(invoices, snapshot, store, database):
    store(snapshot(invoices, [{"DocumentNumber": "1"}]))
    broken = snapshot(invoices, [{"DocumentNumber": "2"}])
    empty = snapshot(invoices, [])
    broken.file.write_bytes(empty.file.read_bytes())
    with pytest.raises(WarehouseError, match="gave 0 rows of the 1 that were fetched"):
        store(broken)
    assert query(database, 'SELECT "DocumentNumber" FROM fortnox_raw.invoices') == [("1",)]


def test_every_raw_table_exists_empty_before_anything_is_copied(database):
    ensure_raw_tables(database, SCHEMA, RAW_TABLES.values())
    found: dict[str, list[str]] = {}
    sql = "SELECT table_name, column_name FROM duckdb_columns() WHERE schema_name = ? ORDER BY column_index"
    for table, column in query(database, sql, [SCHEMA]):
        found.setdefault(table, []).append(column)
    assert found == {name: raw_schema(table).names for name, table in RAW_TABLES.items()}


def test_ensuring_tables_leaves_stored_rows_and_adds_missing_columns(invoices, snapshot, store, database):
    chosen = FieldSelection(exclude=("CustomerName",))
    store(snapshot(invoices, [{"DocumentNumber": "1", "CustomerName": "secret"}], selection=chosen))
    assert "CustomerName" not in columns(database, "invoices")
    ensure_raw_tables(database, SCHEMA, [invoices], selections={"invoices": chosen})
    assert "CustomerName" not in columns(database, "invoices")
    ensure_raw_tables(database, SCHEMA, [invoices])
    assert query(database, 'SELECT "DocumentNumber", "CustomerName" FROM fortnox_raw.invoices') == [("1", None)]


def test_ensuring_tables_where_nothing_can_be_written_is_one_clear_line(tmp_path, invoices):
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(WarehouseError, match="cannot be opened for writing"):
        ensure_raw_tables(tmp_path / "file" / "fortnox.duckdb", SCHEMA, [invoices])


def test_a_moment_without_zone_is_another_type_than_one_with(database):
    with opened(database) as connection:
        connection.execute(f"CREATE SCHEMA {SCHEMA}; CREATE TABLE {SCHEMA}.t (moment TIMESTAMP)")
        wanted = pa.schema([pa.field("moment", pa.timestamp("us", tz="UTC"))])
        with pytest.raises(WarehouseError, match=r"t\.moment: is stored as timestamp"):
            ensure_table(connection, SCHEMA, "t", wanted)
