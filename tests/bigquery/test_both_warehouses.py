"""What a warehouse must do, asked of DuckDB and of BigQuery with the same words."""

import dataclasses
import datetime as dt
import re
from decimal import Decimal

import dagster as dg
import duckdb as engine
import pyarrow as pa
import pytest
from sync_states import state_at

from fortnox_assets.catalogue import RAW_TABLES
from fortnox_assets.catalogue.endpoint import Endpoint
from fortnox_assets.catalogue.fields import decimal, text
from fortnox_assets.extract.spool import SpooledRow
from fortnox_assets.warehouse import bigquery_statements
from fortnox_assets.warehouse.columns import FieldSelection
from fortnox_assets.warehouse.errors import WarehouseError
from fortnox_assets.warehouse.results import Unavailable
from fortnox_assets.warehouse.sync_state import SyncKind


def keys(warehouse):
    sql = f"select company, financial_year, DocumentNumber from {warehouse.table('invoices')} order by 1, 2, 3"
    return warehouse.query(sql)


def number(each):
    return {"DocumentNumber": str(each)}


def test_a_snapshot_replaces_its_company_and_year_and_nothing_else(warehouse, invoices, snapshot, store):
    for company, label in [("are-cykel", 2023), ("are-cykel", 2024), ("bjork-konsult", 2024)]:
        store(warehouse, snapshot(invoices, [number(1), number(2)], company=company, label=label))
    metadata = store(warehouse, snapshot(invoices, [number(3)]))
    others = [("are-cykel", 2023, "1"), ("are-cykel", 2023, "2")]
    last = [("bjork-konsult", 2024, "1"), ("bjork-konsult", 2024, "2")]
    assert keys(warehouse) == [*others, ("are-cykel", 2024, "3"), *last]
    assert (metadata["rows_written"], metadata["rows_replaced"]) == (1, 2)
    assert metadata["dagster/partition_row_count"] == 1
    assert metadata["dagster/storage_kind"] == warehouse.storage


def test_the_same_snapshot_stored_again_changes_nothing(warehouse, customers, snapshot, store):
    rows = [{"CustomerNumber": "1", "Name": "Åke"}, {"CustomerNumber": "2", "Name": None}]
    for _ in range(2):
        store(warehouse, snapshot(customers, rows))
    sql = f"select company, CustomerNumber, Name from {warehouse.table('customers')} order by 2"
    assert warehouse.query(sql) == [("are-cykel", "1", "Åke"), ("are-cykel", "2", None)]


def test_an_empty_snapshot_makes_the_table_and_empties_its_partition(warehouse, invoices, snapshot, store):
    store(warehouse, snapshot(invoices, []))
    assert keys(warehouse) == []
    store(warehouse, snapshot(invoices, [number(1)]))
    store(warehouse, snapshot(invoices, [number(1)], company="bjork-konsult"))
    metadata = store(warehouse, snapshot(invoices, []))
    assert keys(warehouse) == [("bjork-konsult", 2024, "1")]
    assert metadata["rows_replaced"] == 1


def test_every_type_comes_back_as_it_was(warehouse, invoices, snapshot, store):
    row = {
        "DocumentNumber": "7",
        "InvoiceDate": "2024-02-29",
        "CustomerName": "Björk & 'Söner' \\ \"x\"",
        "Total": Decimal("12345678901234567890123456789.123456789"),
        "VoucherNumber": 9007199254740993,
        "Cancelled": False,
        "SentAt": "2024-03-01T12:34:56.123456Z",
    }
    store(warehouse, snapshot(invoices, [row, number(8)]))
    names = ", ".join(row)
    table = warehouse.table("invoices")
    sent = dt.datetime(2024, 3, 1, 12, 34, 56, 123456, tzinfo=dt.UTC)
    wanted = (*list(row.values())[:6], sent)
    assert warehouse.query(f"select {names} from {table} where DocumentNumber = '7'") == [
        (wanted[0], dt.date(2024, 2, 29), *wanted[2:])
    ]
    assert warehouse.query(f"select {names} from {table} where DocumentNumber = '8'") == [("8", *[None] * 6)]


