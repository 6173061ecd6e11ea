"""Processes that are killed while they write: the old rows are found afterwards, or the new, and nothing else."""

import signal
import subprocess
import sys
from pathlib import Path

import pytest

from fortnox_assets.warehouse.bigquery import query

PROGRAM = Path(__file__).parent / "killed_process.py"
OLD, NEW = [("run-1", 300, 600)], [("run-2", 200, 400)]
# Where the process is killed, and the rows that may be found then.
FOUND = {
    "before the load": (OLD,),
    "load sent": (OLD,),
    "load done": (OLD,),
    "merge sent": (OLD, NEW),
    "merge done": (NEW,),
}


@pytest.fixture
def write(access, dataset, tmp_path):
    def run(name, rows, point=None):
        given = {"project": access.project, "location": access.location, "dataset": dataset, "spool": tmp_path}
        given |= {"endpoint": access.endpoint} if access.endpoint else {}
        words = [f"--{key}={value}" for key, value in {**given, "run": name, "rows": rows}.items()]
        command = [sys.executable, "-W", "ignore", PROGRAM, *words, *(["--point", point] if point else [])]
        return subprocess.run(command, cwd=PROGRAM.parents[2], capture_output=True, text=True, check=False)

    return run


@pytest.mark.parametrize("point", FOUND)
def test_a_killed_run_leaves_the_old_rows_or_the_new_and_the_next_run_the_new(write, access, dataset, point):
    def stored():
        per_run = "select _run_id, count(*), sum(array_length(v.Rows))"
        return query(access, f"{per_run} from {dataset}.vouchers as v group by 1 order by 1")

    first = write("run-1", 300)
    assert first.returncode == 0, first.stderr
    assert stored() == OLD
    assert write("run-2", 200, point).returncode == -signal.SIGKILL
    assert stored() in FOUND[point]
    again = write("run-2", 200)
    assert again.returncode == 0, again.stderr
    assert stored() == NEW
