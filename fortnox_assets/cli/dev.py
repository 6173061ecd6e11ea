"""``fortnox-assets dev``: Dagster's web interface and daemon, stopped as one."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterable, Iterator, Mapping
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path

from rich.console import Console

from fortnox_assets.cli.demo import demo_companies, demo_environment, demo_settings, unlimited_simulator
from fortnox_assets.cli.instance import dagster_home, dagster_instance
from fortnox_assets.defs.partitions import register
from fortnox_assets.settings import Settings, load_settings
from fortnox_assets.settings_errors import SettingsError
from fortnox_assets.simulator.company import SimulatedCompany
from fortnox_assets.simulator.events import serving_events
from fortnox_assets.simulator.server import background

DEMO_DIRECTORY = Path("data/demo")
LONGEST_STOP_SECONDS = 30.0
LONGEST_STRAGGLING_SECONDS = 5.0
POLL_SECONDS = 0.1
STOPS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


def run_dev(port: int, console: Console, *, simulator: bool = False) -> int:
    """Serves on ``port`` until Ctrl-C, SIGTERM or the end of the terminal; 0 when it was told to stop.

    With a simulated Fortnox and the demo's companies when there is no ``fortnox.yaml``, or ``simulator`` asks for it.

    Raises: SettingsError when the port is taken or the settings cannot be used.
    """
    settings = load_settings()
    _refuse_taken(port)
    with ExitStack() as stack:
        variables: Mapping[str, str] = {}
        if simulator or settings.config is None:
            companies = demo_companies()
            fortnox = unlimited_simulator(companies)
            url = stack.enter_context(background(fortnox))
            events = stack.enter_context(serving_events(fortnox.events, fortnox.tokens))
            settings = demo_settings(DEMO_DIRECTORY, url, companies, "sie")
            _register(settings, companies)
            variables = {**demo_environment(DEMO_DIRECTORY.absolute(), url), "FORTNOX_EVENTS_URL": events}
            why = "Asked for" if simulator else "No fortnox.yaml here"
            told = f"{why}: serving the demo's companies from a simulated Fortnox at {url}"
            console.print(told, soft_wrap=True)
        console.print(f"Dagster will be at http://localhost:{port} in a moment; Ctrl-C stops it.", soft_wrap=True)
        environment = {**os.environ, **variables, "DAGSTER_HOME": str(dagster_home(settings))}
        command = [sys.executable, "-m", "dagster", "dev", "-m", "fortnox_assets.definitions", "-p", str(port)]
        return _run_until_told_to_stop(command, environment)


def _refuse_taken(port: int) -> None:
    """Dagster would go to another port than the one that was asked for, and say so among many other lines."""
    with socket.socket() as probe:
        # As the server itself does: a port whose last connection has just ended is free.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except (OSError, OverflowError) as error:
            raise SettingsError(f"--port {port}: cannot be used: {error}; choose another one") from None


def _register(settings: Settings, companies: Iterable[SimulatedCompany]) -> None:
    """The demo's partitions are there to be clicked on, also before anything was copied."""
    labels = {year.from_date.year for company in companies for year in company.years}
    with dagster_instance(settings) as instance:
        register(instance, settings.companies, labels)


def _run_until_told_to_stop(command: list[str], environment: Mapping[str, str]) -> int:
    # In a session of its own, so that Ctrl-C reaches Dagster once, from us, and so that all it starts can be found.
    with _stops_as_interrupts():
        process = subprocess.Popen(command, env=environment, start_new_session=True)  # noqa: S603 - our own Python
        try:
            return process.wait()
        except KeyboardInterrupt:
            return 0
        finally:
            _stop(process)


@contextmanager
def _stops_as_interrupts() -> Iterator[None]:
    """Every signal that asks us to stop is a KeyboardInterrupt.

    SIGINT too: a shell's background job ignores it, Dagster would inherit that, and could not be stopped by SIGTERM
    either. SIGHUP stays ignored where ``nohup`` made it so.
    """

    def interrupt(_: int, __: object) -> None:
        raise KeyboardInterrupt

    wanted = [each for each in STOPS if each != signal.SIGHUP or signal.getsignal(each) != signal.SIG_IGN]
    before = {each: signal.signal(each, interrupt) for each in wanted}
    try:
        yield
    finally:
        for each, handler in before.items():
            signal.signal(each, handler)


def _stop(process: subprocess.Popen[bytes]) -> None:
    """Lets Dagster stop by itself; a second Ctrl-C, or taking too long, ends whatever is left of it."""
    with suppress(KeyboardInterrupt, subprocess.TimeoutExpired, ProcessLookupError):
        process.send_signal(signal.SIGINT)
        process.wait(timeout=LONGEST_STOP_SECONDS)
        os.killpg(process.pid, signal.SIGTERM)
        deadline = time.monotonic() + LONGEST_STRAGGLING_SECONDS
        while time.monotonic() < deadline:
            os.killpg(process.pid, 0)
            time.sleep(POLL_SECONDS)
    with suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()
