"""Changes are merged by key, all or nothing, with the state of the sync."""

import datetime as dt

import duckdb
import pytest

from fortnox_assets.extract.spool import SpooledRow
from fortnox_assets.warehouse.duckdb import DuckDBStored, query
from fortnox_assets.warehouse.results import Changes, spill
from fortnox_assets.warehouse.sync_state import SyncKind, SyncState

CELL = {"company": "are-cykel", "financial_year": 2024}


def row(number, name, list_hash=b"\x01"):
    return SpooledRow({"DocumentNumber": str(number), "CustomerName": name}, f'["{number}"]', list_hash)


def state(kind=SyncKind.CHANGES, hour=9):
    moment = dt.datetime(2026, 9, 30, hour, tzinfo=dt.UTC)
    return SyncState(kind=kind, watermark=moment, listed_at=moment, full_at=moment, shape="s", window="w")


@pytest.fixture
def stored(database):
    return DuckDBStored(database, "fortnox_raw")


@pytest.fixture
def first(materialize, invoices, caster, tmp_path):
    """Three invoices are stored."""
    rows = [row(1, "Ett"), row(2, "Två"), row(3, "Trettio")]
    snapshot = spill([rows], caster(invoices), tmp_path / "spool")
    materialize(invoices, snapshot.__class__(**{**vars(snapshot), "state": state(SyncKind.SNAPSHOT, 8)}))


@pytest.fixture
def changes(invoices, caster, tmp_path):
    def make(rows, deleted=(), **more):
        return Changes.of(spill([rows], caster(invoices), tmp_path / "spool"), state(**more), tuple(deleted))

    return make


def names(database):
    sql = "SELECT DocumentNumber, CustomerName, _deleted_at IS NULL FROM fortnox_raw.invoices ORDER BY ALL"
    return query(database, sql)


@pytest.mark.usefixtures("first")
def test_rows_take_the_place_of_those_with_their_key_and_deleted_ones_are_marked(
    materialize, invoices, changes, database
):
    result = materialize(invoices, changes([row(2, "Tvåan"), row(4, "Fyra")], deleted=['["3"]']))
    assert names(database) == [("1", "Ett", True), ("2", "Tvåan", True), ("3", "Trettio", False), ("4", "Fyra", True)]
    (event,) = result.get_asset_materialization_events()
    metadata = event.step_materialization_data.materialization.metadata
    assert metadata["dagster/partition_row_count"].value == 3
    assert (metadata["rows_written"].value, metadata["rows_replaced"].value) == (2, 1)


@pytest.mark.usefixtures("first")
def test_the_state_is_stored_with_the_rows(materialize, invoices, changes, database, stored):
    assert stored.state("invoices", CELL).watermark == state(hour=8).watermark
    materialize(invoices, changes([], deleted=['["1"]']))
    assert stored.state("invoices", CELL) == state()
    found = query(database, "SELECT kind, watermark_stockholm, rows FROM fortnox_raw._sync_state")
    assert found == [("changes", "2026-09-30 11:00:00", 2)]


@pytest.mark.usefixtures("first")
def test_a_row_deleted_once_keeps_the_moment_it_was_found(materialize, invoices, changes, database):
    materialize(invoices, changes([], deleted=['["1"]'], hour=9))
    materialize(invoices, changes([], deleted=['["1"]'], hour=10))
    found = query(database, "SELECT _deleted_at FROM fortnox_raw.invoices WHERE _deleted_at IS NOT NULL")
    assert found == [(state(hour=9).watermark,)]


@pytest.mark.usefixtures("first")
def test_a_row_that_comes_back_is_not_deleted_any_more(materialize, invoices, changes, database):
    materialize(invoices, changes([], deleted=['["1"]']))
    materialize(invoices, changes([row(1, "Ny ett")]))
    assert names(database)[0] == ("1", "Ny ett", True)
    assert len(names(database)) == 3


@pytest.mark.usefixtures("first")
def test_a_failure_leaves_rows_and_state_as_they_were(materialize, invoices, changes, database, stored, monkeypatch):
    before = names(database)

    def fails(*_):
        raise duckdb.Error("the disk is gone")

    monkeypatch.setattr("fortnox_assets.warehouse.duckdb.write_state", fails)
    result = materialize(invoices, changes([row(1, "Ny")], deleted=['["2"]']), raise_on_error=False)
    assert not result.success
    assert names(database) == before
    assert stored.state("invoices", CELL).watermark == state(hour=8).watermark


@pytest.mark.usefixtures("first")
def test_a_snapshot_marks_what_it_has_not_and_keeps_earlier_marks(
    materialize, invoices, changes, caster, tmp_path, database
):
    materialize(invoices, changes([], deleted=['["1"]']))
    materialize(invoices, spill([[row(3, "Trean")]], caster(invoices), tmp_path / "spool"))
    assert names(database) == [("1", "Ett", False), ("2", "Två", False), ("3", "Trean", True)]


@pytest.mark.usefixtures("first")
def test_nothing_is_known_of_what_was_never_stored(stored):
    assert stored.state("invoices", {**CELL, "financial_year": 1999}) is None
    assert stored.state("customers", {"company": "are-cykel"}) is None
    assert list(stored.rows("customers", {"company": "are-cykel"}, ["CustomerNumber"])) == []
    assert len(list(stored.rows("invoices", CELL, ["_row_key", "_list_hash"]))) == 3


def test_before_there_is_a_database_nothing_is_stored(tmp_path):
    nothing = DuckDBStored(tmp_path / "none.duckdb", "fortnox_raw")
    assert nothing.state("invoices", CELL) is None
    assert list(nothing.rows("invoices", CELL, ["_row_key"])) == []
