"""What a warehouse must do, asked of DuckDB and of BigQuery with the same words."""

import datetime as dt
from decimal import Decimal

import dagster as dg
import pyarrow as pa
import pytest

from fortnox_assets.catalogue import RAW_TABLES
from fortnox_assets.catalogue.endpoint import Endpoint
from fortnox_assets.catalogue.fields import decimal, text
from fortnox_assets.warehouse.columns import FieldSelection
from fortnox_assets.warehouse.errors import WarehouseError
from fortnox_assets.warehouse.results import Unavailable


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


def test_every_raw_table_of_the_catalogue_can_be_made_twice(warehouse):
    for _ in range(2):
        warehouse.ensure(RAW_TABLES.values())
    sql = f"select count(*) from {warehouse.table('vouchers')} where company = ? and financial_year = ?"
    assert warehouse.query(sql, "are-cykel", 2024) == [(0,)]


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
