import dagster as dg
import pyarrow as pa
import pytest

from fortnox_assets.warehouse import duckdb_file
from fortnox_assets.warehouse.duckdb import FortnoxDuckDBIOManager, ensure_raw_tables, query
from fortnox_assets.warehouse.duckdb_file import opened
from fortnox_assets.warehouse.errors import WarehouseError
from fortnox_assets.warehouse.results import Unavailable

COMPANY = dg.DynamicPartitionsDefinition(name="fortnox_company")
YEAR = dg.DynamicPartitionsDefinition(name="fortnox_financial_year")
BOTH = dg.MultiPartitionsDefinition({"company": COMPANY, "financial_year": YEAR})
COLUMNS = {"company": "company", "financial_year": "financial_year"}


def metadata_of(result):
    [event] = result.get_asset_materialization_events()
    return {name: value.value for name, value in event.materialization.metadata.items()}


def stored(database, table="invoices", key="DocumentNumber"):
    return query(database, f'SELECT * EXCLUDE (_loaded_at) FROM fortnox_raw.{table} ORDER BY company, "{key}"')


def keys(database):
    sql = 'SELECT company, financial_year, "DocumentNumber" FROM fortnox_raw.invoices ORDER BY ALL'
    return query(database, sql)


def test_a_snapshot_of_a_company_and_year_is_stored_through_dagster(invoices, snapshot, materialize, database):
    for company, label in [("are-cykel", 2023), ("are-cykel", 2024), ("bjork-konsult", 2024)]:
        materialize(invoices, snapshot(invoices, [{"DocumentNumber": "1"}], company=company, label=label))
    materialize(invoices, snapshot(invoices, [{"DocumentNumber": "2"}]))
    assert keys(database) == [("are-cykel", 2023, "1"), ("are-cykel", 2024, "2"), ("bjork-konsult", 2024, "1")]


def test_a_snapshot_of_a_register_replaces_its_company(customers, snapshot, materialize, database):
    materialize(customers, snapshot(customers, [{"CustomerNumber": "1"}]))
    materialize(customers, snapshot(customers, [{"CustomerNumber": "9"}], company="bjork-konsult"))
    materialize(customers, snapshot(customers, [{"CustomerNumber": "2"}]))
    sql = 'SELECT company, "CustomerNumber" FROM fortnox_raw.customers ORDER BY ALL'
    assert query(database, sql) == [("are-cykel", "2"), ("bjork-konsult", "9")]


def test_an_empty_snapshot_makes_the_table_and_empties_its_partition(invoices, snapshot, materialize, database):
    materialize(invoices, snapshot(invoices, []))
    assert keys(database) == []
    materialize(invoices, snapshot(invoices, [{"DocumentNumber": "1"}]))
    metadata = metadata_of(materialize(invoices, snapshot(invoices, [])))
    assert keys(database) == []
    assert (metadata["dagster/partition_row_count"], metadata["rows_replaced"]) == (0, 1)


def test_the_materialisation_tells_rows_table_and_columns(invoices, snapshot, materialize):
    materialize(invoices, snapshot(invoices, [{}]))
    metadata = metadata_of(materialize(invoices, snapshot(invoices, [{}, {}])))
    assert metadata["dagster/table_name"] == "fortnox.fortnox_raw.invoices"
    assert metadata["dagster/storage_kind"] == "duckdb"
    assert metadata["dagster/partition_row_count"] == metadata["rows_written"] == 2
    assert metadata["rows_replaced"] == 1
    columns = {each.name: each for each in metadata["dagster/column_schema"].columns}
    assert columns["Total"].type == "DECIMAL(38,9)"
    assert columns["Total"].description == "Sum including VAT."
    assert columns["CustomerName"].tags == {"personal_data": "name"}


def test_an_endpoint_that_is_not_available_makes_the_table_and_leaves_stored_rows(
    invoices, snapshot, materialize, database
):
    gone = Unavailable(table=invoices, company="are-cykel", label=2024, reason="no licence")
    metadata = metadata_of(materialize(invoices, gone))
    assert keys(database) == []
    assert (metadata["rows_written"], metadata["dagster/partition_row_count"]) == (0, 0)

    materialize(invoices, snapshot(invoices, [{"DocumentNumber": "1"}]))
    metadata = metadata_of(materialize(invoices, gone))
    assert keys(database) == [("are-cykel", 2024, "1")]
    assert (metadata["rows_written"], metadata["dagster/partition_row_count"]) == (0, 1)