def test_records_in_records_come_back_as_they_were(warehouse, invoices, snapshot, store):
    rows = [
        {"Price": Decimal("1.5"), "Description": "a", "Labels": [{"Id": 1}, {"Id": 2}]},
        {"Price": None, "Description": "b", "Labels": []},
    ]
    email = {"EmailAddressTo": "a@example.com", "Copies": 2}
    store(warehouse, snapshot(invoices, [{**number(1), "EmailInformation": email, "InvoiceRows": rows}, number(2)]))
    table = warehouse.table("invoices")
    rows_of = "unnest(i.InvoiceRows) as " + ("r" if warehouse.storage == "bigquery" else "u(r)")
    sql = f"select i.DocumentNumber, r.Price, r.Description from {table} as i cross join {rows_of} order by 3"
    found = warehouse.query(sql)
    assert found == [("1", Decimal("1.5"), "a"), ("1", None, "b")]
    sql = f"select EmailInformation.EmailAddressTo, EmailInformation.Copies from {table} where DocumentNumber = '1'"
    assert warehouse.query(sql) == [("a@example.com", 2)]


def test_an_endpoint_that_is_not_available_makes_the_table_and_leaves_stored_rows(warehouse, invoices, snapshot, store):
    gone = Unavailable(table=invoices, company="are-cykel", label=2024, reason="no licence")
    assert store(warehouse, gone)["dagster/partition_row_count"] == 0
    store(warehouse, snapshot(invoices, [number(1)]))
    assert store(warehouse, gone)["dagster/partition_row_count"] == 1
    assert keys(warehouse) == [("are-cykel", 2024, "1")]


def with_fields(table, *fields):
    return Endpoint(**{**table.__dict__, "fields": (*table.fields, *fields)})


def test_a_new_column_is_added_and_the_old_rows_have_nothing_in_it(warehouse, customers, snapshot, store):
    store(warehouse, snapshot(customers, [{"CustomerNumber": "1"}], company="bjork-konsult"))
    wider = with_fields(customers, text("City", "City."))
    store(warehouse, snapshot(wider, [{"CustomerNumber": "2", "City": "Åre"}]))
    sql = f"select CustomerNumber, City from {warehouse.table('customers')} order by 1"
    assert warehouse.query(sql) == [("1", None), ("2", "Åre")]


def test_rows_of_fewer_columns_than_the_stored_table_are_put_by_name(warehouse, customers, snapshot, store):
    wider = with_fields(customers, text("City", "City."))
    store(warehouse, snapshot(wider, [{"CustomerNumber": "1", "Name": "A", "City": "Åre"}], company="bjork-konsult"))
    chosen = FieldSelection(exclude=("Name",))
    store(warehouse, snapshot(wider, [{"CustomerNumber": "2", "City": "Mora"}], selection=chosen))
    sql = f"select CustomerNumber, Name, City from {warehouse.table('customers')} order by 1"
    assert warehouse.query(sql) == [("1", "A", "Åre"), ("2", None, "Mora")]


def test_a_changed_type_is_refused_and_the_stored_rows_stay(warehouse, customers, snapshot, store):
    store(warehouse, snapshot(customers, [{"CustomerNumber": "1", "Name": "A"}]))
    fields = (customers.fields[0], decimal("Name", "Now a number."))
    changed = Endpoint(**{**customers.__dict__, "fields": fields})
    with pytest.raises(WarehouseError, match=r"customers\.Name: is stored as string but is now decimal128\(38, 9\)"):
        store(warehouse, snapshot(changed, [{"CustomerNumber": "2", "Name": Decimal(1)}]))
    assert warehouse.query(f"select CustomerNumber, Name from {warehouse.table('customers')}") == [("1", "A")]


