"""Dagster's own SQLite files: what the commands' processes wait for, and what they do not."""

import signal
import subprocess
import sys

import dagster as dg
import sqlalchemy

from fortnox_assets.instance_files import MOST_FILES, store_events_without_waiting

NORMAL, FULL = 1, 2


def waits_of(connection) -> int:
    return connection.exec_driver_sql("pragma synchronous").scalar()


def test_events_are_stored_without_waiting_for_the_disk(tmp_path):
    store_events_without_waiting()
    with dg.DagsterInstance.from_config(str(tmp_path)) as instance:
        with instance.event_log_storage.run_connection("a-run"):
            pass
        with instance.event_log_storage.run_connection("a-run") as events:
            assert waits_of(events) == NORMAL
        with instance.run_storage.connect() as runs:
            assert waits_of(runs) == NORMAL


def test_a_file_without_a_write_ahead_log_is_waited_for(tmp_path):
    store_events_without_waiting()
    engine = sqlalchemy.create_engine(f"sqlite:///{tmp_path / 'other.db'}", poolclass=sqlalchemy.NullPool)
    with engine.connect() as other:
        assert waits_of(other) == FULL
    engine.dispose()


def test_the_write_ahead_log_outlives_a_connection_and_a_killed_process(tmp_path):
    program = (
        "import os, signal, sys, dagster as dg\n"
        "from fortnox_assets.instance_files import store_events_without_waiting\n"
        "store_events_without_waiting()\n"
        "with dg.DagsterInstance.from_config(sys.argv[1]) as instance:\n"
        "    instance.add_dynamic_partitions('companies', ['are-cykel'])\n"
        "    assert os.path.exists(sys.argv[1] + '/history/runs/index.db-wal')\n"
        "    os.kill(os.getpid(), signal.SIGKILL)\n"
    )
    killed = subprocess.run([sys.executable, "-c", program, tmp_path], capture_output=True, check=False, timeout=120)
    assert killed.returncode == -signal.SIGKILL, killed.stderr
    with dg.DagsterInstance.from_config(str(tmp_path)) as instance:
        assert instance.get_dynamic_partitions("companies") == ["are-cykel"]


def test_no_more_files_are_kept_open_than_a_process_is_busy_with(tmp_path):
    store_events_without_waiting()
    with dg.DagsterInstance.from_config(str(tmp_path)) as instance:
        for number in range(MOST_FILES + 3):
            for _ in range(2):
                with instance.event_log_storage.run_connection(f"run-{number}"):
                    pass
        logs = list(tmp_path.rglob("run-*.db-wal"))
    assert 0 < len(logs) <= MOST_FILES
