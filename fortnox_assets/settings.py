"""The only reader of the environment and of ``fortnox.yaml``.

:func:`load_settings` answers with frozen :class:`Settings` or raises :class:`SettingsError`, one line that names the
file or variable, the key, what was found and what is allowed. Secrets are held so that printing shows only asterisks.
"""

import datetime as dt
import json
import os
import re
from collections.abc import Hashable, Mapping
from pathlib import Path
from typing import Annotated, Any, Literal
from zoneinfo import ZoneInfo

import yaml
from dotenv import dotenv_values
from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Field,
    SecretStr,
    StringConstraints,
    ValidationError,
    model_validator,
)

from fortnox_assets.catalogue import COPIED, RAW_TABLES
from fortnox_assets.catalogue.own_tables import OWN_TABLES
from fortnox_assets.documents.choice import DocumentsSelection
from fortnox_assets.documents.modules import NEEDED
from fortnox_assets.settings_errors import SettingsError, explain
from fortnox_assets.storage import Store

STOCKHOLM = ZoneInfo("Europe/Stockholm")

LedgerSource = Literal["sie", "vouchers", "sie_file"]
CompanyKey = Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9-]*$")]
Year = Annotated[int, Field(ge=1900, le=2999)]
Hours = Annotated[float, Field(ge=0, allow_inf_nan=False)]


def _address(text: str) -> str:
    """A web address that can be sent to; neither a name nor a password may stand in it, because it is shown."""
    if not re.fullmatch(r"https?://([\w-]+(\.[\w-]+)*|\[[0-9A-Fa-f:.]+\])(:\d{1,5})?(/[^\s@?#]*)?", text, re.ASCII):
        raise ValueError("must be an address such as https://api.fortnox.se")
    return text


Address = Annotated[str, AfterValidator(_address)]


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)


class Company(_Frozen):
    """One company of ``fortnox.yaml``. Without ``tenant_id`` it has no Fortnox connection, only uploaded SIE files."""

    tenant_id: Annotated[int, Field(ge=1)] | None = None
    organisation_number: str | None = None
    auth: Literal["client_credentials", "refresh_token"] = "client_credentials"
    ledger: LedgerSource = "sie"
    ledger_by_year: dict[Year, LedgerSource] = {}
    vat_period: Literal["month", "quarter", "year"] = "quarter"

    @model_validator(mode="after")
    def _connected_or_uploaded(self) -> "Company":
        if self.tenant_id is None and not self.only_uploaded:
            raise ValueError("needs tenant_id (Fortnox DatabaseNumber), unless its ledger is sie_file")
        return self

    @property
    def is_connected(self) -> bool:
        """Whether the company is read from Fortnox at all."""
        return self.tenant_id is not None

    @property
    def only_uploaded(self) -> bool:
        """Whether every year's ledger comes from uploaded SIE files."""
        return {self.ledger, *self.ledger_by_year.values()} == {"sie_file"}

    def ledger_source(self, financial_year: int) -> LedgerSource:
        """Where the ledger rows of the financial year labelled ``financial_year`` come from."""
        return self.ledger_by_year.get(financial_year, self.ledger)


class Selection(_Frozen):
    """Names to keep (``include``) or to leave out (``exclude``); neither means all of them."""

    include: tuple[str, ...] | None = None
    exclude: tuple[str, ...] = ()

    @model_validator(mode="after")
    def _one_of_them(self) -> "Selection":
        if self.include is not None and self.exclude:
            raise ValueError("has both include and exclude; keep one of them")
        return self

    def names(self) -> tuple[str, ...]:
        """Every name the selection mentions."""
        return (*(self.include or ()), *self.exclude)


class EndpointSelection(Selection):
    """Which endpoints are copied, and after how many hours a sync reads again what it need not read every time.

    ``key_listing_hours``: the list of all keys, which tells what was deleted. ``full_hours``: everything. 0: every
    time. freshness.py has the hours of the endpoints that are not named.
    """

    key_listing_hours: dict[str, Hours] = {}
    full_hours: dict[str, Hours] = {}

    def names(self) -> tuple[str, ...]:
        """Every name the selection mentions."""
        return (*super().names(), *self.key_listing_hours, *self.full_hours)


class ConfigFile(_Frozen):
    """What ``fortnox.yaml`` holds."""

    companies: Annotated[dict[CompanyKey, Company], Field(min_length=1)]
    endpoints: EndpointSelection = EndpointSelection()
    fields: dict[str, Selection] = {}
    new_fields: Literal["report", "copy"] = "report"
    documents: DocumentsSelection | None = None