def test_a_full_sync_begins_a_new_table_for_a_changed_type_and_keeps_the_stored_one(
    warehouse, customers, snapshot, store
):
    store(warehouse, snapshot(customers, [{"CustomerNumber": "1", "Name": "A"}], company="bjork-konsult"))
    fields = (customers.fields[0], decimal("Name", "Now a number."))
    changed = Endpoint(**{**customers.__dict__, "fields": fields})
    for _ in range(2):
        store(warehouse, snapshot(changed, [{"CustomerNumber": "2", "Name": Decimal(1)}], anew=True))
    assert warehouse.query(f"select CustomerNumber, Name from {warehouse.table('customers')}") == [("2", Decimal(1))]
    named = f"{warehouse.dataset}.INFORMATION_SCHEMA.TABLES"
    if warehouse.storage == "duckdb":
        named = f"information_schema.tables where table_schema = '{warehouse.dataset}'"
    [kept] = [name for (name,) in warehouse.query(f"select table_name from {named}") if "__until_" in name]
    assert re.fullmatch(r"customers__until_\d{8}_\d{6}", kept)
    assert warehouse.query(f"select CustomerNumber, Name from {warehouse.table(kept)}") == [("1", "A")]


def test_raw_tables_of_the_catalogue_can_be_made_twice(warehouse):
    tables = [RAW_TABLES[name] for name in ("vouchers", "invoices", "customers", "sie_vouchers")]
    for _ in range(2):
        warehouse.ensure(tables)
    sql = f"select count(*) from {warehouse.table('vouchers')} where company = ? and financial_year = ?"
    assert warehouse.query(sql, "are-cykel", 2024) == [(0,)]


CELL = {"company": "are-cykel", "financial_year": 2024}
HERE = "company = 'are-cykel' and financial_year = 2024"


def keyed(number, name=None, list_hash=b"\x01", **more):
    return SpooledRow({"DocumentNumber": str(number), "CustomerName": name, **more}, f'["{number}"]', list_hash)


@pytest.fixture
def first(warehouse, invoices, snapshot, store):
    """Three invoices are stored, and the same numbers of another company and of another year."""
    rows = [keyed(1, "Ett"), keyed(2, "Två", InvoiceRows=[{"Description": "a"}]), keyed(3, "Trettio")]
    for more in ({}, {"company": "bjork-konsult"}, {"label": 2023}):
        store(warehouse, snapshot(invoices, rows, state=state_at(8, SyncKind.SNAPSHOT), **more))


def names(warehouse, company="are-cykel", year=2024):
    sql = (
        f"select DocumentNumber, CustomerName, _deleted_at is null from {warehouse.table('invoices')} "
        "where company = ? and financial_year = ? order by 1, 2"
    )
    return warehouse.query(sql, company, year)


def states(warehouse):
    columns = "s.company, s.financial_year, s.endpoint, s.kind, s.watermark_stockholm, s.rows"
    return warehouse.query(f"select {columns} from {warehouse.dataset}._sync_state as s order by 1, 2, 3")


UNTOUCHED = [("1", "Ett", True), ("2", "Två", True), ("3", "Trettio", True)]


@pytest.mark.usefixtures("first")
def test_changes_take_the_place_of_rows_with_their_key_and_deleted_ones_are_marked(warehouse, invoices, changes, store):
    more = {"InvoiceRows": [{"Description": "b"}, {"Description": "c"}]}
    metadata = store(warehouse, changes(invoices, [keyed(2, "Tvåan", **more), keyed(4, "Fyra")], deleted=['["3"]']))
    assert names(warehouse) == [("1", "Ett", True), ("2", "Tvåan", True), ("3", "Trettio", False), ("4", "Fyra", True)]
    assert (metadata["rows_written"], metadata["rows_replaced"]) == (2, 1)
    assert metadata["dagster/partition_row_count"] == 3
    assert names(warehouse, "bjork-konsult") == names(warehouse, year=2023) == UNTOUCHED
    rows_of = "unnest(i.InvoiceRows) as " + ("r" if warehouse.storage == "bigquery" else "u(r)")
    sql = f"select r.Description from {warehouse.table('invoices')} as i cross join {rows_of} where {HERE} order by 1"
    assert warehouse.query(sql) == [("b",), ("c",)]


