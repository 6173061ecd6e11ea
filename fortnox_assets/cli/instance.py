"""Where Dagster remembers runs: ``DAGSTER_HOME``, or a folder of the state directory made ready for it."""

import os
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import dagster as dg
from sqlalchemy.exc import DBAPIError

from fortnox_assets.cli.errors import DagsterHomeError
from fortnox_assets.instance_files import store_events_without_waiting
from fortnox_assets.places import DAGSTER_YAML
from fortnox_assets.settings import Settings
from fortnox_assets.settings_errors import SettingsError


def dagster_home(settings: Settings) -> Path:
    """The instance's folder, with a ``dagster.yaml`` in it; SettingsError when it cannot be written."""
    home = Path(os.environ.get("DAGSTER_HOME") or settings.state_dir / "dagster").absolute()
    try:
        home.mkdir(parents=True, exist_ok=True)
        if not (home / "dagster.yaml").exists():
            shutil.copyfile(DAGSTER_YAML, home / "dagster.yaml")
    except OSError as error:
        raise SettingsError(f"DAGSTER_HOME: {home}: cannot be written: {error.strerror}") from None
    return home


@contextmanager
def dagster_instance(settings: Settings) -> Iterator[dg.DagsterInstance]:
    """The Dagster instance whose runs the web interface shows. Raises: DagsterHomeError."""
    home = dagster_home(settings)
    store_events_without_waiting()
    os.environ["DAGSTER_HOME"] = str(home)
    with home_failures_in_one_line(home), dg.DagsterInstance.from_config(str(home)) as instance:
        yield instance


@contextmanager
def home_failures_in_one_line(home: Path | str) -> Iterator[None]:
    """Raises DagsterHomeError for what Dagster's own storage says when its disk is full or its files are damaged."""
    try:
        yield
    except (sqlite3.Error, DBAPIError, OSError) as error:
        said = error.orig if isinstance(error, DBAPIError) else error
        raise DagsterHomeError(
            f"DAGSTER_HOME: {home}: Dagster cannot keep its runs there: {said}; free disk space or set DAGSTER_HOME to "
            "another directory, and run again; stored rows are kept"
        ) from error
