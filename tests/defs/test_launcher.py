"""Whether a run that was started is still there, asked of a real code server that is there, stopped, and killed."""

import json
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import dagster as dg
import pytest
from dagster._core.errors import DagsterUserCodeUnreachableError
from dagster._core.launcher import WorkerStatus
from dagster._core.storage.tags import GRPC_INFO_TAG
from dagster._grpc.client import DagsterGrpcClient

from fortnox_assets.launcher import WatchedRunLauncher

PATIENCE = threading.Event()
DAGSTER = [sys.executable, "-W", "ignore", "-m", "dagster", "api", "grpc", "--lazy-load-user-code"]


@dg.job
def nothing():
    """A job that nobody runs."""


@pytest.fixture(scope="module")
def instance(tmp_path_factory) -> Iterator[dg.DagsterInstance]:
    home = tmp_path_factory.mktemp("dagster")
    launcher = {"module": "fortnox_assets.launcher", "class": "WatchedRunLauncher"}
    (home / "dagster.yaml").write_text(json.dumps({"run_launcher": launcher, "telemetry": {"enabled": False}}))
    with dg.DagsterInstance.from_config(str(home)) as made:
        assert isinstance(made.run_launcher, WatchedRunLauncher)
        yield made


@pytest.fixture
def server(tmp_path) -> Iterator[tuple[subprocess.Popen, Path]]:
    """A code server, which answers on a socket."""
    socket = tmp_path / "code"
    command = [*DAGSTER, "--socket", str(socket), "--module-name", "fortnox_assets.launcher"]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
        try:
            while not answers(socket):
                assert process.poll() is None
                PATIENCE.wait(0.1)
            yield process, socket
        finally:
            process.kill()


def answers(socket: Path) -> bool:
    try:
        return DagsterGrpcClient(socket=str(socket)).ping("there") is not None
    except DagsterUserCodeUnreachableError:
        return False


def status(instance: dg.DagsterInstance, socket: Path | None) -> WorkerStatus:
    """Of a run that has started, by the server behind this socket; None: by no server, from the command line."""
    tags = {GRPC_INFO_TAG: json.dumps({"host": "localhost", "socket": str(socket)})} if socket else {}
    run = instance.create_run_for_job(nothing, tags=tags, status=dg.DagsterRunStatus.STARTED)
    return instance.run_launcher.check_run_worker_health(run).status


def test_a_run_that_its_code_location_has_no_more_is_dead(instance, server):
    assert status(instance, server[1]) == WorkerStatus.FAILED


def test_a_run_whose_code_location_was_killed_is_dead(instance, server):
    process, socket = server
    process.kill()
    process.wait()
    assert status(instance, socket) == WorkerStatus.FAILED


def test_a_code_location_that_is_slow_to_answer_kills_nothing(instance, server, monkeypatch):
    process, socket = server
    monkeypatch.setattr(WatchedRunLauncher, "longest_answer_seconds", 1)
    os.kill(process.pid, signal.SIGSTOP)
    assert status(instance, socket) == WorkerStatus.RUNNING


def test_a_run_of_the_command_line_is_left_alone(instance):
    assert status(instance, None) == WorkerStatus.RUNNING


def test_run_monitoring_asks_it(instance):
    assert instance.run_launcher.supports_check_run_worker_health
