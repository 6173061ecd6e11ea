import datetime as dt
import json
from decimal import Decimal

import pyarrow as pa
import pytest

from fortnox_assets.catalogue import RAW_TABLES
from fortnox_assets.warehouse.columns import FieldSelection, raw_schema
from fortnox_assets.warehouse.errors import WarehouseError


def test_a_raw_table_has_partition_columns_then_fortnox_fields_then_bookkeeping(invoices, customers):
    schema = raw_schema(invoices)
    assert schema.names[:3] == ["company", "financial_year", "DocumentNumber"]
    bookkeeping = ["_loaded_at", "_run_id", "_deleted_at", "_unparsed", "_row_key", "_list_hash"]
    assert schema.names[-6:] == bookkeeping
    assert schema.field("Total").type == pa.decimal128(38, 9)
    assert schema.field("SentAt").type == pa.timestamp("us", tz="UTC")
    assert pa.types.is_struct(schema.field("EmailInformation").type)
    assert pa.types.is_list(schema.field("InvoiceRows").type)
    assert raw_schema(customers).names == ["company", "CustomerNumber", "Name", *bookkeeping]


def test_columns_say_what_they_are_and_which_are_personal_data(invoices):
    schema = raw_schema(invoices)
    assert schema.field("CustomerName").metadata == {b"description": b"Who is invoiced.", b"personal_data": b"name"}
    assert schema.field("Total").metadata == {b"description": b"Sum including VAT."}
    assert schema.field("_unparsed").metadata[b"personal_data"] == b"free_text"
    about = {b"title": b"Invoices", b"description": b"Customer invoices."}
    assert schema.metadata == about | {b"group": b"fortnox_sales", b"key": b"DocumentNumber"}


def test_every_raw_table_of_the_catalogue_has_a_schema():
    for table in RAW_TABLES.values():
        assert raw_schema(table).names[0] == "company"


def test_a_field_left_out_is_no_column_is_no_news_and_has_no_value(invoices, caster):
    cast = caster(invoices, selection=FieldSelection(exclude=("CustomerName", "InvoiceRows")), new_fields="copy")
    batch = cast.batch([{"DocumentNumber": "1", "CustomerName": {"not": "text"}, "InvoiceRows": [{"x": 1}]}])
    assert not {"CustomerName", "InvoiceRows"} & set(batch.schema.names)
    assert batch.schema.equals(raw_schema(invoices, FieldSelection(exclude=("CustomerName", "InvoiceRows"))))
    assert cast.report.unknown_fields == {}
    assert batch.column("_unparsed").to_pylist() == [None]


def test_included_fields_keep_the_order_of_the_catalogue(invoices):
    schema = raw_schema(invoices, FieldSelection(include=("Total", "InvoiceDate", "DocumentNumber")))
    assert schema.names[2:5] == ["DocumentNumber", "InvoiceDate", "Total"]


@pytest.mark.parametrize(
    ("selection", "said"),
    [
        (FieldSelection(exclude=("DocumentNumber",)), "DocumentNumber cannot be left out"),
        (FieldSelection(include=("DocumentNumber", "Total")), "InvoiceDate cannot be left out"),
        (FieldSelection(exclude=("Totla",)), "there is no field 'Totla'; did you mean Total"),
    ],
)
def test_a_selection_without_key_or_date_or_with_a_wrong_name_is_refused(invoices, selection, said):
    with pytest.raises(WarehouseError, match=rf"^fields\.invoices: {said}"):
        raw_schema(invoices, selection)


def test_a_table_by_year_is_not_cast_without_a_year_nor_a_register_with_one(invoices, customers, caster):
    with pytest.raises(WarehouseError, match="invoices: needs a financial year"):
        caster(invoices, label=None)
    cast = caster(customers)
    assert cast.batch([{"CustomerNumber": "1"}]).column("company").to_pylist() == ["are-cykel"]


def test_a_well_formed_row_is_stored_field_by_field(invoices, caster):
    row = {
        "@url": "https://api.fortnox.se/3/invoices/1",
        "DocumentNumber": "1",
        "InvoiceDate": "2024-05-01",
        "Total": Decimal("125.50"),
        "VoucherNumber": 17,
        "Cancelled": False,
        "SentAt": "2024-05-01 09:30",
        "CustomerName": "Åre Cykel",
        "EmailInformation": {"EmailAddressTo": "a@example.se", "Copies": "2"},
        "InvoiceRows": [{"Price": Decimal("100.4"), "Description": "Däck", "Labels": [{"Id": 1}]}, {"Price": "25.10"}],
    }
    cast = caster(invoices)
    [stored] = cast.batch([row]).to_pylist()
    assert stored["company"] == "are-cykel"
    assert stored["financial_year"] == 2024
    assert stored["InvoiceDate"] == dt.date(2024, 5, 1)
    assert stored["Total"] == Decimal("125.5")
    assert stored["SentAt"] == dt.datetime(2024, 5, 1, 7, 30, tzinfo=dt.UTC)
    assert stored["EmailInformation"] == {"EmailAddressTo": "a@example.se", "Copies": 2}
    assert stored["InvoiceRows"][0] == {"Price": Decimal("100.4"), "Description": "Däck", "Labels": [{"Id": 1}]}
    assert stored["InvoiceRows"][1] == {"Price": Decimal("25.1"), "Description": None, "Labels": None}
    assert stored["_run_id"] == "run-1"
    assert stored["_deleted_at"] is None
    assert stored["_unparsed"] is None
    report = cast.report
    assert (report.rows, report.unknown_fields, report.unparsed, report.no_right) == (1, {}, {}, {})


