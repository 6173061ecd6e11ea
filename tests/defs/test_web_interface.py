"""``fortnox-assets dev`` and ``workspace.yaml`` in real processes, in a directory that has nothing but what they bring.

A process of somebody else's cannot be handed a clock: these tests wait, for its words or for its port.
"""

import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.request import Request, urlopen

import pytest

from fortnox_assets.places import DAGSTER_YAML

PROGRAM = str(Path(sys.executable).parent / "fortnox-assets")
WORKSPACE = DAGSTER_YAML.parent / "workspace.yaml"
LONGEST_START_SECONDS = 180
QUESTION = """{
  assetNodes { assetKey { path } groupName partitionKeys isMaterializable }
  sensorsOrError(repositorySelector: {
    repositoryName: "__repository__", repositoryLocationName: "fortnox_assets.definitions"
  }) { __typename ... on Sensors { results { name } } }
}"""


@pytest.fixture(scope="module")
def directory(tmp_path_factory) -> Path:
    return tmp_path_factory.mktemp("newcomer")


@pytest.fixture(scope="module")
def environment() -> dict[str, str]:
    ours = ("FORTNOX_", "DAGSTER_", "DUCKDB_")
    return {name: value for name, value in os.environ.items() if not name.startswith(ours)}


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@contextmanager
def started(command: list[str], directory: Path, environment: dict[str, str]) -> Iterator[subprocess.Popen]:
    process = subprocess.Popen(
        command, cwd=directory, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    )
    watchdog = threading.Timer(LONGEST_START_SECONDS, process.kill)
    watchdog.start()
    try:
        yield process
    finally:
        watchdog.cancel()
        for each in [*descendants(process.pid), process.pid]:
            if each in running():
                os.kill(each, signal.SIGKILL)
        process.communicate()


def wait_for(process: subprocess.Popen, words: str) -> None:
    said = []
    for line in process.stdout:
        said.append(line)
        if words in line:
            return
    raise AssertionError("".join(said))


def wait_for_port(port: int) -> None:
    """Dagster says that it serves a moment before it does."""
    deadline = time.monotonic() + LONGEST_START_SECONDS
    while time.monotonic() < deadline:
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        threading.Event().wait(0.1)
    raise AssertionError(f"nobody listens on port {port}")


def running() -> dict[int, int]:
    """Every process that is not a zombie, with its parent."""
    listed = subprocess.run(["ps", "-axo", "pid=,ppid=,stat="], capture_output=True, text=True, check=True).stdout
    rows = (line.split() for line in listed.splitlines())
    return {int(pid): int(parent) for pid, parent, state in rows if not state.startswith("Z")}


def descendants(pid: int) -> set[int]:
    parents = running()
    found = {pid}
    while grown := {each for each, parent in parents.items() if parent in found} - found:
        found |= grown
    return found - {pid}


def ask(port: int, question: str) -> dict:
    body = json.dumps({"query": question}).encode()
    request = Request(f"http://127.0.0.1:{port}/graphql", body, {"Content-Type": "application/json"})
    with urlopen(request, timeout=60) as answer:
        return json.load(answer)["data"]


def test_dev_serves_the_demo_and_ctrl_c_leaves_no_process_behind(directory, environment):
    port = free_port()
    # As a shell's background job: SIGINT is ignored to begin with.
    command = ["sh", "-c", 'trap "" INT; exec "$@"', "sh", PROGRAM, "dev", "--port", str(port)]
    with started(command, directory, environment) as process:
        wait_for(process, "Serving dagster-webserver")
        wait_for_port(port)
        found = ask(port, QUESTION)
        nodes = {"/".join(each["assetKey"]["path"]): each for each in found["assetNodes"]}
        assert nodes["fortnox_raw/customers"]["partitionKeys"] == ["are-cykel", "bjork-konsult"]
        assert "are-cykel|2026" in nodes["fortnox_raw/invoices"]["partitionKeys"]
        assert nodes["fortnox_reporting/rpt_balance_sheet"]["groupName"] == "reports"
        sensors = {each["name"] for each in found["sensorsOrError"]["results"]}
        assert sensors >= {"new_companies_and_years", "reports_after_changes", "run_failures"}

        family = descendants(process.pid)
        assert len(family) > 2
        process.send_signal(signal.SIGINT)
        process.communicate(timeout=60)
        assert process.returncode == 0
        assert family & set(running()) == set()


def test_sigterm_stops_it_too_while_it_is_still_starting(directory, environment):
    with started([PROGRAM, "dev", "--port", str(free_port())], directory, environment) as process:
        wait_for(process, "Launching Dagster services")
        family = descendants(process.pid)
        assert family
        process.send_signal(signal.SIGTERM)
        process.communicate(timeout=60)
        assert process.returncode == 0
        assert family & set(running()) == set()


def test_a_taken_port_is_one_line(directory, environment):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        command = [PROGRAM, "dev", "--port", port]
        done = subprocess.run(command, cwd=directory, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 2
    assert done.stderr.startswith(f"fortnox-assets: --port {port}: cannot be used")
    assert len(done.stderr.splitlines()) == 1


def test_workspace_yaml_loads_where_there_is_no_fortnox_yaml(tmp_path, state, environment):
    shutil.copyfile(WORKSPACE, tmp_path / "workspace.yaml")
    command = [sys.executable, "-m", "dagster", "definitions", "validate", "-w", "workspace.yaml"]
    variables = {**environment, "FORTNOX_STATE_DIR": str(state), "FORTNOX_AS_OF": "2026-09-30"}
    done = subprocess.run(command, cwd=tmp_path, env=variables, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "fortnox_assets" in done.stdout + done.stderr
    assert sorted(each.name for each in tmp_path.iterdir()) == ["workspace.yaml"]