class Environment(_Frozen):
    """What the environment variables hold; each field is named after its variable."""

    fortnox_config: Path = Path("fortnox.yaml")
    fortnox_api_url: Address = "https://api.fortnox.se"
    fortnox_auth_url: Address = "https://apps.fortnox.se/oauth-v1"
    fortnox_client_id: str | None = None
    fortnox_client_secret: SecretStr | None = None
    fortnox_state_dir: Path = Path("data")
    fortnox_token_store: Annotated[str, StringConstraints(pattern=r"^(file:.*|gcp-secret-manager:.+)$")] = "file:"  # noqa: S105
    fortnox_document_store: Annotated[str, StringConstraints(pattern=r"^(file:.*|gs://[^/]+.*)$")] = "file:"
    fortnox_sie_store: Annotated[str, StringConstraints(pattern=r"^(file:.*|gs://[^/]+.*)$")] = "file:"
    storage_emulator_host: str | None = None
    fortnox_warehouse: Literal["duckdb", "bigquery"] = "duckdb"
    duckdb_path: Path | None = None
    bigquery_project: str | None = None
    bigquery_location: str = "EU"
    fortnox_raw_dataset: Annotated[str, StringConstraints(pattern=r"^[A-Za-z_]\w*$")] = "fortnox_raw"
    fortnox_reporting_dataset: Annotated[str, StringConstraints(pattern=r"^[A-Za-z_]\w*$")] = "fortnox_reporting"
    fortnox_as_of: dt.date | None = None
    fortnox_requests_per_window: Annotated[int, Field(ge=1)] = 24
    fortnox_requests_in_flight: Annotated[int, Field(ge=1, le=24)] = 6


class Settings(_Frozen):
    """Everything a run needs to know, checked. Paths are absolute."""

    environment: Environment
    config: ConfigFile | None
    config_path: Path
    state_dir: Path
    duckdb_path: Path

    @property
    def companies(self) -> Mapping[str, Company]:
        """The companies by key; empty when there is no ``fortnox.yaml`` yet."""
        return self.config.companies if self.config else {}

    def company(self, key: str) -> Company:
        """The company called ``key``; SettingsError naming the known ones when there is none."""
        if key not in self.companies:
            known = ", ".join(sorted(self.companies)) or "none"
            raise SettingsError(f"{self.config_path.name}: companies: there is no company {key!r}; configured: {known}")
        return self.companies[key]

    @property
    def sie_store(self) -> Store:
        """Where people put SIE files: a folder for each company key."""
        return self._store(self.environment.fortnox_sie_store, "sie")

    @property
    def document_store(self) -> Store:
        """Where fetched files are kept."""
        return self._store(self.environment.fortnox_document_store, "documents")

    def _store(self, address: str, folder: str) -> Store:
        return Store.opened(address, self.state_dir / folder, self.environment.storage_emulator_host)

    @property
    def documents(self) -> DocumentsSelection | None:
        """Which linked files are fetched; None for none."""
        return self.config.documents if self.config else None

    @property
    def as_of(self) -> dt.date:
        """The reporting date: ``FORTNOX_AS_OF``, else today in Sweden."""
        return self.environment.fortnox_as_of or dt.datetime.now(STOCKHOLM).date()

    def chosen_fields(self, table: str) -> Selection:
        """Which fields of a raw table are copied."""
        return self.config.fields.get(table, Selection()) if self.config else Selection()

    def hours(self, setting: Literal["key_listing_hours", "full_hours"], endpoint: str) -> float | None:
        """The hours ``fortnox.yaml`` sets for an endpoint; None where it leaves them to the default."""
        found: float | None = getattr(self.config.endpoints, setting).get(endpoint) if self.config else None
        return found

    def subprocess_environment(self) -> dict[str, str]:
        """The variables dbt reads, with absolute paths."""
        env = self.environment
        return {
            "DUCKDB_PATH": str(self.duckdb_path),
            "FORTNOX_WAREHOUSE": env.fortnox_warehouse,
            "FORTNOX_RAW_DATASET": env.fortnox_raw_dataset,
            "FORTNOX_REPORTING_DATASET": env.fortnox_reporting_dataset,
            "FORTNOX_AS_OF": self.as_of.isoformat(),
            "BIGQUERY_PROJECT": env.bigquery_project or "",
            "BIGQUERY_LOCATION": env.bigquery_location,
            "FORTNOX_VAT_PERIODS": json.dumps({key: each.vat_period for key, each in self.companies.items()}),
        }

    def credentials(self) -> tuple[str, SecretStr]:
        """Client id and secret; SettingsError when either variable is missing."""
        env = self.environment
        if not env.fortnox_client_id or env.fortnox_client_secret is None:
            missing = "FORTNOX_CLIENT_SECRET" if env.fortnox_client_id else "FORTNOX_CLIENT_ID"
            raise SettingsError(f"environment: {missing}: is not set; put it in .env (see .env.example)")
        return env.fortnox_client_id, env.fortnox_client_secret


