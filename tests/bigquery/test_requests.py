"""What is sent to BigQuery, and what is done about its errors, against a server that goes wrong on purpose."""

import dataclasses
import re

import pytest
from google.auth.credentials import AnonymousCredentials
from scripted_bigquery import Fault
from sync_states import state_at

from fortnox_assets.catalogue.endpoint import Endpoint
from fortnox_assets.catalogue.fields import integer, records, text
from fortnox_assets.warehouse import bigquery_access
from fortnox_assets.warehouse.bigquery import FortnoxBigQueryIOManager, ensure_raw_tables
from fortnox_assets.warehouse.bigquery_access import BigQueryAccess, refusals
from fortnox_assets.warehouse.bigquery_jobs import WAITS, Jobs
from fortnox_assets.warehouse.bigquery_tables import RawDataset
from fortnox_assets.warehouse.errors import WarehouseError

LOAD = r"POST /upload/"
QUERY = r"POST /bigquery/v2/projects/our-project/jobs$"
ROWS = [{"DocumentNumber": "1"}, {"DocumentNumber": "2"}]
OURS = {"invoices", "_sync_state_log", "_sync_state"}


@pytest.fixture
def waited():
    return []


@pytest.fixture
def raw(server, waited):
    """The raw dataset behind the scripted server; waits are noted, not waited."""

    def made(**more):
        access = BigQueryAccess(project="our-project", endpoint=server.url, **more)
        client = access.client()
        clients.append(client)
        return RawDataset(access=access, jobs=Jobs(client=client, sleep=waited.append, spread=lambda: 0), name="raw")

    clients = []
    yield made
    for client in clients:
        client.close()


def job_ids(server, pattern):
    return [each.body["jobReference"]["jobId"] for each in server.sent(pattern)]


def sent_query(asked):
    """The statement or script of a job, and its parameters by name."""
    how = asked.body["configuration"]["query"]
    values = {
        each["name"]: (each["parameterType"]["type"], each["parameterValue"].get("value"))
        for each in how["queryParameters"]
    }
    return how["query"], values


def test_a_slice_is_one_load_into_a_table_of_its_own_and_one_transaction(server, raw, invoices, snapshot):
    server.stored = 5
    assert raw().replace(snapshot(invoices, ROWS, state=state_at(8))) == 5
    [load], [write] = server.sent(LOAD), server.sent(QUERY)
    staging = load.body["configuration"]["load"]["destinationTable"]["tableId"]
    assert staging.startswith("load__fortnox_invoices_")
    sql, values = sent_query(write)
    statements = [each.strip().partition(" ")[0] for each in sql.split(";\n")]
    assert statements == ["DECLARE", "BEGIN", "ASSERT", "SET", "MERGE", "INSERT", "COMMIT", "SELECT"]
    assert (
        "MERGE `our-project.raw.invoices` AS stored\nUSING (SELECT staged.*, _finds FROM `our-project.raw.load__" in sql
    )
    where = "stored.`company` = @company AND stored.`financial_year` = @financial_year"
    clauses = re.findall(r"^(?:ON|WHEN) .*", sql, re.MULTILINE)
    assert [where in each for each in clauses] == [*[True] * 5, False], "all that touch stored rows"
    assert "INSERT INTO `our-project.raw._sync_state_log`" in sql
    assert values["company"] == ("STRING", "are-cykel")
    assert values["financial_year"] == ("INT64", "2024")
    assert values["loaded"] == ("INT64", "2")
    assert values["state_watermark"] == ("TIMESTAMP", "2026-09-30 08:00:00+00:00")
    assert server.tables.keys() == OURS, "the staging table is removed"


