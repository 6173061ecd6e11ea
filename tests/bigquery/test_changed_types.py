"""A column's type has changed and ``--full`` begins a new table: until it has rows, readers have the stored ones."""

import duckdb as engine
import pytest
from scripted_bigquery import Fault

from fortnox_assets.catalogue.endpoint import Endpoint
from fortnox_assets.catalogue.fields import decimal
from fortnox_assets.warehouse import bigquery_load
from fortnox_assets.warehouse.bigquery_access import BigQueryAccess
from fortnox_assets.warehouse.bigquery_jobs import Jobs
from fortnox_assets.warehouse.bigquery_tables import RawDataset
from fortnox_assets.warehouse.errors import WarehouseError

BEFORE = [("bjork-konsult", "1", "A")]
FAULTS = {
    "the load": (r"POST /upload/", Fault(reason="accessDenied")),
    "the renaming": (r"POST /bigquery/v2/.*/jobs$", Fault(reason="accessDenied")),
}


@pytest.fixture
def changed(customers):
    """The customers, whose names are numbers now."""
    fields = (customers.fields[0], decimal("Name", "Now a number."))
    return Endpoint(**{**customers.__dict__, "fields": fields})


def rows(warehouse, table="customers"):
    return warehouse.query(f"select company, CustomerNumber, Name from {warehouse.table(table)} order by 1, 2")


def kept(warehouse):
    named = f"{warehouse.dataset}.INFORMATION_SCHEMA.TABLES"
    if warehouse.storage == "duckdb":
        named = f"information_schema.tables where table_schema = '{warehouse.dataset}'"
    return [name for (name,) in warehouse.query(f"select table_name from {named}") if "__until_" in name]


def test_a_full_sync_that_fails_on_its_way_leaves_the_stored_table_and_the_next_one_keeps_it(
    warehouse, customers, changed, snapshot, store, monkeypatch
):
    store(warehouse, snapshot(customers, [{"CustomerNumber": "1", "Name": "A"}], company="bjork-konsult"))

    def fails(*_, **__):
        raise engine.Error("the disk is gone") if warehouse.storage == "duckdb" else WarehouseError("the line is gone")

    with monkeypatch.context() as patch:
        patch.setattr("fortnox_assets.warehouse.duckdb.replace_slice", fails)
        patch.setattr(bigquery_load, "_load", fails)
        with pytest.raises(WarehouseError, match="is gone"):
            store(warehouse, snapshot(changed, [{"CustomerNumber": "2", "Name": 1}], anew=True))
    assert (rows(warehouse), kept(warehouse)) == (BEFORE, [])
    store(warehouse, snapshot(changed, [{"CustomerNumber": "2", "Name": 1}], anew=True))
    [name] = kept(warehouse)
    assert rows(warehouse, name) == BEFORE
    assert rows(warehouse) == [("are-cykel", "2", 1)]


@pytest.fixture
def raw(server):
    client = (access := BigQueryAccess(project="our-project", endpoint=server.url)).client()
    yield RawDataset(access=access, jobs=Jobs(client=client, sleep=lambda _: None, spread=lambda: 0), name="raw")
    client.close()


def renamings(server):
    queries = [each.body["configuration"].get("query", {}).get("query", "") for each in server.sent(r"POST .*/jobs$")]
    return [each for each in queries if each.startswith("ALTER TABLE")]


@pytest.mark.parametrize("fault", FAULTS)
def test_the_stored_table_is_renamed_when_the_new_rows_are_loaded_and_not_before(
    server, raw, customers, changed, snapshot, fault
):
    raw.replace(snapshot(customers, [{"CustomerNumber": "1", "Name": "A"}]))
    new = snapshot(changed, [{"CustomerNumber": "2", "Name": 1}], anew=True)
    pattern, refused = FAULTS[fault]
    server.faults[pattern] = [refused]
    with pytest.raises(Exception, match="said the server"):
        raw.replace(new)
    assert renamings(server) == [] if fault == "the load" else len(renamings(server)) == 1
    assert server.tables.keys() == {"customers", "_sync_state_log", "_sync_state"}
    fields = {each["name"]: each["type"] for each in server.tables["customers"]["schema"]["fields"]}
    assert fields["Name"] == "STRING"


def test_a_table_that_another_run_has_begun_meanwhile_is_not_put_away_again(
    server, raw, customers, changed, snapshot, monkeypatch
):
    raw.replace(snapshot(customers, [{"CustomerNumber": "1", "Name": "A"}]))
    load = bigquery_load._load

    def load_while_another_begins(*args):
        [field] = [each for each in server.tables["customers"]["schema"]["fields"] if each["name"] == "Name"]
        field["type"] = "NUMERIC"
        return load(*args)

    monkeypatch.setattr(bigquery_load, "_load", load_while_another_begins)
    raw.replace(snapshot(changed, [{"CustomerNumber": "2", "Name": 1}], anew=True))
    assert renamings(server) == []