@pytest.mark.parametrize(
    "cell", [{"company": "bjork-konsult", "financial_year": 2024}, {"company": "are-cykel", "financial_year": 2023}]
)
def test_rows_of_another_partition_than_the_running_one_are_refused(invoices, snapshot, materialize, database, cell):
    materialize(invoices, snapshot(invoices, [{"DocumentNumber": "1"}]))
    wrong = snapshot(invoices, [{"DocumentNumber": "2"}])
    with pytest.raises(WarehouseError, match="but its rows are of company are-cykel, financial_year 2024; nothing was"):
        materialize(invoices, wrong, cell=cell)
    assert keys(database) == [("are-cykel", 2024, "1")]
    assert not wrong.file.exists()


def test_rows_of_another_table_are_refused(invoices, customers, snapshot, materialize):
    with pytest.raises(WarehouseError, match="customers: was handed rows of invoices; nothing was stored"):
        materialize(customers, snapshot(invoices, []), cell={"company": "are-cykel"})


def test_an_asset_without_partitions_replaces_the_cell_of_its_snapshot(customers, snapshot, materialize, database):
    materialize(customers, snapshot(customers, [{"CustomerNumber": "9"}], company="bjork-konsult"), cell=None)
    materialize(customers, snapshot(customers, [{"CustomerNumber": "1"}]), cell=None)
    metadata = metadata_of(materialize(customers, snapshot(customers, [{"CustomerNumber": "2"}]), cell=None))
    sql = 'SELECT company, "CustomerNumber" FROM fortnox_raw.customers ORDER BY ALL'
    assert query(database, sql) == [("are-cykel", "2"), ("bjork-konsult", "9")]
    assert metadata["dagster/row_count"] == 1


def test_an_arrow_table_is_not_a_result(invoices, materialize):
    cell = {"company": "are-cykel", "financial_year": 2024}
    with pytest.raises(WarehouseError, match=r"return a Snapshot \(see spill\) or Unavailable"):
        materialize(invoices, pa.table({"a": [1]}), cell=cell)


def test_the_file_goes_and_what_waited_for_the_commit_runs(invoices, caster, tmp_path, materialize):
    from fortnox_assets.warehouse.results import spill  # noqa: PLC0415  # the fixture has no callbacks

    done = []
    result = spill([[{}]], caster(invoices), tmp_path / "spool", after_commit=(lambda: done.append("committed"),))
    materialize(invoices, result)
    assert done == ["committed"]
    assert list((tmp_path / "spool").iterdir()) == []


def test_nothing_that_waited_for_the_commit_runs_when_the_database_is_locked_by_another_program(
    invoices, caster, tmp_path, materialize, database, monkeypatch
):
    from fortnox_assets.warehouse.results import spill  # noqa: PLC0415  # the fixture has no callbacks

    monkeypatch.setattr(duckdb_file, "SECONDS_BETWEEN_TRIES", 0)
    done = []
    result = spill([[{}]], caster(invoices), tmp_path / "spool", after_commit=(lambda: done.append("committed"),))
    with opened(database, config={"threads": 1}), pytest.raises(WarehouseError, match="already open in this process"):
        materialize(invoices, result)
    assert done == []
    assert not result.file.exists()


@pytest.fixture
def read(invoices, manager, instance):
    """Loads the stored invoices as the input of an asset with the given partitions and mapping."""

    def run(partitions=None, key=None, mapping=None, metadata=None, tags=None):
        got = []
        upstream = dg.AssetSpec(["fortnox_raw", "invoices"], partitions_def=BOTH, metadata={"partition_expr": COLUMNS})
        asset_in = dg.AssetIn(
            key=upstream.key, partition_mapping=mapping, metadata=metadata, input_manager_key="warehouse"
        )

        @dg.asset(partitions_def=partitions, ins={"rows": asset_in})
        def report(rows: pa.Table) -> None:
            got.append(rows)

        dg.materialize(
            [report, upstream],
            selection=[report],
            partition_key=key,
            instance=instance,
            resources={"warehouse": manager},
            tags=tags,
        )
        return got[0]

    return run


@pytest.fixture
def four_cells(invoices, snapshot, materialize):
    for company in ("are-cykel", "bjork-konsult"):
        for label in (2023, 2024):
            number = {"DocumentNumber": f"{company} {label}"}
            materialize(invoices, snapshot(invoices, [number], company=company, label=label))


def numbers(table):
    return sorted(table["DocumentNumber"].to_pylist())


