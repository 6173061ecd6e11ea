"""Dagster's own processes, asked through GraphQL as its web interface does, and a simulated Fortnox on a socket.

Processes of somebody else's cannot be handed a clock: whoever uses these waits, a quarter of a second at a time.
"""

import importlib.util
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.request import Request, urlopen

import dagster as dg
import pytest
import yaml

from fortnox_assets.cli.demo import demo_environment, unlimited_simulator
from fortnox_assets.places import DAGSTER_YAML
from fortnox_assets.simulator.events import serving_events
from fortnox_assets.simulator.sample_companies import sample_companies
from fortnox_assets.simulator.server import background

BIN = Path(sys.executable).parent
MODULE = "fortnox_assets.definitions"
REPOSITORY = {"repositoryName": "__repository__", "repositoryLocationName": MODULE}
PATIENCE = threading.Event()
ENDED = {"SUCCESS", "FAILURE", "CANCELED"}


class Dagster:
    """A web interface, and the daemon beside it."""

    def __init__(self, directory: Path, environment: dict[str, str], simulator) -> None:
        self.directory = directory
        self.environment = environment
        self.simulator = simulator
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        self._processes: dict[str, subprocess.Popen] = {}

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def configure(self, *companies: str, **rest: object) -> None:
        tenants = {each.key: each.tenant_id for each in self.simulator.companies.values()}
        chosen = {key: {"tenant_id": tenants[key]} for key in companies}
        (self.directory / "fortnox.yaml").write_text(yaml.safe_dump({"companies": chosen, **rest}), encoding="utf-8")

    def run(self, *arguments: str) -> subprocess.CompletedProcess:
        command = [str(BIN / "fortnox-assets"), *arguments]
        return subprocess.run(
            command, cwd=self.directory, env=self.environment, capture_output=True, text=True, check=False
        )

    def start(self, name: str) -> None:
        """``dev``: everything; else ``webserver`` or ``daemon`` alone."""
        commands = {
            "dev": [str(BIN / "fortnox-assets"), "dev", "--port", str(self.port)],
            "webserver": [str(BIN / "dagster-webserver"), "-m", MODULE, "-p", str(self.port)],
            "daemon": [str(BIN / "dagster-daemon"), "run", "-m", MODULE],
        }
        with (self.directory / f"{name}.log").open("a", encoding="utf-8") as log:
            self._processes[name] = subprocess.Popen(
                commands[name],
                cwd=self.directory,
                env=self.environment,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
                # A background job of a shell ignores it, and Dagster would then ignore SIGTERM too.
                preexec_fn=lambda: signal.signal(signal.SIGINT, signal.default_int_handler),  # noqa: PLW1509
            )

    def kill(self, name: str) -> None:
        """As a machine that goes down: nothing of it is left, and nothing was said."""
        process = self._processes.pop(name)
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()

    def stop(self, name: str) -> int:
        process = self._processes.pop(name)
        process.send_signal(signal.SIGTERM)
        try:
            return process.wait(timeout=120)
        finally:
            if process.poll() is None:
                os.killpg(process.pid, signal.SIGKILL)
                process.wait()

    def stop_all(self) -> None:
        for name in list(self._processes):
            self.stop(name)

    def log(self) -> str:
        return "\n".join(each.read_text(encoding="utf-8")[-6000:] for each in sorted(self.directory.glob("*.log")))

    def ask(self, question: str, **variables: object) -> dict[str, Any]:
        body = json.dumps({"query": question, "variables": variables}).encode()
        request = Request(f"{self.url}/graphql", body, {"Content-Type": "application/json"})
        with urlopen(request, timeout=60) as answer:
            found = json.load(answer)
        assert "errors" not in found, found["errors"]
        return found["data"]

    def wait(self, what: str, until: Callable[[], Any], seconds: float = 600) -> Any:
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            try:
                if found := until():
                    return found
            except OSError:  # it is starting
                pass
            PATIENCE.wait(0.25)
        raise AssertionError(f"waited {seconds:.0f} s for {what}\n{self.log()}")

    def locations(self) -> list[dict[str, Any]]:
        found = self.ask(
            "{ workspaceOrError { ... on Workspace { locationEntries { name loadStatus locationOrLoadError {"
            " __typename ... on PythonError { message stack className } } } } } }"
        )
        return found["workspaceOrError"]["locationEntries"]

    def wait_until_loaded(self) -> None:
        self.wait("the code location", lambda: all(each["loadStatus"] == "LOADED" for each in self.locations()))
        assert self.locations()[0]["locationOrLoadError"]["__typename"] == "RepositoryLocation", self.locations()

    def start_sensor(self, name: str) -> None:
        found = self.ask(
            "mutation($s: SensorSelector!) { startSensor(sensorSelector: $s) { __typename } }",
            s={**REPOSITORY, "sensorName": name},
        )
        assert found["startSensor"]["__typename"] == "Sensor"

    def dry_run(self, schedule: str) -> list[dict[str, Any]]:
        """What a tick of the schedule would start now."""
        found = self.ask(
            "mutation($s: ScheduleSelector!, $t: Float) { scheduleDryRun(selectorData: $s, timestamp: $t) {"
            " ... on DryRunInstigationTick { evaluationResult { error { message }"
            " runRequests { runKey jobName tags { key value } } } } } }",
            s={**REPOSITORY, "scheduleName": schedule},
            t=time.time(),
        )
        result = found["scheduleDryRun"]["evaluationResult"]
        assert result["error"] is None, result["error"]
        return result["runRequests"]

    def backfill(self, tables: list[str], partitions: list[str]) -> str:
        """As the web interface's button does."""
        found = self.ask(
            "mutation($b: LaunchBackfillParams!) { launchPartitionBackfill(backfillParams: $b) {"
            " __typename ... on LaunchBackfillSuccess { backfillId } } }",
            b={"assetSelection": [{"path": ["fortnox_raw", each]} for each in tables], "partitionNames": partitions},
        )
        assert found["launchPartitionBackfill"]["__typename"] == "LaunchBackfillSuccess", found
        return found["launchPartitionBackfill"]["backfillId"]

    def backfill_status(self, backfill: str) -> str:
        found = self.ask(
            "query($b: String!) { partitionBackfillOrError(backfillId: $b) { ... on PartitionBackfill { status } } }",
            b=backfill,
        )
        return found["partitionBackfillOrError"]["status"]

    def runs(self, **tags: str) -> list[dict[str, Any]]:
        """Newest first; ``tags`` with ``__`` for what cannot stand in a name: ``fortnox__company`` is a slash."""
        wanted = [{"key": key.replace("__", "/"), "value": value} for key, value in tags.items()]
        found = self.ask(
            "query($f: RunsFilter) { runsOrError(filter: $f, limit: 200) { ... on Runs { results {"
            " runId jobName status startTime endTime tags { key value } } } } }",
            f={"tags": wanted} if wanted else {},
        )
        runs = found["runsOrError"]["results"]
        return [{**each, "tags": {tag["key"]: tag["value"] for tag in each["tags"]}} for each in runs]

    def reports(self) -> list[dict[str, Any]]:
        return [each for each in self.runs() if each["jobName"] == "build_reports"]


