"""A person's terminal: a directory with fortnox.yaml, environment variables, and a simulated Fortnox on a socket."""

import shutil
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
import yaml

from fortnox_assets.cli import main
from fortnox_assets.defs.dbt import _fingerprint, prepared_manifest
from fortnox_assets.settings import Environment, load_settings
from fortnox_assets.simulator.app import Simulator, SimulatorSettings, create_app
from fortnox_assets.simulator.company import SimulatedCompany
from fortnox_assets.simulator.rate_limit import RateLimit
from fortnox_assets.simulator.sample_companies import TODAY, sample_companies
from fortnox_assets.simulator.server import background
from fortnox_assets.warehouse.duckdb import query

CLIENT = "cli-tests"
SECRET = "vEryS3cretOfTheCliTests"
WRONG_SECRET = "wr0ngS3cretOfTheCliTests"
CUSTOMERS = ("sync", "--endpoint", "customers", "--no-reports")


@dataclass(frozen=True, kw_only=True)
class Fortnox:
    """The simulator and where it listens."""

    app: Simulator
    url: str
    companies: Mapping[str, SimulatedCompany]

    def tokens(self) -> list[str]:
        """Every token and code it has given out."""
        return [*self.app.tokens._access, *self.app.tokens._refresh, *self.app.tokens._codes]


@dataclass(frozen=True, kw_only=True)
class Ran:
    """What one command left on the screen."""

    code: int
    out: str
    err: str

    @property
    def not_available(self) -> list[str]:
        """The lines about what a company does not have."""
        return [line for line in self.out.splitlines() if line.startswith("not available  ")]

    @property
    def failed(self) -> list[str]:
        """The lines about what failed, which are all there is on standard error."""
        lines = self.err.splitlines()
        assert all(line.startswith("failed  ") for line in lines), self
        assert self.code == (1 if lines else 0)
        return lines

    def only(self, code: int) -> str:
        """The one line of a command that ended with ``code`` before it did anything."""
        assert (self.code, self.out, self.err.count("\n")) == (code, "", 1), self
        assert self.err.startswith("fortnox-assets: ")
        return self.err.removeprefix("fortnox-assets: ").rstrip()


@dataclass(frozen=True, kw_only=True)
class Terminal:
    """One directory, synced as often as a test wants. Every command is searched for tracebacks and secrets."""

    directory: Path
    fortnox: Fortnox
    capsys: pytest.CaptureFixture[str]
    patch: pytest.MonkeyPatch
    variables: dict[str, str] = field(default_factory=dict)

    @property
    def state(self) -> Path:
        return self.directory / "state"

    @property
    def database(self) -> Path:
        return self.state / "fortnox.duckdb"

    def configure(self, companies: Mapping[str, Mapping[str, Any]], **config: Any) -> None:
        """Writes fortnox.yaml."""
        self.write(yaml.safe_dump({"companies": dict(companies), **config}))

    def write(self, text: str) -> None:
        """Writes fortnox.yaml as it stands."""
        (self.directory / "fortnox.yaml").write_text(text, encoding="utf-8")

    def environment(self) -> dict[str, str]:
        """The variables of a command."""
        return {
            "FORTNOX_API_URL": self.fortnox.url,
            "FORTNOX_AUTH_URL": f"{self.fortnox.url}/oauth-v1",
            "FORTNOX_CLIENT_ID": CLIENT,
            "FORTNOX_CLIENT_SECRET": SECRET,
            "FORTNOX_STATE_DIR": str(self.state),
            "FORTNOX_AS_OF": TODAY.isoformat(),
            "FORTNOX_REQUESTS_PER_WINDOW": "100000",
            "FORTNOX_COMPANIES_AT_ONCE": "1",
            "COLUMNS": "400",
            **self.variables,
        }

    def run(self, *words: str, **variables: str) -> Ran:
        """Runs ``fortnox-assets`` with these words in this process."""
        with self.patch.context() as patch:
            patch.chdir(self.directory)
            patch.setattr(sys, "argv", ["fortnox-assets", *words])
            patch.setenv("DAGSTER_HOME", "")
            for name in Environment.model_fields:
                patch.delenv(name.upper(), raising=False)
            for name, value in {**self.environment(), **variables}.items():
                patch.setenv(name, value)
            self.capsys.readouterr()
            try:
                main()
                code: Any = 0
            except SystemExit as end:
                code = end.code
        shown = self.capsys.readouterr()
        ran = Ran(code=code, out=shown.out, err=shown.err)
        self.search(shown.out + shown.err)
        return ran

    def search(self, shown: str) -> None:
        """Refuses tracebacks on the screen, and secrets and tokens there or in any file but the tokens' own."""
        assert "Traceback" not in shown
        secrets = [SECRET, WRONG_SECRET, *self.fortnox.tokens()]
        assert [each for each in secrets if each in shown] == []
        for path in self.state.rglob("*"):
            if path.is_file() and path.parent != self.state / "tokens":
                content = path.read_bytes()
                assert [(path, each) for each in secrets if each.encode() in content] == []

    def query(self, sql: str, *parameters: object) -> list[tuple[Any, ...]]:
        """Rows of the warehouse."""
        return query(self.database, sql, list(parameters))

    def count(self, table: str, company: str = "are-cykel") -> int:
        """How many rows of a raw table the company has."""
        ((rows,),) = self.query(f"select count(*) from fortnox_raw.{table} where company = ?", company)
        return rows


@pytest.fixture(scope="session")
def simulator() -> Iterator[Fortnox]:
    companies = sample_companies("tiny")
    settings = SimulatorSettings(credentials={CLIENT: SECRET}, rate_limit=RateLimit(requests=0))
    app = create_app(companies, settings=settings)
    with background(app) as url:
        yield Fortnox(app=app, url=url, companies={each.key: each for each in companies})


@pytest.fixture
def fortnox(simulator: Fortnox) -> Iterator[Fortnox]:
    """The simulator, well behaved."""
    consents = set(simulator.app.tokens.consents)
    yield simulator
    simulator.app.faults.clear()
    simulator.app.tokens.consents = consents


@pytest.fixture(scope="session")
def parsed(tmp_path_factory) -> Path:
    """The dbt project as dbt has parsed it, which takes longer than any test."""
    directory = tmp_path_factory.mktemp("parsed")
    return prepared_manifest(load_settings({"FORTNOX_STATE_DIR": str(directory / "state")}, directory)).parent


@pytest.fixture
def without_waiting(monkeypatch) -> None:
    """Retries come at once."""
    monkeypatch.setattr("fortnox_assets.fortnox.connect._interruptible", lambda *_: lambda _: None)


@pytest.fixture
def terminal(tmp_path, fortnox, capsys, monkeypatch, without_waiting) -> Terminal:
    """A directory with two configured companies."""
    made = Terminal(directory=tmp_path, fortnox=fortnox, capsys=capsys, patch=monkeypatch)
    made.configure({"are-cykel": {"tenant_id": 900001}, "bjork-konsult": {"tenant_id": 900002}})
    return made


@pytest.fixture
def ready(terminal, parsed) -> Terminal:
    """The same, where a sync can begin at once."""
    target = terminal.state / "dbt" / "duckdb"
    shutil.copytree(parsed, target)
    variables = load_settings(terminal.environment(), terminal.directory).subprocess_environment()
    (target / "made_from").write_text(_fingerprint({name: value for name, value in variables.items() if value}))
    return terminal
