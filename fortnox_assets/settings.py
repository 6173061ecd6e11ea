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
from fortnox_assets.catalogue.endpoint import PersonalData
from fortnox_assets.catalogue.field_selection import FieldSelectionError, choose
from fortnox_assets.catalogue.own_tables import OWN_TABLES
from fortnox_assets.documents.choice import DocumentsSelection
from fortnox_assets.documents.modules import NEEDED
from fortnox_assets.settings_errors import SettingsError, explain
from fortnox_assets.storage import Store

STOCKHOLM = ZoneInfo("Europe/Stockholm")

LedgerSource = Literal["sie", "vouchers", "sie_file"]
CompanyKey = Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9-]*$")]
PolicyTag = Annotated[
    str, StringConstraints(pattern=r"^projects/[^/]+/locations/[^/]+/taxonomies/[^/]+/policyTags/[^/]+$")
]
Year = Annotated[int, Field(ge=1900, le=2999)]
Hours = Annotated[float, Field(ge=0, allow_inf_nan=False)]


def _address(text: str) -> str:
    """A web address that can be sent to; neither a name nor a password may stand in it, because it is shown."""
    if not re.fullmatch(r"https?://([\w-]+(\.[\w-]+)*|\[[0-9A-Fa-f:.]+\])(:\d{1,5})?(/[^\s@?#]*)?", text, re.ASCII):
        raise ValueError("must be an address such as https://api.fortnox.se")
    return text


def _socket_address(text: str) -> str:
    """The address of a WebSocket."""
    if not text.startswith(("ws://", "wss://")):
        raise ValueError("must be an address such as wss://ws.fortnox.se/topics-v1")
    _address(f"http{text.removeprefix('ws')}")
    return text


Address = Annotated[str, AfterValidator(_address)]
SocketAddress = Annotated[str, AfterValidator(_socket_address)]


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)


class Company(_Frozen):
    """One company of ``fortnox.yaml``. Without ``tenant_id`` it has no Fortnox connection, only uploaded SIE files."""

    tenant_id: Annotated[int, Field(ge=1)] | None = None
    name: str | None = None
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
    time. freshness.py has the hours of the endpoints that are not named. ``locked_year_hours``: the vouchers and SIE
    files of years that are locked in Fortnox.
    """

    locked_year_hours: Hours = 168.0
    key_listing_hours: dict[str, Hours] = {}
    full_hours: dict[str, Hours] = {}

    def names(self) -> tuple[str, ...]:
        """Every name the selection mentions."""
        return (*super().names(), *self.key_listing_hours, *self.full_hours)


class FirstLoad(_Frozen):
    """What Dagster's sensor copies of a company it has not seen before: how many years before the current one.

    None means all of them. Earlier years are there to be backfilled.
    """

    past_years: Annotated[int, Field(ge=0)] | None = None


class ConfigFile(_Frozen):
    """What ``fortnox.yaml`` holds."""

    companies: Annotated[dict[CompanyKey, Company], Field(min_length=1)]
    endpoints: EndpointSelection = EndpointSelection()
    fields: dict[str, Selection] = {}
    new_fields: Literal["report", "copy"] = "report"
    policy_tags: dict[PersonalData, PolicyTag] = {}
    documents: DocumentsSelection | None = None
    first_load: FirstLoad = FirstLoad()


class Environment(_Frozen):
    """What the environment variables hold; each field is named after its variable."""

    fortnox_config: Path = Path("fortnox.yaml")
    fortnox_api_url: Address = "https://api.fortnox.se"
    fortnox_events_url: SocketAddress = "wss://ws.fortnox.se/topics-v1"
    fortnox_auth_url: Address = "https://apps.fortnox.se/oauth-v1"
    fortnox_client_id: str | None = None
    fortnox_client_secret: SecretStr | None = None
    fortnox_state_dir: Path = Path("data")
    fortnox_token_store: Annotated[str, StringConstraints(pattern=r"^(file:.*|gcp-secret-manager:[a-z0-9.:-]+)$")] = (
        "file:"  # noqa: S105
    )
    fortnox_document_store: Annotated[str, StringConstraints(pattern=r"^(file:.*|gs://[^/]+.*)$")] = "file:"
    fortnox_sie_store: Annotated[str, StringConstraints(pattern=r"^(file:.*|gs://[^/]+.*)$")] = "file:"
    storage_emulator_host: str | None = None
    fortnox_warehouse: Literal["duckdb", "bigquery"] = "duckdb"
    duckdb_path: Path | None = None
    bigquery_project: str | None = None
    bigquery_location: Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9-]+$")] = "EU"
    bigquery_credentials_file: Path | None = None
    bigquery_impersonate: Annotated[str, StringConstraints(pattern=r"^[^@\s]+@[^@\s]+$")] | None = None
    bigquery_max_bytes_billed: Annotated[int, Field(ge=1)] | None = None
    bigquery_emulator_host: Annotated[str, StringConstraints(pattern=r"^https?://")] | None = None
    fortnox_raw_dataset: Annotated[str, StringConstraints(pattern=r"^[A-Za-z_]\w*$")] = "fortnox_raw"
    fortnox_reporting_dataset: Annotated[str, StringConstraints(pattern=r"^[A-Za-z_]\w*$")] = "fortnox_reporting"
    fortnox_as_of: dt.date | None = None
    fortnox_requests_per_window: Annotated[int, Field(ge=1)] = 24
    fortnox_requests_in_flight: Annotated[int, Field(ge=1, le=24)] = 6
    fortnox_companies_at_once: Annotated[int, Field(ge=1, le=64)] = 8
    fortnox_slack_webhook_url: SecretStr | None = None
    fortnox_webhook_url: SecretStr | None = None
    fortnox_dagster_url: Address | None = None


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
    def tokens_directory(self) -> Path:
        """Where refresh tokens, or with another store the locks on them, are kept: ``file:PATH``, or in the state."""
        kind, _, path = self.environment.fortnox_token_store.partition(":")
        return self.config_path.parent / path if kind == "file" and path else self.state_dir / "tokens"

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

    @property
    def bigquery_credentials_file(self) -> Path | None:
        """The service account's key, when one is set."""
        file = self.environment.bigquery_credentials_file
        return self.config_path.parent / file if file else None

    @property
    def policy_tags(self) -> Mapping[PersonalData, str]:
        """BigQuery's policy tag of each category of personal data."""
        return self.config.policy_tags if self.config else {}

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
            "BIGQUERY_CREDENTIALS_FILE": str(self.bigquery_credentials_file or ""),
            "BIGQUERY_IMPERSONATE": env.bigquery_impersonate or "",
            "BIGQUERY_MAX_BYTES_BILLED": str(env.bigquery_max_bytes_billed or ""),
            # Google's library takes an empty one for an address.
            **({"BIGQUERY_EMULATOR_HOST": env.bigquery_emulator_host} if env.bigquery_emulator_host else {}),
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
        try:
            choose(RAW_TABLES[table], selection.include, selection.exclude)
        except FieldSelectionError as error:
            raise SettingsError(f"{file}: fields.{table}: {error}") from None


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
