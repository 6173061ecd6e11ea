"""Refresh tokens in Google Secret Manager: one secret a company, shared by every host that may use the project.

Each new pair is a new version; when it is there the older ones are destroyed, since their refresh tokens are spent. One
refresher at a time: Secret Manager has no lock, but ``secrets.patch`` with an ETag changes a secret only when nobody
else has since it was read (https://cloud.google.com/secret-manager/docs/etags). So whoever wants to renew writes a
lease, a random text nobody else has, into the secret's annotations. Others wait until it is gone, or until they have
seen the same lease for ``LEASE_SECONDS`` by their own clock: then its holder is dead, and the next one takes it. Clocks
of different hosts are never compared. docs/tokens.md says what this holds against, and which rights it takes.

A crash leaves the pair of before or that of after, at worst with older versions still there; the next save destroys
them.
"""

import contextlib
import logging
import secrets
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import filelock
from google.api_core.exceptions import AlreadyExists, BadRequest, Conflict, GoogleAPICallError, NotFound, RetryError
from google.auth.exceptions import GoogleAuthError
from google.cloud.secretmanager_v1 import (
    Replication,
    Secret,
    SecretManagerServiceClient,
    SecretPayload,
    SecretVersion,
)
from requests import RequestException

from fortnox_assets.fortnox.answers import without_secrets
from fortnox_assets.fortnox.errors import StateUnusable
from fortnox_assets.fortnox.tokens import Tokens

# A renewal takes 70 s at most (auth's timeouts) after the lease has been renewed; saving its result takes a few more.
LEASE_SECONDS = 180.0
LONGEST_WAIT_SECONDS = 2 * LEASE_SECONDS
SECONDS_BETWEEN_LOOKS = 2.0
CALL_SECONDS = 20.0
LEASE = "fortnox-assets-lease"
TROUBLE = (GoogleAPICallError, RetryError, GoogleAuthError, RequestException)

_log = logging.getLogger(__name__)


