"""The way into one Google Cloud project: who asks, where, and what to say when BigQuery refuses.

Credentials stay in this process's objects: nothing is put into the environment, where every other library would use it.
"""

import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import google.auth
import requests
from google.api_core.exceptions import Forbidden, GoogleAPICallError, NotFound, RetryError
from google.auth import impersonated_credentials
from google.auth.credentials import AnonymousCredentials, Credentials
from google.auth.exceptions import GoogleAuthError
from google.cloud import bigquery
from google.oauth2 import service_account

from fortnox_assets.warehouse.errors import WarehouseError

SCOPES = ("https://www.googleapis.com/auth/bigquery",)
IMPERSONATING_SCOPES = ("https://www.googleapis.com/auth/cloud-platform",)
LABELS: Mapping[str, str] = {"managed_by": "fortnox-assets"}

FAILURES = (GoogleAPICallError, RetryError, GoogleAuthError, requests.exceptions.RequestException, TimeoutError)

_PERMISSION = re.compile(r"\b(bigquery|datacatalog)\.[a-z]\w*\.\w+\b")


@dataclass(frozen=True, kw_only=True)
class BigQueryAccess:
    """A project and location, and how to be let in.

    Without ``credentials_file`` (a service account's JSON key) Application Default Credentials are used; with
    ``impersonate`` either of them asks for that service account's rights. ``endpoint`` is another server than Google's,
    for a BigQuery emulator: it is asked without credentials. ``policy_tags`` has the policy tag of each category of
    personal data. ``max_bytes_billed`` bounds every query.
    """

    project: str
    location: str = "EU"
    credentials_file: Path | None = None
    impersonate: str | None = None
    endpoint: str | None = None
    policy_tags: Mapping[str, str] = field(default_factory=dict)
    max_bytes_billed: int | None = None

    def client(self) -> bigquery.Client:
        """A client for this project. Raises: WarehouseError when there are no usable credentials."""
        config = bigquery.QueryJobConfig()
        if self.max_bytes_billed is not None:
            config.maximum_bytes_billed = self.max_bytes_billed
        options = {"api_endpoint": self.endpoint} if self.endpoint else None
        with refusals(self.project):
            return bigquery.Client(
                project=self.project,
                location=self.location,
                credentials=self._credentials(),
                default_query_job_config=config,
                client_options=options,
            )

    def _credentials(self) -> Credentials:
        if self.endpoint:
            return AnonymousCredentials()
        scopes = IMPERSONATING_SCOPES if self.impersonate else SCOPES
        source = self._own_credentials(scopes)
        if not self.impersonate:
            return source
        return impersonated_credentials.Credentials(
            source_credentials=source, target_principal=self.impersonate, target_scopes=list(SCOPES)
        )

    def _own_credentials(self, scopes: tuple[str, ...]) -> Credentials:
        if self.credentials_file is None:
            credentials, _ = google.auth.default(scopes=scopes)
            return credentials
        file = self.credentials_file
        try:
            found: Credentials = service_account.Credentials.from_service_account_file(str(file), scopes=scopes)
        except OSError as error:
            raise WarehouseError(f"BIGQUERY_CREDENTIALS_FILE: {file}: cannot be read: {error.strerror}") from None
        except (ValueError, GoogleAuthError):
            # What the library says here may quote the key.
            raise WarehouseError(
                f"BIGQUERY_CREDENTIALS_FILE: {file}: is not the JSON key of a service account"
            ) from None
        return found


@contextmanager
def refusals(where: str) -> Iterator[None]:
    """Turns what Google's libraries raise into a WarehouseError of one line about ``where``."""
    try:
        yield
    except FAILURES as error:
        raise WarehouseError(f"{where}: {first_line(error)}; {advice(error)}") from error


def reason_of(error: Exception) -> str:
    """BigQuery's own word for what went wrong, such as ``rateLimitExceeded``; empty when it gave none."""
    return str(_details(error).get("reason", ""))


def first_line(error: Exception) -> str:
    """What the server says, without the request around it."""
    said = _details(error).get("message") or getattr(error, "message", "") or error
    return str(said).strip().partition("\n")[0].rstrip(".")


def advice(error: Exception) -> str:
    """What to do about it."""
    unchanged = "the stored rows are unchanged"
    if isinstance(error, GoogleAuthError):
        return "set BIGQUERY_CREDENTIALS_FILE, or run: gcloud auth application-default login"
    if reason_of(error) == "quotaExceeded":
        return f"a daily quota of the project is used up, docs/bigquery.md says which there are; {unchanged}"
    if isinstance(error, Forbidden) and (missing := _PERMISSION.search(first_line(error))):
        return f"the permission {missing[0]} is missing, docs/bigquery.md says which role gives it; {unchanged}"
    if isinstance(error, Forbidden):
        return f"docs/bigquery.md says which roles are needed; {unchanged}"
    if isinstance(error, NotFound):
        return f"check BIGQUERY_PROJECT and BIGQUERY_LOCATION; {unchanged}"
    return unchanged


def _details(error: Exception) -> Mapping[str, Any]:
    errors: Any = getattr(error, "errors", None)
    return errors[0] if errors and isinstance(errors[0], Mapping) else {}