def test_changes_are_one_load_with_the_deleted_keys_and_one_transaction(server, raw, invoices, changes):
    server.stored = 1
    assert raw().merge(changes(invoices, ROWS, deleted=['["7"]', '["8"]', '["9"]'])) == 1
    [load], [write] = server.sent(LOAD), server.sent(QUERY)
    assert load.rows == 5
    sql, values = sent_query(write)
    assert "NOT MATCHED BY SOURCE" not in sql
    assert values["loaded"] == ("INT64", "5")


def test_where_nothing_changed_the_state_is_one_insert(server, raw, invoices, changes):
    assert raw().merge(changes(invoices, [])) == 0
    [write] = server.sent(QUERY)
    sql, values = sent_query(write)
    assert sql.startswith("INSERT INTO `our-project.raw._sync_state_log`")
    assert ";" not in sql
    assert values["state_kind"] == ("STRING", "changes")
    assert server.sent(LOAD) == []


def test_the_log_of_states_is_made_once_and_cleans_itself(server, raw, invoices, changes):
    dataset = raw()
    for _ in range(3):
        dataset.merge(changes(invoices, []))
    raw().merge(changes(invoices, []))
    made = [each.body["tableReference"]["tableId"] for each in server.sent(r"POST .*/tables$")]
    assert made == ["invoices", "_sync_state_log", "_sync_state"]
    partitions = server.tables["_sync_state_log"]["timePartitioning"]
    assert partitions == {"type": "DAY", "field": "stored_at", "expirationMs": str(180 * 24 * 3600 * 1000)}
    assert "ROW_NUMBER()" in server.tables["_sync_state"]["view"]["query"]


def test_the_log_and_its_view_follow_a_newer_version(server, raw, invoices, changes):
    raw().merge(changes(invoices, []))
    server.tables["_sync_state_log"]["schema"]["fields"].pop(3)
    server.tables["_sync_state"]["view"]["query"] = "SELECT 1"
    raw().merge(changes(invoices, []))
    log, view = server.sent("PATCH")
    assert log.body["schema"]["fields"][-1]["name"] == "kind"
    assert "ROW_NUMBER()" in view.body["view"]["query"]
    assert len(server.sent("PATCH")) == 2


def test_the_load_says_every_type_and_that_it_may_only_fill_an_empty_table(server, raw, invoices, snapshot):
    raw().replace(snapshot(invoices, ROWS))
    [load] = server.sent(LOAD)
    how = load.body["configuration"]["load"]
    assert (how["sourceFormat"], how["writeDisposition"], how["createDisposition"]) == (
        *("PARQUET", "WRITE_EMPTY", "CREATE_NEVER"),
    )
    assert how["parquetOptions"] == {"enableListInference": True}
    kinds = {each["name"]: (each["type"], each["mode"]) for each in how["schema"]["fields"]}
    assert kinds["Total"] == ("NUMERIC", "NULLABLE")
    assert kinds["InvoiceRows"] == ("RECORD", "REPEATED")
    assert kinds["SentAt"] == ("TIMESTAMP", "NULLABLE")


def test_tables_are_partitioned_by_year_and_clustered_by_company_and_key(server, raw, invoices, customers, snapshot):
    raw().replace(snapshot(invoices, ROWS))
    made = server.tables["invoices"]
    assert made["rangePartitioning"] == {
        "field": "financial_year",
        "range": {"start": "1990", "end": "2101", "interval": "1"},
    }
    assert made["clustering"] == {"fields": ["company", "DocumentNumber"]}
    assert (made["description"], made["friendlyName"]) == ("Customer invoices.", "Invoices")
    assert made["labels"] == {"managed_by": "fortnox-assets", "group": "fortnox_sales"}
    described = {each["name"]: each["description"] for each in made["schema"]["fields"]}
    assert described["CustomerName"] == "Who is invoiced. (Personal data: name.)"
    raw().replace(snapshot(customers, []))
    assert "rangePartitioning" not in server.tables["customers"]