class SecretManagerTokenStore:
    """The secrets ``fortnox-assets-COMPANY`` of a Google Cloud project, made when they are missing.

    ``directory`` holds a lock file a company, so that the processes of one host queue there instead of asking Google.
    ``pause`` and ``clock`` (seconds, never going back) are for tests. Raises: StateUnusable, with what to do.
    """

    def __init__(
        self,
        project: str,
        directory: Path,
        *,
        client: SecretManagerServiceClient | None = None,
        pause: Callable[[float], object] = time.sleep,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._project = project
        self._directory = directory
        self._made = client
        self._pause = pause
        self._clock = clock
        self._leases: dict[str, str] = {}

    def load(self, company: str) -> Tokens | None:
        """The newest pair; None when there is no secret, or one without a version."""
        with self._speaking(company, "reading"):
            try:
                answer = self._client.access_secret_version(
                    name=f"{self._name(company)}/versions/latest", timeout=CALL_SECONDS
                )
            except NotFound:
                return None
        if (tokens := Tokens.from_json(answer.payload.data)) is None:
            raise StateUnusable(
                f"{company}: the newest version of {self._name(company)} holds no tokens; "
                f"run fortnox-assets authorize {company}"
            )
        return tokens

    def save(self, company: str, tokens: Tokens) -> None:
        """Adds a version, then destroys the older ones.

        A pair saved before it is spent proves that the next one can be saved, and renews the lease: from then on others
        wait ``LEASE_SECONDS`` before they take the holder for dead. Raises StateUnusable when they have already, unless
        the pair is a new one: that is saved in every case, because nobody else can have a newer.
        """
        with self._speaking(company, "writing"):
            if self._is_newest(company, tokens):
                self._renew_lease(company)
            payload = SecretPayload(data=tokens.to_json())
            made = self._client.add_secret_version(
                parent=self._name(company), payload=payload, timeout=CALL_SECONDS, retry=None
            )
        self._destroy_older_than(company, made)

    def forget(self, company: str) -> None:
        """Deletes the secret with every version, and the lock file."""
        with self._speaking(company, "deleting"), contextlib.suppress(NotFound):
            self._client.delete_secret(name=self._name(company), timeout=CALL_SECONDS)
        self._lock_file(company).unlink(missing_ok=True)

    @contextlib.contextmanager
    def locked(self, company: str) -> Iterator[None]:
        """The lock file, then the lease; waited for ``LONGEST_WAIT_SECONDS`` at most."""
        with self._alone_on_this_host(company):
            with self._speaking(company, "locking"):
                self._leases[company] = self._take_lease(company)
            try:
                yield
            finally:
                self._give_back(company)

    @property
    def _client(self) -> SecretManagerServiceClient:
        if self._made is None:
            # REST: processes that fork (Dagster's) and gRPC do not go together.
            self._made = SecretManagerServiceClient(transport="rest")
        return self._made

    def _name(self, company: str) -> str:
        return f"projects/{self._project}/secrets/fortnox-assets-{company}"

    def _lock_file(self, company: str) -> Path:
        return self._directory / f"{company}.lock"

    @contextlib.contextmanager
    def _alone_on_this_host(self, company: str) -> Iterator[None]:
        path = self._lock_file(company)
        lock = filelock.FileLock(path, timeout=LONGEST_WAIT_SECONDS, mode=0o600)
        try:
            path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            lock.acquire()
        except filelock.Timeout as error:
            raise StateUnusable(f"{company}: another process has held {path} for minutes; stop it") from error
        except OSError as error:
            raise StateUnusable(f"{company}: cannot lock {path}: {error.strerror}") from error
        try:
            yield
        finally:
            lock.release()

    def _take_lease(self, company: str) -> str:
        """Writes our lease once there is none, or the one there is has not changed for as long as its holder may live.

        The secret's owner may be any host, so a lease counts from when this process first saw it.
        """
        ours, began = secrets.token_hex(16), self._clock()
        seen, since = "", began
        while True:
            secret = self._secret(company)
            theirs = secret.annotations.get(LEASE, "")
            now = self._clock()
            if theirs != seen:
                seen, since = theirs, now
            if (not theirs or now - since >= LEASE_SECONDS) and self._changed(secret, ours):
                return ours
            if now - began >= LONGEST_WAIT_SECONDS:
                raise StateUnusable(f"{company}: other hosts keep renewing {self._name(company)}; run again")
            if theirs:
                self._pause(SECONDS_BETWEEN_LOOKS)

    def _renew_lease(self, company: str) -> None:
        """Replaces our lease with a fresh one, so that others begin to count anew."""
        secret, fresh = self._secret(company), secrets.token_hex(16)
        if secret.annotations.get(LEASE) != self._leases.get(company) or not self._changed(secret, fresh):
            raise StateUnusable(
                f"{company}: another host took over {self._name(company)} while this process stood still; run again"
            )
        self._leases[company] = fresh

    def _give_back(self, company: str) -> None:
        """Removes our lease; when that fails the others wait until it is too old, so it is only told."""
        ours = self._leases.pop(company)
        try:
            secret = self._secret(company)
            if secret.annotations.get(LEASE) == ours:
                self._changed(secret, None)
        except TROUBLE as error:
            _log.warning("%s: the lease of %s could not be given back: %s", company, self._name(company), _said(error))

    def _changed(self, secret: Secret, lease: str | None) -> bool:
        """Whether the secret could be given this lease (None: none) before anybody else has changed it."""
        annotations = {name: value for name, value in secret.annotations.items() if name != LEASE}
        if lease is not None:
            annotations[LEASE] = lease
        wanted = Secret(name=secret.name, etag=secret.etag, annotations=annotations)
        try:
            self._client.update_secret(
                request={"secret": wanted, "update_mask": {"paths": ["annotations"]}}, timeout=CALL_SECONDS, retry=None
            )
        except (BadRequest, Conflict):
            # FAILED_PRECONDITION comes as 400, and so does what is really wrong with the request.
            if self._client.get_secret(name=secret.name, timeout=CALL_SECONDS).etag == secret.etag:
                raise
            return False
        return True

    def _secret(self, company: str) -> Secret:
        """The secret; made when it is missing, by whoever comes first."""
        try:
            return self._client.get_secret(name=self._name(company), timeout=CALL_SECONDS)
        except NotFound:
            with contextlib.suppress(AlreadyExists):
                self._client.create_secret(
                    parent=f"projects/{self._project}",
                    secret_id=f"fortnox-assets-{company}",
                    secret=Secret(replication=Replication(automatic=Replication.Automatic())),
                    timeout=CALL_SECONDS,
                )
            return self._client.get_secret(name=self._name(company), timeout=CALL_SECONDS)

    def _is_newest(self, company: str, tokens: Tokens) -> bool:
        stored = self.load(company)
        return stored is not None and stored.refresh_token == tokens.refresh_token

    def _destroy_older_than(self, company: str, newest: SecretVersion) -> None:
        """Destroys every other version. The pair is safe whether that works or not, so a failure is only told."""
        try:
            for version in self._client.list_secret_versions(parent=self._name(company), timeout=CALL_SECONDS):
                older = _number(version) < _number(newest)
                if older and version.state != SecretVersion.State.DESTROYED:
                    self._client.destroy_secret_version(name=version.name, timeout=CALL_SECONDS)
        except TROUBLE as error:
            _log.warning(
                "%s: older versions of %s could not be destroyed, the next renewal tries again: %s",
                company,
                self._name(company),
                _said(error),
            )

    @contextlib.contextmanager
    def _speaking(self, company: str, doing: str) -> Iterator[None]:
        try:
            yield
        except TROUBLE as error:
            raise StateUnusable(
                f"{company}: {doing} {self._name(company)} failed: {_said(error)}; check FORTNOX_TOKEN_STORE, the "
                "network and this account's rights (docs/tokens.md)"
            ) from None


def _number(version: SecretVersion) -> int:
    return int(version.name.rpartition("/")[2])


def _said(error: Exception) -> str:
    """What Google said, on one line and without anything that could be a token."""
    said = error.message if isinstance(error, GoogleAPICallError) else str(error)
    return without_secrets(f"{type(error).__name__}: {said}")
