"""From settings to what one run needs of a company: its client, years, slices and ledger files."""

from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from datetime import date
from pathlib import Path
from types import TracebackType
from typing import Self

from fortnox_assets.catalogue import ENDPOINTS, allowed_paths
from fortnox_assets.extract.calendar_keys import locked_until
from fortnox_assets.extract.errors import ExtractionError
from fortnox_assets.extract.financial_years import FinancialYear, financial_years
from fortnox_assets.extract.ledger import LedgerFile, LedgerSource, download
from fortnox_assets.extract.slices import Slice, slices
from fortnox_assets.extract.uploaded_sie import CompanyIdentity, Uploads, uploaded_files
from fortnox_assets.fortnox.client import FortnoxClient
from fortnox_assets.fortnox.connect import ConnectionSettings, connect
from fortnox_assets.fortnox.counters import RequestCounts
from fortnox_assets.fortnox.errors import FortnoxError, FortnoxUnavailable
from fortnox_assets.fortnox.tokens import FileTokenStore, TokenStore
from fortnox_assets.settings import Settings
from fortnox_assets.settings_errors import SettingsError
from fortnox_assets.sie.errors import SieError
from fortnox_assets.storage import StoreError
from fortnox_assets.uploads import SieUploads

COMPANY_TROUBLE = (FortnoxError, ExtractionError, SettingsError, SieError, StoreError)


def token_store(settings: Settings) -> TokenStore:
    """Where the settings have refresh tokens kept. Nothing is read or asked yet."""
    kind, _, project = settings.environment.fortnox_token_store.partition(":")
    if kind == "file":
        return FileTokenStore(settings.tokens_directory)
    # Google's library takes a while to import, and most have no use for it.
    from fortnox_assets.secret_manager import SecretManagerTokenStore  # noqa: PLC0415

    return SecretManagerTokenStore(project, settings.tokens_directory)


class NoLedgerFileError(ExtractionError):
    """A year's ledger should come from an uploaded file, and there is none; the message says where one was expected."""