def test_jobs_and_staging_tables_are_labelled_and_staging_expires(server, raw, invoices, snapshot):
    raw().replace(snapshot(invoices, ROWS))
    wanted = {"managed_by": "fortnox-assets", "table": "invoices", "company": "are-cykel", "financial_year": "2024"}
    for each in server.sent(f"{LOAD}|{QUERY}"):
        assert each.body["configuration"]["labels"] == wanted
    [staging] = [each for each in server.sent(r"POST .*/tables$") if "expirationTime" in each.body]
    assert staging.body["tableReference"]["tableId"].startswith("load__")
    assert staging.body["labels"] == {"managed_by": "fortnox-assets"}


def test_the_dataset_is_made_in_the_location_of_the_settings_and_jobs_run_there(server, raw, customers, snapshot):
    raw(location="europe-north1").replace(snapshot(customers, [{"CustomerNumber": "1"}]))
    made = server.datasets["raw"]
    assert made["location"] == "europe-north1"
    assert made["description"]
    for each in server.sent(f"{LOAD}|{QUERY}"):
        assert each.body["jobReference"]["location"] == "europe-north1"


def test_a_dataset_in_another_location_is_refused_before_anything_is_loaded(server, raw, customers, snapshot):
    server.datasets["raw"] = {"location": "US", "datasetReference": {"projectId": "our-project", "datasetId": "raw"}}
    with pytest.raises(WarehouseError, match=r"our-project\.raw: is in US but BIGQUERY_LOCATION is EU"):
        raw().replace(snapshot(customers, [{"CustomerNumber": "1"}]))
    assert server.sent(LOAD) == []


def test_a_dataset_that_may_not_be_made_names_the_permission(server, raw, customers, snapshot):
    said = "Access Denied: User does not have bigquery.datasets.create permission in project our-project."
    server.faults["POST .*/datasets$"] = [Fault(reason="accessDenied", message=said)]
    with pytest.raises(WarehouseError, match=r"the permission bigquery\.datasets\.create .* is missing .*make it in"):
        raw().replace(snapshot(customers, []))


def test_an_empty_slice_needs_no_load(server, raw, invoices, snapshot):
    server.stored = 3
    assert raw().replace(snapshot(invoices, [])) == 3
    assert server.sent(LOAD) == []
    [write] = server.sent(QUERY)
    sql, _ = sent_query(write)
    assert "USING (SELECT *, FALSE AS _finds FROM `our-project.raw.invoices` WHERE FALSE) AS incoming" in sql
    assert "ASSERT" not in sql


def test_a_server_that_is_down_for_a_while_is_waited_for(server, raw, invoices, snapshot, waited):
    server.faults[LOAD] = [Fault(reason="backendError")] * 3
    server.faults[QUERY] = [Fault(reason="backendError")]
    raw().replace(snapshot(invoices, ROWS))
    assert waited == [1, 2, 4, 1]
    assert len(server.jobs) == 2


def test_a_lost_answer_does_not_load_twice(server, raw, invoices, snapshot):
    server.faults[LOAD] = [Fault(reason="backendError", when="after")]
    server.faults[QUERY] = [Fault(reason="backendError", when="after")]
    raw().replace(snapshot(invoices, ROWS))
    assert len(server.sent(LOAD)) == len(server.sent(QUERY)) == 1
    assert len(server.jobs) == 2


def test_a_job_that_is_already_there_is_taken_up_and_not_sent_under_another_name(server, raw, invoices, snapshot):
    result = snapshot(invoices, ROWS)
    server.faults["DELETE"] = [Fault(reason="backendError")]
    raw().replace(result)
    before = dict(server.jobs)
    raw().replace(result)
    assert server.jobs == before
    assert job_ids(server, LOAD) == [job_ids(server, LOAD)[0]] * 2