@contextmanager
def desk(directory: Path) -> Iterator[Dagster]:
    ours = ("FORTNOX_", "DAGSTER_", "DUCKDB_")
    (directory / "dagster").mkdir()
    shutil.copyfile(DAGSTER_YAML, directory / "dagster" / "dagster.yaml")
    # Made by one process: two that begin with an empty home would both make the tables.
    with dg.DagsterInstance.from_config(str(directory / "dagster")) as instance:
        assert instance.get_runs_count() == 0
    clean = {name: value for name, value in os.environ.items() if not name.startswith(ours)}
    simulator = unlimited_simulator(sample_companies("tiny"))
    with background(simulator) as url, serving_events(simulator.events, simulator.tokens) as events:
        variables = {
            **demo_environment(directory, url),
            "FORTNOX_EVENTS_URL": events,
            "FORTNOX_CONFIG": "fortnox.yaml",
            "DAGSTER_HOME": str(directory / "dagster"),
        }
        dagster = Dagster(directory, {**clean, **variables}, simulator)
        try:
            yield dagster
        finally:
            dagster.stop_all()


@pytest.fixture(scope="module")
def dagster(tmp_path_factory) -> Iterator[Dagster]:
    with desk(tmp_path_factory.mktemp("desk")) as made:
        yield made


@pytest.fixture(scope="session")
def browser():
    """Opens a headless Chromium."""
    place = Path(__file__).parent / "browser.py"
    spec = importlib.util.spec_from_file_location("browser", place)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module.chromium