def load_settings(environ: Mapping[str, str] | None = None, directory: Path | None = None) -> Settings:
    """Settings from ``environ`` (default: the process's) and from ``.env`` and ``fortnox.yaml`` in ``directory``.

    ``directory`` is the current one unless given. The environment wins over ``.env``; an empty variable counts as not
    set. A missing ``fortnox.yaml`` leaves the companies empty. Raises SettingsError.
    """
    root = (directory or Path.cwd()).absolute()
    environment = _environment({**_dotenv(root), **(os.environ if environ is None else environ)})
    config_path = root / environment.fortnox_config
    state_dir = root / environment.fortnox_state_dir
    return Settings(
        environment=environment,
        config=_config(config_path) if config_path.exists() else None,
        config_path=config_path,
        state_dir=state_dir,
        duckdb_path=root / environment.duckdb_path if environment.duckdb_path else state_dir / "fortnox.duckdb",
    )


def _dotenv(root: Path) -> dict[str, str]:
    try:
        return {name: value for name, value in dotenv_values(root / ".env").items() if value is not None}
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else "is not UTF-8 text"
        raise SettingsError(f".env: cannot be read: {reason}") from None


def _environment(variables: Mapping[str, str]) -> Environment:
    known = {name: variables[name.upper()] for name in Environment.model_fields if variables.get(name.upper())}
    try:
        environment = Environment.model_validate(known)
    except ValidationError as error:
        raise SettingsError(explain(error, "environment", known, upper=True)) from None
    if environment.fortnox_warehouse == "bigquery" and not environment.bigquery_project:
        raise SettingsError("environment: BIGQUERY_PROJECT: is not set; FORTNOX_WAREHOUSE=bigquery needs it")
    return environment


def _config(path: Path) -> ConfigFile:
    found = _yaml(path)
    try:
        config = ConfigFile.model_validate(found)
    except ValidationError as error:
        raise SettingsError(explain(error, path.name, found)) from None
    _refuse_unknown_names(path.name, config)
    return config


class OneOfEach(yaml.SafeLoader):
    """YAML where a key given twice is a mistake: of two companies with the same key, one would quietly be lost."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Hashable, Any]:  # noqa: FBT001, FBT002 - its signature
        """The mapping, when no key comes twice."""
        seen: set[str] = set()
        for key, _ in node.value:
            if isinstance(key, yaml.ScalarNode) and key.value in seen:
                raise yaml.constructor.ConstructorError(
                    None, None, f"the key {key.value!r} is there twice", key.start_mark
                )
            seen.add(str(key.value))
        return super().construct_mapping(node, deep)


def _yaml(path: Path) -> Any:
    try:
        found = yaml.load(path.read_text(encoding="utf-8"), OneOfEach)  # noqa: S506 - it is a SafeLoader
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        raise SettingsError(f"{path.name}: line {line}: is not valid YAML: {error.problem}") from None
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        raise SettingsError(f"{path.name}: cannot be read: {' '.join(str(error).split())}") from None
    if not isinstance(found, dict):
        raise SettingsError(f"{path.name}: must begin with 'companies:'; see README.md for an example")
    return found


def _refuse_unknown_names(file: str, config: ConfigFile) -> None:
    for name in config.endpoints.names():
        if name not in COPIED:
            raise SettingsError.unknown(f"{file}: endpoints", "endpoint", name, COPIED)
    _refuse_missing_links(file, config)
    for table, selection in config.fields.items():
        if table not in RAW_TABLES or table in OWN_TABLES:
            raise SettingsError.unknown(f"{file}: fields", "endpoint", table, set(RAW_TABLES) - set(OWN_TABLES))
        known = [each.name for each in RAW_TABLES[table].fields]
        for name in selection.names():
            if name not in known:
                raise SettingsError.unknown(f"{file}: fields.{table}", "field", name, known)


def _refuse_missing_links(file: str, config: ConfigFile) -> None:
    """Files are found through fields of what they are linked to, which must then be copied."""
    for module in config.documents.modules if config.documents else ():
        for table, columns in NEEDED[module].items():
            chosen = config.fields.get(table, Selection())
            left = [each for each in columns if each in chosen.exclude or each not in (chosen.include or columns)]
            if left:
                raise SettingsError(
                    f"{file}: fields.{table}: {left[0]} is left out, and documents.modules: {module} needs it"
                )
