"""Processes killed while they write: rows and state of before are found, or those of after, never a mixture."""

import signal
import subprocess
import sys
from pathlib import Path

import pytest
from google.api_core.exceptions import BadRequest
from killed_process import write

from fortnox_assets.warehouse.bigquery import query
from fortnox_assets.warehouse.bigquery_jobs import Jobs
from fortnox_assets.warehouse.bigquery_tables import RawDataset

PROGRAM = Path(__file__).parent / "killed_process.py"
# Run that stored them, rows, rows inside them, rows marked as deleted; and the hour that the state tells.
OLD = ([("run-8", 300, 600, 0)], [(8, 300)])
NEW = ([("run-8", 100, 200, 100), ("run-9", 200, 400, 0)], [(9, 200)])
# Where the process is killed, and what may be found then.
FOUND = {
    "before the load": (OLD,),
    "load sent": (OLD,),
    "load done": (OLD,),
    "write sent": (OLD, NEW),
    "write done": (NEW,),
}


@pytest.fixture
def raw(access, dataset):
    client = access.client()
    yield RawDataset(access=access, jobs=Jobs(client=client), name=dataset)
    client.close()


@pytest.fixture
def stored(access, dataset):
    def find():
        marks = "countif(v._deleted_at is not null)"
        per_run = f"select _run_id, count(*), sum(array_length(v.Rows)), {marks} from {dataset}.vouchers as v"
        states = f"select extract(hour from s.watermark), s.rows from {dataset}._sync_state as s"
        return query(access, f"{per_run} group by 1 order by 1"), query(access, states)

    return find


@pytest.mark.parametrize("kind", ["snapshot", "changes"])
@pytest.mark.parametrize("point", FOUND)
def test_a_killed_run_leaves_what_was_there_or_all_of_the_new_and_the_next_run_the_new(
    access, raw, stored, tmp_path, kind, point
):
    write(raw, tmp_path, kind, 8)
    assert stored() == OLD
    given = {"project": access.project, "location": access.location, "dataset": raw.name, "spool": tmp_path}
    given |= {"endpoint": access.endpoint} if access.endpoint else {}
    words = [f"--{key}={value}" for key, value in {**given, "kind": kind, "hour": 9, "point": point}.items()]
    killed = subprocess.run(
        [sys.executable, "-W", "ignore", PROGRAM, *words], capture_output=True, text=True, check=False
    )
    assert killed.returncode == -signal.SIGKILL, killed.stderr
    assert stored() in FOUND[point]
    write(raw, tmp_path, kind, 9)
    assert stored() == NEW
    left = [each for each in raw.client.list_tables(raw.name) if each.table_id.startswith("load__")]
    assert len(left) == 1, "the killed run's"
    assert raw.client.get_table(left[0]).expires is not None


@pytest.mark.parametrize("kind", ["snapshot", "changes"])
def test_rows_that_are_lost_between_load_and_merge_change_nothing(raw, stored, tmp_path, kind, monkeypatch):
    write(raw, tmp_path, kind, 8)
    send = raw.client.query

    def lose(*args, **named):
        [staging] = [each for each in raw.client.list_tables(raw.name) if each.table_id.startswith("load__")]
        send(f"delete from `{staging.project}.{staging.dataset_id}.{staging.table_id}` where true").result()
        return send(*args, **named)

    monkeypatch.setattr(raw.client, "query", lose)
    with pytest.raises(BadRequest, match="rows on their way are lost; run again"):
        write(raw, tmp_path, kind, 9)
    assert stored() == OLD
