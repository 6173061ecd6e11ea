"""Run as a program by the tests: one sync in a process that can be killed, of the endpoints named after the folder."""

import sys
from pathlib import Path
from types import SimpleNamespace

sys.path.insert(0, str(Path(__file__).parent))

from conftest import Copied

from fortnox_assets.cli.demo import demo_environment
from fortnox_assets.settings import load_settings


def main(directory, url, company, *names):
    settings = load_settings(demo_environment(Path(directory), url), Path(directory))
    journal = SimpleNamespace(clear=lambda: None)
    Copied(settings=settings, app=SimpleNamespace(journal=journal), company=SimpleNamespace(key=company)).sync(*names)


if __name__ == "__main__":
    main(*sys.argv[1:])