@pytest.mark.usefixtures("first")
def test_the_state_is_stored_with_the_rows_of_its_own_slice(warehouse, invoices, changes, store):
    assert warehouse.stored.state("invoices", CELL) == state_at(8, SyncKind.SNAPSHOT)
    store(warehouse, changes(invoices, [], deleted=['["1"]']))
    assert warehouse.stored.state("invoices", CELL) == state_at(9)
    before = ("invoices", "snapshot", "2026-09-30 10:00:00", 3)
    assert states(warehouse) == [
        ("are-cykel", 2023, *before),
        ("are-cykel", 2024, "invoices", "changes", "2026-09-30 11:00:00", 2),
        ("bjork-konsult", 2024, *before),
    ]


@pytest.mark.usefixtures("first")
def test_where_nothing_changed_the_state_alone_moves_on(warehouse, invoices, changes, store):
    metadata = store(warehouse, changes(invoices, [], hour=10))
    assert names(warehouse) == UNTOUCHED
    assert (metadata["rows_written"], metadata["rows_replaced"]) == (0, 0)
    assert warehouse.stored.state("invoices", CELL) == state_at(10)


@pytest.mark.usefixtures("first")
def test_a_row_deleted_twice_keeps_the_moment_it_was_found_and_may_come_back(warehouse, invoices, changes, store):
    for hour in (9, 10):
        store(warehouse, changes(invoices, [], deleted=['["1"]'], hour=hour))
    sql = f"select _deleted_at from {warehouse.table('invoices')} where _deleted_at is not null"
    assert warehouse.query(sql) == [(state_at(9).watermark,)]
    store(warehouse, changes(invoices, [keyed(1, "Ny ett")], hour=11))
    assert names(warehouse) == [("1", "Ny ett", True), *UNTOUCHED[1:]]


@pytest.mark.usefixtures("first")
def test_a_snapshot_marks_what_it_has_not_and_keeps_earlier_marks(warehouse, invoices, changes, snapshot, store):
    store(warehouse, changes(invoices, [], deleted=['["1"]']))
    metadata = store(warehouse, snapshot(invoices, [keyed(3, "Trean")], state=state_at(10)))
    assert names(warehouse) == [("1", "Ett", False), ("2", "Två", False), ("3", "Trean", True)]
    assert (metadata["rows_written"], metadata["rows_replaced"]) == (1, 3)
    marked = f"{warehouse.table('invoices')} where _deleted_at is not null"
    assert warehouse.query(f"select DocumentNumber, _deleted_at from {marked} order by 1") == [
        ("1", state_at(9).watermark),
        ("2", state_at(10).watermark),
    ]
    store(warehouse, snapshot(invoices, [], state=state_at(11)))
    assert [there for _, _, there in names(warehouse)] == [False] * 3
    assert names(warehouse, "bjork-konsult") == UNTOUCHED


def test_rows_without_key_go_when_a_snapshot_has_keys(warehouse, invoices, snapshot, store):
    store(warehouse, snapshot(invoices, [number(1), number(2)]))
    store(warehouse, snapshot(invoices, [keyed(1, "Ett")]))
    assert names(warehouse) == [("1", "Ett", True)]


@pytest.mark.usefixtures("first")
def test_a_snapshot_without_state_makes_the_next_sync_read_everything(warehouse, invoices, snapshot, store):
    store(warehouse, snapshot(invoices, [keyed(1, "Ett")]))
    assert warehouse.stored.state("invoices", CELL) is None
    assert [(company, year) for company, year, *_ in states(warehouse)] == [
        ("are-cykel", 2023),
        ("bjork-konsult", 2024),
    ]


