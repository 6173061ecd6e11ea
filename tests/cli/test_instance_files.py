"""Dagster's own SQLite files: what the commands' processes wait for, and what they do not."""

import dagster as dg
import sqlalchemy

from fortnox_assets.instance_files import store_events_without_waiting

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