def test_an_input_is_read_for_exactly_its_partition(read, four_cells):
    key = dg.MultiPartitionKey({"company": "are-cykel", "financial_year": "2024"})
    assert numbers(read(BOTH, key)) == ["are-cykel 2024"]


def test_an_input_of_one_company_has_all_its_years(read, four_cells):
    assert numbers(read(COMPANY, "bjork-konsult")) == ["bjork-konsult 2023", "bjork-konsult 2024"]


def test_an_unpartitioned_reader_gets_everything_also_when_years_are_not_in_order(read, four_cells, instance):
    instance.add_dynamic_partitions("fortnox_financial_year", ["2022"])
    assert len(numbers(read())) == 4


def test_a_ragged_selection_is_not_widened_to_its_bounding_box(read, four_cells):
    cells = [("are-cykel", "2023"), ("bjork-konsult", "2024")]
    keys = [dg.MultiPartitionKey({"company": company, "financial_year": year}) for company, year in cells]
    mapping = dg.SpecificPartitionsPartitionMapping(keys)
    assert numbers(read(mapping=mapping)) == ["are-cykel 2023", "bjork-konsult 2024"]


def test_a_selection_of_no_partitions_is_empty(read, four_cells):
    assert read(mapping=dg.SpecificPartitionsPartitionMapping([])).num_rows == 0


def test_chosen_columns_are_read_with_their_types(read, four_cells):
    table = read(metadata={"columns": ["DocumentNumber", "_loaded_at"]})
    assert table.column_names == ["DocumentNumber", "_loaded_at"]
    assert table.schema.field("_loaded_at").type == pa.timestamp("us", tz="UTC")


def test_a_year_dimension_without_a_column_is_refused_by_name(invoices, snapshot, manager, instance):
    @dg.asset(
        key=["fortnox_raw", "invoices"],
        partitions_def=BOTH,
        metadata={"partition_expr": {"company": "company"}},
        io_manager_key="warehouse",
    )
    def copied():
        return snapshot(invoices, [])

    key = dg.MultiPartitionKey({"company": "are-cykel", "financial_year": "2024"})
    with pytest.raises(WarehouseError, match="partition_expr must name a column for financial_year"):
        dg.materialize([copied], partition_key=key, instance=instance, resources={"warehouse": manager})


def test_the_stored_table_can_be_loaded_outside_a_run(invoices, four_cells, manager, instance):
    @dg.asset(
        key=["fortnox_raw", "invoices"],
        partitions_def=BOTH,
        metadata={"partition_expr": COLUMNS},
        io_manager_key="warehouse",
    )
    def copied() -> None: ...

    definitions = dg.Definitions([copied], resources={"warehouse": manager})
    key = dg.MultiPartitionKey({"company": "are-cykel", "financial_year": "2023"})
    table = definitions.load_asset_value(copied.key, python_type=pa.Table, instance=instance, partition_key=key)
    assert numbers(table) == ["are-cykel 2023"]


def test_a_changed_type_is_one_line_in_dagster_too(invoices, snapshot, materialize, database):
    with opened(database) as connection:
        columns = 'company VARCHAR, financial_year BIGINT, "Total" DOUBLE'
        connection.execute(f"CREATE SCHEMA fortnox_raw; CREATE TABLE fortnox_raw.invoices ({columns})")
    said = r"fortnox_raw\.invoices\.Total: is stored as double but is now decimal128"
    with pytest.raises(WarehouseError, match=said):
        materialize(invoices, snapshot(invoices, []))
    ensure_raw_tables(database, "other", [invoices])
    assert keys_of(database) == ["company", "financial_year", "Total"]


def test_what_the_engine_refuses_is_one_line_in_dagster(invoices, snapshot, materialize, database):
    with opened(database) as connection:
        view = "SELECT 'x' AS company, 1::BIGINT AS financial_year"
        connection.execute(f"CREATE SCHEMA fortnox_raw; CREATE VIEW fortnox_raw.invoices AS {view}")
    said = r"fortnox\.duckdb: fortnox_raw\.invoices: Catalog Error: [^\n]*; the stored rows are unchanged$"
    with pytest.raises(WarehouseError, match=said):
        materialize(invoices, snapshot(invoices, []))


def keys_of(database):
    sql = "SELECT column_name FROM duckdb_columns() WHERE schema_name = 'fortnox_raw' ORDER BY column_index"
    return [name for (name,) in query(database, sql)]


def test_the_manager_needs_no_schema_of_its_own(database):
    manager = FortnoxDuckDBIOManager(database=str(database))
    assert manager.create_io_manager(dg.build_init_resource_context()) is not None