@pytest.mark.usefixtures("first")
def test_a_failure_leaves_rows_and_state_as_they_were(warehouse, invoices, changes, store, monkeypatch):
    def fails(*_):
        raise engine.Error("the disk is gone")

    monkeypatch.setattr("fortnox_assets.warehouse.duckdb.write_state", fails)
    # After the MERGE, inside the transaction.
    monkeypatch.setattr(bigquery_statements, "state_insert", lambda _: "SELECT ERROR('the disk is gone')")
    with pytest.raises(WarehouseError, match=r"the disk is gone.*; the stored rows are unchanged$"):
        store(warehouse, changes(invoices, [keyed(1, "Ny")], deleted=['["2"]']))
    assert names(warehouse) == UNTOUCHED
    assert warehouse.stored.state("invoices", CELL) == state_at(8, SyncKind.SNAPSHOT)


@pytest.mark.usefixtures("first")
def test_changes_with_new_columns_widen_the_table_and_fields_left_out_are_emptied(warehouse, invoices, changes, store):
    wider = with_fields(invoices, text("City", "City."))
    chosen = FieldSelection(exclude=("CustomerName",))
    store(warehouse, changes(wider, [keyed(1, "Ej kvar", City="Åre")], selection=chosen))
    columns = "DocumentNumber, CustomerName, City"
    found = warehouse.query(f"select {columns} from {warehouse.table('invoices')} where {HERE} order by 1")
    assert found == [("1", None, "Åre"), ("2", "Två", None), ("3", "Trettio", None)]


@pytest.mark.parametrize("as_changes", [True, False])
def test_a_key_used_again_leaves_the_row_it_belonged_to_marked(
    warehouse, invoices, changes, snapshot, store, as_changes
):
    vouchers = dataclasses.replace(invoices, another_when=(("CustomerName", "InvoiceDate"), ("VoucherNumber",)))
    march, may = {"InvoiceDate": "2024-03-01"}, {"InvoiceDate": "2024-05-01"}

    def put(row, hour):
        rows, state = [keyed(2, "Två"), row], state_at(hour)
        return store(
            warehouse, changes(vouchers, rows, hour=hour) if as_changes else snapshot(vouchers, rows, state=state)
        )

    def numbers_one():
        columns = "CustomerName, InvoiceDate, _deleted_at"
        found = warehouse.query(f"select {columns} from {warehouse.table('invoices')} where DocumentNumber = '1'")
        return sorted((name, day.month, gone and gone.astimezone(dt.UTC).hour) for name, day, gone in found)

    store(warehouse, snapshot(vouchers, [keyed(1, "Ett", **march)], state=state_at(8)))
    put(keyed(1, "Rättad", b"\x02", **march), 9)
    assert numbers_one() == [("Rättad", 3, None)], "one field differs: the same row"
    put(keyed(1, "Ny", b"\x03", **may), 10)
    assert numbers_one() == [("Ny", 5, None), ("Rättad", 3, 10)], "all differ: another row"
    put(keyed(1, "Nyare", b"\x04", **may), 11)
    assert numbers_one() == [("Nyare", 5, None), ("Rättad", 3, 10)]
    metadata = put(keyed(1, "Rättad", b"\x02", **march), 12)
    assert numbers_one() == [("Nyare", 5, 12), ("Rättad", 3, None)], "the deleted row is back as it was"
    assert metadata["rows_replaced"] == (2 if as_changes else 3)


def test_registers_have_a_state_without_year(warehouse, customers, changes, snapshot, store):
    row = SpooledRow({"CustomerNumber": "1", "Name": "A"}, '["1"]', b"\x01")
    store(warehouse, snapshot(customers, [row], state=state_at(8, SyncKind.SNAPSHOT)))
    store(warehouse, changes(customers, [], deleted=['["1"]']))
    assert warehouse.stored.state("customers", {"company": "are-cykel"}) == state_at(9)
    assert states(warehouse) == [("are-cykel", None, "customers", "changes", "2026-09-30 11:00:00", 0)]