def test_a_job_that_failed_for_a_passing_reason_is_started_again_under_the_next_name(
    server, raw, invoices, snapshot, waited
):
    limit = "Exceeded rate limits: too many table update operations for this table"
    server.faults[LOAD] = [Fault(reason="rateLimitExceeded", message=limit, when="job")]
    # What BigQuery says of the transaction that came second, and of a statement outside of one.
    cancelled = "Query error: Transaction is aborted due to concurrent update against table our-project:raw.invoices."
    busy = "Could not serialize access to table our-project:raw.invoices due to concurrent update"
    server.faults[QUERY] = [Fault(reason="invalidQuery", message=each, when="job") for each in (cancelled, busy)]
    raw().replace(snapshot(invoices, ROWS))
    assert [each[-6:] for each in job_ids(server, LOAD)] == ["load-0", "load-1"]
    assert [each[-7:] for each in job_ids(server, QUERY)] == ["write-0", "write-1", "write-2"]
    assert waited == [1, 1, 2]


def test_runs_that_met_do_not_come_back_at_the_same_moment(server, raw, invoices, snapshot, waited):
    dataset = raw()
    dataset.jobs = dataclasses.replace(dataset.jobs, spread=lambda: 0.5)
    server.faults[QUERY] = [Fault(reason="backendError")] * 3
    dataset.replace(snapshot(invoices, ROWS))
    assert waited == [1.2, 2.5, 5]


def test_rate_limits_are_waited_for_so_long_and_no_longer(server, raw, invoices, snapshot, waited):
    server.faults[QUERY] = [Fault(reason="rateLimitExceeded", message="too fast", when="job")] * 50
    where = "our-project.raw.invoices"
    with (
        pytest.raises(WarehouseError, match=r"^our-project\.raw\.invoices: too fast; the stored rows are unchanged$"),
        refusals(where),
    ):
        raw().replace(snapshot(invoices, ROWS))
    assert waited == list(WAITS)
    assert sum(WAITS) < 10 * 60


def test_a_used_up_quota_is_said_at_once(server, raw, invoices, snapshot, waited):
    said = "Quota exceeded: Your project exceeded quota for imports per project.\nMore about it"
    server.faults[LOAD] = [Fault(reason="quotaExceeded", message=said, when="job")]
    one_line = r"^x: Quota exceeded: [^\n]* project; a daily quota of the project is used up, [^\n]*unchanged$"
    with pytest.raises(WarehouseError, match=one_line), refusals("x"):
        raw().replace(snapshot(invoices, ROWS))
    assert waited == []
    assert server.tables.keys() == OURS


def test_a_missing_permission_is_named(server, raw, invoices, snapshot):
    said = "Access Denied: Table our-project:raw.invoices: Permission bigquery.tables.updateData denied on table"
    server.faults[QUERY] = [Fault(reason="accessDenied", message=said)]
    with pytest.raises(WarehouseError, match=r"the permission bigquery\.tables\.updateData is missing"), refusals("x"):
        raw().replace(snapshot(invoices, ROWS))


def test_fewer_rows_than_were_fetched_are_refused_before_the_merge(server, raw, invoices, snapshot, monkeypatch):
    result = snapshot(invoices, ROWS)
    object.__setattr__(result, "rows", 3)
    with pytest.raises(WarehouseError, match="invoices: BigQuery took 2 rows of the 3 that were fetched"):
        raw().replace(result)
    assert server.sent(QUERY) == []


def test_policy_tags_follow_the_category_into_records_and_into_staging(server, raw, snapshot, customers):
    tags = {"name": "projects/p/locations/eu/taxonomies/1/policyTags/2"}
    raw(policy_tags=tags).replace(snapshot(customers, [{"CustomerNumber": "1"}]))
    tables = [each.body for each in server.sent(r"POST .*/tables$")]
    ours = [each for each in tables if "_sync_state" not in each["tableReference"]["tableId"]]
    assert len(ours) == 2
    for made in ours:
        fields = {each["name"]: each for each in made["schema"]["fields"]}
        assert fields["Name"]["policyTags"] == {"names": [tags["name"]]}
        assert "policyTags" not in fields["CustomerNumber"]


