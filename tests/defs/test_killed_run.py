"""A run that is killed in the middle of a partition, with a real signal to a real process."""

import os
import signal
import subprocess
import sys
from pathlib import Path

from fortnox_assets.simulator.faults import Fault, Script

COMMAND = [str(Path(sys.executable).parent / "fortnox-assets"), "sync", "--full", "--no-reports"]
PARTITION = ["--company", "are-cykel", "--financial-year", "2026", "--endpoint", "invoices"]


def test_a_killed_run_leaves_the_old_rows_and_running_again_heals(desk):
    desk.copy("are-cykel", 2026, "invoices")
    stored = "select DocumentNumber, _run_id from fortnox_raw.invoices order by all"
    before = desk.query(stored)
    assert len(before) > 5
    started: list[subprocess.Popen] = []
    desk.simulator.faults.add(
        Script(
            fault=Fault.CHANGE,
            path="/3/invoices/",
            skip=3,
            change=lambda _: os.kill(started[0].pid, signal.SIGKILL),
        )
    )
    process = subprocess.Popen([*COMMAND, *PARTITION], env=dict(desk.environment), stdout=subprocess.PIPE)
    started.append(process)
    process.communicate(timeout=60)
    assert process.returncode == -signal.SIGKILL
    assert desk.query(stored) == before

    result = desk.copy("are-cykel", 2026, "invoices")
    assert result.success
    after = desk.query(stored)
    assert [number for number, _ in after] == [number for number, _ in before]
    assert {run for _, run in after} == {result.run_id}