@pytest.mark.usefixtures("first")
def test_stored_keys_are_read_deleted_ones_too(warehouse, invoices, changes, store):
    store(warehouse, changes(invoices, [keyed(4, "Fyra", list_hash=b"\x02")], deleted=['["1"]']))
    found = sorted(warehouse.stored.rows("invoices", CELL, ("_row_key", "_list_hash", "_deleted_at")))
    gone = state_at(9).watermark
    assert found == [('["1"]', "01", gone), ('["2"]', "01", None), ('["3"]', "01", None), ('["4"]', "02", None)]


@pytest.mark.usefixtures("first")
def test_nothing_is_known_of_what_was_never_stored(warehouse):
    assert warehouse.stored.state("invoices", {**CELL, "financial_year": 1999}) is None
    assert warehouse.stored.state("customers", {"company": "are-cykel"}) is None
    assert list(warehouse.stored.rows("customers", {"company": "are-cykel"}, ["CustomerNumber"])) == []
    assert list(warehouse.stored.rows("invoices", CELL, ["NoSuchColumn"])) == []


def test_before_there_is_a_dataset_nothing_is_stored(warehouse):
    assert warehouse.stored.state("invoices", CELL) is None
    assert list(warehouse.stored.rows("invoices", CELL, ["_row_key"])) == []


@pytest.fixture
def four_cells(warehouse, invoices, snapshot, store):
    for company in ("are-cykel", "bjork-konsult"):
        for label in (2023, 2024):
            store(warehouse, snapshot(invoices, [number(f"{company} {label}")], company=company, label=label))


@pytest.fixture
def read(warehouse, instance):
    """Loads the stored invoices as the input of an unpartitioned asset with the given mapping."""

    def run(mapping=None, columns=None):
        got = []
        companies = dg.DynamicPartitionsDefinition(name="fortnox_company")
        years = dg.DynamicPartitionsDefinition(name="fortnox_financial_year")
        both = dg.MultiPartitionsDefinition({"company": companies, "financial_year": years})
        expression = {"company": "company", "financial_year": "financial_year"}
        spec = dg.AssetSpec(["fortnox_raw", "invoices"], partitions_def=both, metadata={"partition_expr": expression})
        about = {"columns": columns} if columns else None
        asset_in = dg.AssetIn(key=spec.key, partition_mapping=mapping, metadata=about, input_manager_key="warehouse")

        @dg.asset(ins={"rows": asset_in})
        def report(rows: pa.Table) -> None:
            got.append(rows)

        resources = {"warehouse": warehouse.manager}
        dg.materialize([report, spec], selection=[report], instance=instance, resources=resources)
        return got[0]

    return run


def numbers(table):
    return sorted(table["DocumentNumber"].to_pylist())


def specific(*cells):
    keys = [dg.MultiPartitionKey({"company": company, "financial_year": year}) for company, year in cells]
    return dg.SpecificPartitionsPartitionMapping(keys)


def test_exactly_the_wanted_partitions_are_read(four_cells, read):
    assert len(numbers(read())) == 4
    assert numbers(read(specific(("are-cykel", "2023")))) == ["are-cykel 2023"]
    ragged = read(specific(("are-cykel", "2023"), ("bjork-konsult", "2024")))
    assert numbers(ragged) == ["are-cykel 2023", "bjork-konsult 2024"]
    assert read(specific()).num_rows == 0


def test_chosen_columns_are_read_with_their_types(four_cells, read):
    table = read(columns=["DocumentNumber", "Total", "_loaded_at"])
    kinds = {each.name: each.type for each in table.schema}
    assert kinds == {
        "DocumentNumber": pa.string(),
        "Total": pa.decimal128(38, 9),
        "_loaded_at": pa.timestamp("us", tz="UTC"),
    }
