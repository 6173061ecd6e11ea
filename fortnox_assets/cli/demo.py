"""``fortnox-assets demo``: a simulated Fortnox, two companies, DuckDB, printed statements. No account, no network."""

import os
from collections.abc import Iterable
from pathlib import Path

import yaml
from rich.console import Console

from fortnox_assets.cli.report import print_statements
from fortnox_assets.cli.run import run_sync
from fortnox_assets.cli.sync import Request
from fortnox_assets.settings import Settings, load_settings
from fortnox_assets.settings_errors import SettingsError
from fortnox_assets.simulator.app import CLIENT_ID, CLIENT_SECRET, Simulator, SimulatorSettings, create_app
from fortnox_assets.simulator.company import SimulatedCompany
from fortnox_assets.simulator.rate_limit import RateLimit
from fortnox_assets.simulator.sample_companies import TODAY, sample_companies
from fortnox_assets.simulator.server import background

DEMO_COMPANIES = ("are-cykel", "bjork-konsult")
UNLIMITED = 100_000


def run_demo(directory: Path, ledger: str, console: Console) -> int:
    """Runs the whole line into ``directory`` and prints each company's statements; the exit code of the sync."""
    if ledger not in ("sie", "vouchers"):
        raise SettingsError(f"--ledger: found {ledger!r}; allowed: sie, vouchers")
    companies = demo_companies()
    with background(unlimited_simulator(companies)) as url:
        console.print(f"A simulated Fortnox answers at {url}; copying {len(companies)} companies.\n", soft_wrap=True)
        settings = demo_settings(directory, url, companies, ledger)
        code = run_sync(settings, Request(), console)
    if code == 0:
        for company in companies:
            print_statements(settings, company.key, console)
        where = os.path.relpath(settings.duckdb_path)
        console.print(f"The tables are in {where}; see how they were made: make dev", soft_wrap=True)
    return code


def demo_companies() -> list[SimulatedCompany]:
    """The sample companies the demo copies."""
    return [each for each in sample_companies("tiny") if each.key in DEMO_COMPANIES]


def unlimited_simulator(companies: Iterable[SimulatedCompany]) -> Simulator:
    """A simulator that never says 429: its company is not waiting for anybody."""
    return create_app(companies, settings=SimulatorSettings(rate_limit=RateLimit(requests=0)))


def demo_settings(directory: Path, url: str, companies: list[SimulatedCompany], ledger: str) -> Settings:
    """Writes the demo's ``fortnox.yaml`` into ``directory``, and the settings that go with a simulator at ``url``."""
    chosen = {each.key: {"tenant_id": each.tenant_id, "ledger": ledger} for each in companies}
    try:
        directory.mkdir(parents=True, exist_ok=True)
        (directory / "fortnox.yaml").write_text(yaml.safe_dump({"companies": chosen}), encoding="utf-8")
    except OSError as error:
        raise SettingsError(f"{directory}: cannot be written: {error.strerror}") from None
    return load_settings(demo_environment(directory, url))


def demo_environment(directory: Path, url: str) -> dict[str, str]:
    """The variables of a demo in ``directory`` against a simulator at ``url``; its rate limit is off on both sides."""
    return {
        "FORTNOX_CONFIG": str(directory / "fortnox.yaml"),
        "FORTNOX_API_URL": url,
        "FORTNOX_AUTH_URL": f"{url}/oauth-v1",
        "FORTNOX_CLIENT_ID": CLIENT_ID,
        "FORTNOX_CLIENT_SECRET": CLIENT_SECRET,
        "FORTNOX_STATE_DIR": str(directory),
        "FORTNOX_WAREHOUSE": "duckdb",
        "DUCKDB_PATH": str(directory / "fortnox.duckdb"),
        "FORTNOX_AS_OF": TODAY.isoformat(),
        "FORTNOX_REQUESTS_PER_WINDOW": str(UNLIMITED),
        # Without a rate limit there is no waiting to share, and processes take seconds to begin.
        "FORTNOX_COMPANIES_AT_ONCE": "1",
    }