def test_a_value_that_does_not_fit_is_null_and_kept_under_its_path(invoices, caster):
    rows = [
        {"DocumentNumber": "1"},
        {
            "DocumentNumber": {"a": [Decimal("1.50"), None, True]},
            "Total": "12,50",
            "EmailInformation": {"Copies": "many"},
            "InvoiceRows": [{"Price": 1}, {"Price": Decimal("0.1234567891"), "Labels": [{"Id": 1}, {"Id": "x"}]}],
        },
    ]
    cast = caster(invoices)
    fine, odd = cast.batch(rows).to_pylist()
    assert fine["_unparsed"] is None
    assert odd["DocumentNumber"] is None
    assert odd["InvoiceRows"][1]["Price"] is None
    assert odd["InvoiceRows"][1]["Labels"] == [{"Id": 1}, {"Id": None}]
    assert json.loads(odd["_unparsed"], parse_float=Decimal) == {
        "DocumentNumber": {"a": [Decimal("1.50"), None, True]},
        "Total": "12,50",
        "EmailInformation.Copies": "many",
        "InvoiceRows[1].Price": Decimal("0.1234567891"),
        "InvoiceRows[1].Labels[1].Id": "x",
    }
    assert cast.report.unparsed == {
        "DocumentNumber": 1,
        "Total": 1,
        "EmailInformation.Copies": 1,
        "InvoiceRows.Price": 1,
        "InvoiceRows.Labels.Id": 1,
    }


def test_half_a_character_is_kept_as_an_escape(invoices, caster):
    [row] = caster(invoices).batch([{"CustomerName": "x\ud800ö"}]).to_pylist()
    assert row["_unparsed"] == '{"CustomerName": "x\\ud800\\u00f6"}'


def test_a_value_withheld_for_want_of_rights_is_null_and_counted(invoices, caster):
    row = {"Total": "API_NORIGHT", "InvoiceRows": [{"Price": "API_NORIGHT"}], "EmailInformation": "API_NORIGHT"}
    cast = caster(invoices)
    [stored] = cast.batch([row]).to_pylist()
    assert stored["Total"] is None
    assert stored["_unparsed"] is None
    assert cast.report.no_right == {"Total": 1, "InvoiceRows.Price": 1, "EmailInformation": 1}


@pytest.mark.parametrize(
    ("sent", "stored"),
    [
        ({"Price": 1}, [1]),
        ([{"Price": 1}, None, {"Price": 2}], [1, 2]),
        ([], []),
        ("", None),
        (None, None),
    ],
)
def test_repeated_records_may_come_as_a_list_as_one_object_or_empty(invoices, caster, sent, stored):
    [row] = caster(invoices).batch([{"InvoiceRows": sent}]).to_pylist()
    found = None if row["InvoiceRows"] is None else [each["Price"] for each in row["InvoiceRows"]]
    assert found == stored
    assert row["_unparsed"] is None


@pytest.mark.parametrize(("sent", "stored"), [([{"Copies": 1}], 1), ([], None), ("", None), ([None], None)])
def test_one_record_may_come_in_a_list_or_empty(invoices, caster, sent, stored):
    [row] = caster(invoices).batch([{"EmailInformation": sent}]).to_pylist()
    assert (row["EmailInformation"] or {"Copies": None})["Copies"] == stored
    assert row["_unparsed"] is None


def test_what_is_no_record_is_kept_raw(invoices, caster):
    row = {"EmailInformation": [{}, {}], "InvoiceRows": [{"Price": 1}, 7, "x"]}
    cast = caster(invoices)
    [stored] = cast.batch([row]).to_pylist()
    assert stored["EmailInformation"] is None
    assert json.loads(stored["_unparsed"]) == {"EmailInformation": [{}, {}], "InvoiceRows[1]": 7, "InvoiceRows[2]": "x"}
    assert cast.report.unparsed == {"EmailInformation": 1, "InvoiceRows": 2}


def test_a_field_fortnox_adds_is_reported_by_path_and_not_copied(invoices, caster):
    rows = [{"Cost": 1}, {"Cost": 2, "InvoiceRows": [{"New": 1, "@url": "x"}, {"New": None}]}, {}]
    cast = caster(invoices)
    batch = cast.batch(rows)
    assert batch.schema.equals(raw_schema(invoices))
    assert cast.report.unknown_fields == {"Cost": 2, "InvoiceRows.New": 2}


