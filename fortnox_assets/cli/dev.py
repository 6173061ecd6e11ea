"""``fortnox-assets dev``: Dagster's web interface and daemon, stopped as one."""

import os
import signal
import subprocess
import sys
from collections.abc import Mapping
from contextlib import ExitStack
from pathlib import Path

from rich.console import Console

from fortnox_assets.cli.demo import demo_companies, demo_environment, demo_settings, unlimited_simulator
from fortnox_assets.cli.instance import dagster_home
from fortnox_assets.settings import Settings, load_settings
from fortnox_assets.simulator.server import background

DEMO_DIRECTORY = Path("data/demo")


def run_dev(port: int, console: Console) -> int:
    """Serves on ``port`` until Ctrl-C or SIGTERM; the exit code of ``dagster dev``."""
    settings = load_settings()
    with ExitStack() as stack:
        variables: Mapping[str, str] = {}
        if settings.config is None:
            companies = demo_companies()
            url = stack.enter_context(background(unlimited_simulator(companies)))
            settings = demo_settings(DEMO_DIRECTORY, url, companies, "sie")
            variables = demo_environment(DEMO_DIRECTORY.absolute(), url)
            console.print(f"No fortnox.yaml here: serving the demo's companies from a simulated Fortnox at {url}")
        return _serve(settings, variables, port)


def _serve(settings: Settings, variables: Mapping[str, str], port: int) -> int:
    environment = {**os.environ, **variables, "DAGSTER_HOME": str(dagster_home(settings))}
    command = [sys.executable, "-m", "dagster", "dev", "-m", "fortnox_assets.definitions", "-p", str(port)]
    # A shell's background job ignores Ctrl-C, and Dagster would inherit that and could not be stopped.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    process = subprocess.Popen(command, env=environment, start_new_session=True)  # noqa: S603 - our own interpreter
    signal.signal(signal.SIGTERM, lambda *_: process.send_signal(signal.SIGTERM))
    try:
        return process.wait()
    except KeyboardInterrupt:
        process.send_signal(signal.SIGINT)
        return process.wait()