class Connections:
    """Everything about the settings' companies that takes a request or a file to know, asked for once and kept.

    Use it for one run: what it keeps (financial years, the company's name) is not asked for again. Every method raises
    one of ``COMPANY_TROUBLE`` when the company cannot be reached or its files cannot be used.
    """

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self._stack = ExitStack()
        self._clients: dict[str, FortnoxClient] = {}
        self._locked: dict[str, date | None] = {}
        self._years: dict[str, tuple[FinancialYear, ...]] = {}
        self._identities: dict[str, CompanyIdentity] = {}
        self._uploads: dict[str, Uploads] = {}
        self.uploads = SieUploads(settings.sie_store, settings.state_dir / "spool" / "sie")

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stack.close()

    def is_connected(self, key: str) -> bool:
        """Whether the company is read from Fortnox, or has only uploaded SIE files.

        Without credentials in the environment a company whose every ledger is uploaded counts as one of files, whatever
        its ``tenant_id``: somebody who tries the program on exported files has no integration yet.
        """
        company, environment = self.settings.company(key), self.settings.environment
        if company.only_uploaded and not environment.fortnox_client_id and environment.fortnox_client_secret is None:
            return False
        return company.is_connected

    def client(self, key: str) -> FortnoxClient:
        """The company's client, opened when it is first asked for."""
        if key not in self._clients:
            self._clients[key] = self._stack.enter_context(self._connect(key))
        return self._clients[key]

    def _connect(self, key: str) -> FortnoxClient:
        environment, company = self.settings.environment, self.settings.company(key)
        if company.tenant_id is None:
            raise SettingsError(f"{self.settings.config_path.name}: companies.{key}: has no tenant_id to connect with")
        client_id, secret = self.settings.credentials()
        return connect(
            ConnectionSettings(
                company=key,
                tenant_id=company.tenant_id,
                grant=company.auth,
                api_url=environment.fortnox_api_url,
                auth_url=environment.fortnox_auth_url,
                client_id=client_id,
                client_secret=secret,
                state_dir=self.settings.state_dir,
                allowed_paths=allowed_paths(),
                budget=environment.fortnox_requests_per_window,
                in_flight=environment.fortnox_requests_in_flight,
            ),
            token_store=token_store(self.settings) if company.auth == "refresh_token" else None,
        )

    def traffic(self) -> RequestCounts:
        """What all the clients together have asked and waited so far."""
        return sum((each.counters.snapshot() for each in self._clients.values()), RequestCounts())

    def identity(self, key: str) -> CompanyIdentity:
        """The company's name and numbers as Fortnox has them; for a company of files, as the settings have them."""
        if key not in self._identities:
            self._identities[key] = self._identify(key)
        return self._identities[key]

    def _identify(self, key: str) -> CompanyIdentity:
        company = self.settings.company(key)
        if not self.is_connected(key):
            return CompanyIdentity(
                key=key, tenant_id=company.tenant_id, organisation_number=company.organisation_number
            )
        found = self.client(key).get("/3/companyinformation")["CompanyInformation"]
        return CompanyIdentity(
            key=key,
            tenant_id=company.tenant_id,
            tenant_found=str(found["DatabaseNumber"]) if found.get("DatabaseNumber") else None,
            organisation_number=found.get("OrganizationNumber") or None,
            name=found.get("CompanyName") or None,
        )

    def years(self, key: str) -> tuple[FinancialYear, ...]:
        """The company's financial years, earliest first: Fortnox's, or those of its files, which must be there."""
        if key not in self._years:
            self._years[key] = (
                financial_years(self.client(key)) if self.is_connected(key) else self._years_of_files(key)
            )
        return self._years[key]

    def _years_of_files(self, key: str) -> tuple[FinancialYear, ...]:
        if years := self.uploaded(key).years:
            return years
        raise NoLedgerFileError(f"no SIE file (.se, .si, .sie) in {self.uploads.shown(key)}; put its SIE 4 files there")

    def labels(self, key: str) -> tuple[int, ...]:
        """The labels of the company's years, in order."""
        return tuple(sorted({year.label for year in self.years(key)}))

    def slice(self, key: str, label: int | None) -> Slice:
        """The part of the company that one partition holds; empty for a label it has no year for."""
        if label is None:
            return Slice.whole_company(key)
        return slices(key, self.years(key)).get(label) or Slice.without_years(key, label)

    def is_locked(self, key: str, label: int | None) -> bool:
        """Whether every day of the partition lies in Fortnox's locked period, where only an unlocking changes it.

        A company that may not be asked for its locked period has none.
        """
        last = self.slice(key, label).last_date
        if last is None or not self.is_connected(key):
            return False
        if key not in self._locked:
            try:
                self._locked[key] = locked_until(self.client(key), ENDPOINTS)
            except FortnoxUnavailable:
                self._locked[key] = None
        until = self._locked[key]
        return until is not None and last <= until

    @contextmanager
    def ledger_files(self, key: str, label: int) -> Iterator[tuple[LedgerFile, ...]]:
        """The SIE file of each year of the label: fetched from Fortnox and removed afterwards, or the uploaded one.

        Raises NoLedgerFileError when a file should have been uploaded and was not.
        """
        source = self.settings.company(key).ledger_source(label)
        years = self.slice(key, label).years
        if source == "sie_file":
            yield self._uploaded_for(key, label) if years else ()
            return
        with ExitStack() as files:
            yield tuple(
                files.enter_context(download(self.client(key), year, source, self.spool_directory)) for year in years
            )

    def ledger_plan(self, key: str, label: int) -> Mapping[int, LedgerFile | LedgerSource]:
        """By financial year id where the label's ledgers will come from: an uploaded file, or Fortnox in which form.

        Raises NoLedgerFileError when a file should have been uploaded and was not.
        """
        source = self.settings.company(key).ledger_source(label)
        years = self.slice(key, label).years
        if source != "sie_file":
            return dict.fromkeys((year.id for year in years), source)
        return {file.financial_year.id: file for file in self._uploaded_for(key, label)} if years else {}

    def _uploaded_for(self, key: str, label: int) -> tuple[LedgerFile, ...]:
        if files := self.uploaded(key).files.get(label):
            return tuple(files)
        raise NoLedgerFileError(f"no uploaded SIE file for the financial year {label} in {self.uploads.shown(key)}")

    def uploaded(self, key: str) -> Uploads:
        """The company's uploaded files by year, as they were when first asked for."""
        if key not in self._uploads:
            years = self.years(key) if self.is_connected(key) else None
            files = uploaded_files(self.uploads.directory(key))
            self._uploads[key] = Uploads.matched(files, self.identity(key), years)
        return self._uploads[key]

    @property
    def spool_directory(self) -> Path:
        """Where rows wait on disk between Fortnox and the warehouse."""
        return self.settings.state_dir / "spool"