def wider(table, *fields):
    return Endpoint(**{**table.__dict__, "fields": fields})


def test_new_fields_also_inside_records_are_added_at_the_end_and_a_required_one_is_relaxed(
    server, raw, customers, snapshot
):
    before = wider(customers, text("CustomerNumber", "Number."), records("Rows", "Rows.", text("A", "A.")))
    raw().replace(snapshot(before, []))
    server.tables["customers"]["schema"]["fields"][1]["mode"] = "REQUIRED"
    rows = records("Rows", "Rows.", integer("B", "New."), text("A", "A."))
    after = wider(customers, text("CustomerNumber", "Number."), text("City", "New."), rows)
    raw().replace(snapshot(after, [{"CustomerNumber": "1", "City": "Åre", "Rows": [{"B": 1, "A": "x"}]}]))
    [update] = server.sent("PATCH")
    fields = {each["name"]: each for each in update.body["schema"]["fields"]}
    assert list(fields)[-1] == "City"
    assert [each["name"] for each in fields["Rows"]["fields"]] == ["A", "B"]
    assert fields["CustomerNumber"]["mode"] == "NULLABLE"
    [load] = server.sent(LOAD)
    loaded = {each["name"]: each for each in load.body["configuration"]["load"]["schema"]["fields"]}
    assert [each["name"] for each in loaded["Rows"]["fields"]] == ["A", "B"], "in the order of the stored record"


def test_a_table_that_is_as_it_should_be_is_not_updated(server, raw, invoices, snapshot):
    for _ in range(3):
        raw().replace(snapshot(invoices, []))
    assert server.sent("PATCH") == []
    assert len(server.sent(r"POST .*/tables$")) == len(OURS)


def test_all_raw_tables_are_made_with_one_look_at_the_dataset(server, invoices, customers):
    ensure_raw_tables(BigQueryAccess(project="our-project", endpoint=server.url), "raw", [invoices, customers])
    assert server.tables.keys() == {"invoices", "customers"}
    assert len(server.sent("GET .*/datasets/raw$")) == 1


def test_queries_are_bounded_by_the_setting(server, raw, customers, snapshot):
    raw(max_bytes_billed=10**9).replace(snapshot(customers, []))
    [delete] = server.sent(QUERY)
    assert delete.body["configuration"]["query"]["maximumBytesBilled"] == str(10**9)


def test_a_key_file_that_is_none_is_one_line_without_what_is_in_it(tmp_path):
    file = tmp_path / "key.json"
    file.write_text('{"type": "service_account", "private_key": "very secret"}')
    with pytest.raises(WarehouseError, match=r"BIGQUERY_CREDENTIALS_FILE: .* is not the JSON key") as refused:
        BigQueryAccess(project="our-project", credentials_file=file).client()
    assert "secret" not in str(refused.value)
    with pytest.raises(WarehouseError, match="cannot be read: No such file"):
        BigQueryAccess(project="our-project", credentials_file=tmp_path / "none.json").client()


def test_impersonation_starts_from_whatever_credentials_there_are(monkeypatch):
    asked = []

    def default(scopes):
        asked.append(scopes)
        return AnonymousCredentials(), "our-project"

    monkeypatch.setattr(bigquery_access.google.auth, "default", default)
    access = BigQueryAccess(project="our-project", impersonate="loader@our-project.iam.gserviceaccount.com")
    client = access.client()
    assert client._credentials.service_account_email == "loader@our-project.iam.gserviceaccount.com"
    assert asked == [bigquery_access.IMPERSONATING_SCOPES]
    client.close()


def test_credentials_are_never_put_into_the_environment():
    manager = FortnoxBigQueryIOManager(project="our-project", gcp_credentials="c2VjcmV0")
    with pytest.raises(WarehouseError, match="gcp_credentials would be put into the environment"):
        _ = manager.access