def test_new_fields_can_be_copied_as_json_text_at_every_level(invoices, caster):
    cast = caster(invoices, new_fields="copy")
    cast.batch([{"DocumentNumber": "1"}])
    batch = cast.batch([{"Cost": Decimal("1.50"), "InvoiceRows": [{"New": {"a": ["ö"]}}]}, {"Cost": None}])
    assert batch.schema.names[-7] == "Cost"
    first, second = batch.to_pylist()
    assert first["Cost"] == "1.50"
    assert first["InvoiceRows"][0]["New"] == '{"a": ["ö"]}'
    assert second["Cost"] is None
    assert cast.report.unknown_fields == {"Cost": 2, "InvoiceRows.New": 1}
    assert cast.schema.equals(batch.schema)


@pytest.mark.parametrize("name", ["company", "total", "_run_id", "with space", "Räntesats"])
def test_a_new_field_whose_name_cannot_be_a_column_is_kept_raw(invoices, caster, name):
    cast = caster(invoices, new_fields="copy")
    [row] = cast.batch([{name: 5}]).to_pylist()
    assert json.loads(row["_unparsed"]) == {name: 5}
    assert cast.report.unknown_fields == cast.report.unparsed == {name: 1}


def test_an_empty_batch_has_the_columns(invoices, caster):
    batch = caster(invoices).batch([])
    assert batch.num_rows == 0
    assert batch.schema.equals(raw_schema(invoices))


def test_dates_come_as_text_and_as_dates_in_one_column(invoices, caster):
    sent = [dt.date(2024, 5, 1), "2024-05-02", dt.datetime(2024, 5, 3), dt.datetime(2024, 5, 4, 12)]  # noqa: DTZ001
    rows = caster(invoices).batch([{"InvoiceDate": each} for each in sent]).to_pylist()
    assert [row["InvoiceDate"] for row in rows] == [*(dt.date(2024, 5, day) for day in (1, 2, 3)), None]
    assert rows[3]["_unparsed"] == '{"InvoiceDate": "2024-05-04T12:00:00"}'


def test_rows_of_a_sie_file_come_as_python_values(caster):
    voucher = {
        "FinancialYearId": 3,
        "Line": 12,
        "TransactionDate": dt.date(2024, 1, 31),
        "Transactions": [{"Account": 1930, "Amount": Decimal("-99.90"), "Objects": [{"Dimension": 1, "Object": "01"}]}],
    }
    [row] = caster(RAW_TABLES["sie_vouchers"]).batch([voucher]).to_pylist()
    assert row["TransactionDate"] == dt.date(2024, 1, 31)
    assert row["Transactions"][0]["Amount"] == Decimal("-99.9")
    assert row["Transactions"][0]["Objects"] == [{"Dimension": 1, "Object": "01"}]


def test_a_field_inside_records_that_is_left_out_keeps_its_place_and_has_no_value(invoices, caster):
    selection = FieldSelection(exclude=("InvoiceRows.Description",))
    cast = caster(invoices, selection=selection, new_fields="copy")
    row = {"DocumentNumber": "1", "InvoiceRows": [{"Description": {"not": "text"}, "Price": "2.5"}]}
    batch = cast.batch([row])
    assert batch.schema.equals(raw_schema(invoices))
    [[stored]] = batch.column("InvoiceRows").to_pylist()
    assert (stored["Description"], stored["Price"]) == (None, Decimal("2.5"))
    assert cast.report.unknown_fields == {}
    assert batch.column("_unparsed").to_pylist() == [None]


def test_who_names_the_fields_to_copy_gets_no_new_ones(invoices, caster):
    selection = FieldSelection(include=("DocumentNumber", "InvoiceDate", "InvoiceRows.Price"))
    cast = caster(invoices, selection=selection, new_fields="copy")
    batch = cast.batch([{"DocumentNumber": "1", "Brand new": 1, "InvoiceRows": [{"Description": "x", "Price": "1"}]}])
    assert batch.schema.names[2:5] == ["DocumentNumber", "InvoiceDate", "InvoiceRows"]
    assert batch.column("InvoiceRows").to_pylist()[0][0]["Description"] is None
    assert cast.report.unknown_fields == {"Brand new": 1}


@pytest.mark.parametrize(
    ("value", "shape"),
    [
        ("", "empty"),
        ([None], "list of empty"),
        (True, "boolean"),
        (3, "integer"),
        (Decimal("1.5"), "decimal"),
        ("19800101-1234", "text"),
        ("2024-05-01", "text (date)"),
        ("2024-05-01T10:00:00Z", "text (moment)"),
        ("0123", "text (whole number)"),
        ("1,5", "text (number)"),
        ("anna@example.se", "text (email)"),
        ([{"a": 1}, {"a": 2}], "list of record (a: integer)"),
        ({f"f{number}": 1 for number in range(12)}, "record (" + "f{}: integer, " * 10 + "...)"),
    ],
)
def test_a_new_field_is_described_by_its_shape_and_not_its_value(invoices, caster, value, shape):
    cast = caster(invoices)
    cast.batch([{"DocumentNumber": "1", "News": None}, {"DocumentNumber": "2", "News": value}])
    assert cast.report.unknown_shapes == {"News": shape.format(*range(10))}
