import os

import pyarrow as pa
import pytest

from fortnox_assets.warehouse.errors import WarehouseError
from fortnox_assets.warehouse.results import spill


def rows_of(snapshot):
    with snapshot.reader() as reader:
        return reader.read_all().to_pylist()


def test_batches_are_read_back_as_they_were_written(invoices, caster, tmp_path):
    batches = ([{"DocumentNumber": str(2 * n)}, {"DocumentNumber": str(2 * n + 1)}] for n in range(3))
    snapshot = spill(batches, caster(invoices), tmp_path)
    assert [row["DocumentNumber"] for row in rows_of(snapshot)] == ["0", "1", "2", "3", "4", "5"]
    assert snapshot.rows == snapshot.report.rows == 6
    assert snapshot.cell == {"company": "are-cykel", "financial_year": 2024}


def test_a_snapshot_without_rows_has_its_columns(customers, caster, tmp_path):
    snapshot = spill([], caster(customers), tmp_path)
    assert snapshot.rows == 0
    assert snapshot.cell == {"company": "are-cykel"}
    with snapshot.reader() as reader:
        assert reader.schema == snapshot.schema
        assert reader.read_all().num_rows == 0


def test_a_field_first_seen_in_a_later_batch_is_null_in_the_earlier_ones(invoices, caster, tmp_path):
    batches = [
        [{"DocumentNumber": "1", "InvoiceRows": [{"Price": 1}]}],
        [{"DocumentNumber": "2", "Cost": 5, "InvoiceRows": [{"New": "x"}]}],
    ]
    first, second = rows_of(spill(batches, caster(invoices, new_fields="copy"), tmp_path))
    assert (first["Cost"], second["Cost"]) == (None, "5")
    assert first["InvoiceRows"][0]["New"] is None
    assert second["InvoiceRows"][0]["New"] == '"x"'


def test_one_batch_is_in_memory_at_a_time(invoices, caster, tmp_path):
    before = pa.total_allocated_bytes()
    growth = []

    def batches():
        for _ in range(30):
            yield [{"DocumentNumber": "n" * 1000} for _ in range(500)]
            growth.append(pa.total_allocated_bytes() - before)

    snapshot = spill(batches(), caster(invoices), tmp_path)
    assert snapshot.file.stat().st_size > 14_000_000
    assert max(growth) < 2_000_000


def test_no_file_is_left_when_fetching_fails(invoices, caster, tmp_path):
    def batches():
        yield [{"DocumentNumber": "1"}]
        raise ConnectionResetError("gone")

    with pytest.raises(ConnectionResetError):
        spill(batches(), caster(invoices), tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_a_directory_that_cannot_be_made_is_one_clear_line(invoices, caster, tmp_path):
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(WarehouseError, match="cannot keep fetched rows there: Not a directory"):
        spill([], caster(invoices), tmp_path / "file" / "spool")


def test_files_of_killed_runs_are_removed_after_two_days_and_others_are_not(invoices, caster, tmp_path):
    old = tmp_path / "invoices.are-cykel.2024.0123456789ab.snapshot.arrow"
    young = tmp_path / "invoices.are-cykel.2023.0123456789ab.snapshot.arrow"
    strange = tmp_path / "notes.txt"
    for each in (old, young, strange):
        each.write_text("x")
    for each in (old, strange):
        os.utime(each, (0, 0))
    snapshot = spill([], caster(invoices), tmp_path)
    assert {each.name for each in tmp_path.iterdir()} == {young.name, strange.name, snapshot.file.name}


def test_what_waits_for_the_commit_runs_when_told(invoices, caster, tmp_path):
    done = []
    snapshot = spill([], caster(invoices), tmp_path, after_commit=(lambda: done.append("spool removed"),))
    assert done == []
    snapshot.committed()
    assert done == ["spool removed"]
    snapshot.discard()
    snapshot.discard()
    assert not snapshot.file.exists()
