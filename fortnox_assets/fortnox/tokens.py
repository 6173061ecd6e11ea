"""Where the tokens of a refresh-token connection live, durably.

Fortnox's refresh token works once: the answer that uses it brings the next one, and losing that means asking the
company for consent again. So a store's ``save`` returns only when the pair would survive a power cut. (Access tokens of
client credentials are not stored at all: a new process asks for a new one.)
"""

import contextlib
import json
import os
import re
from collections.abc import Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import filelock
from pydantic import SecretStr

from fortnox_assets.fortnox.errors import StateUnusable

LONGEST_LOCK_WAIT_SECONDS = 120.0


@dataclass(frozen=True, kw_only=True)
class Tokens:
    """What one answer of the token endpoint brought; moments are in epoch seconds. Printing shows no token.

    ``issued_at`` and ``scopes`` are unknown for a pair that was stored before they were.
    """

    access_token: SecretStr
    expires_at: float
    refresh_token: SecretStr | None = None
    issued_at: float | None = None
    scopes: frozenset[str] | None = None

    def to_json(self) -> bytes:
        """The tokens in the clear, for a store."""
        found = {
            "refresh_token": self.refresh_token.get_secret_value() if self.refresh_token else None,
            "access_token": self.access_token.get_secret_value(),
            "expires_at": self.expires_at,
            "issued_at": self.issued_at,
            "scopes": None if self.scopes is None else sorted(self.scopes),
        }
        return json.dumps(found).encode()

    @classmethod
    def from_json(cls, body: bytes) -> "Tokens | None":
        """What :meth:`to_json` made; None when ``body`` is something else."""
        try:
            found = json.loads(body)
            issued_at, scopes = found.get("issued_at"), found.get("scopes")
            return cls(
                access_token=SecretStr(str(found["access_token"])),
                expires_at=float(found["expires_at"]),
                refresh_token=SecretStr(str(found["refresh_token"])),
                issued_at=None if issued_at is None else float(issued_at),
                scopes=None if scopes is None else frozenset(map(str, scopes)),
            )
        except (ValueError, KeyError, TypeError, AttributeError):
            return None


class TokenStore(Protocol):
    """Keeps one pair of tokens a company."""

    def load(self, company: str) -> Tokens | None:
        """What was saved last; None when the company was never authorized."""

    def save(self, company: str, tokens: Tokens) -> None:
        """Replace what is stored, all or nothing, durable on return. Call it within :meth:`locked`."""

    def locked(self, company: str) -> AbstractContextManager[None]:
        """Keeps every other process and thread from renewing this company's tokens."""

    def forget(self, company: str) -> None:
        """Remove everything that is kept of the company; again does nothing more."""


class FileTokenStore:
    """One file a company in ``directory``, readable by its owner only.

    Raises: StateUnusable when the directory cannot be used or a file is damaged.
    """

    def __init__(self, directory: Path) -> None:
        self._directory = directory

    def load(self, company: str) -> Tokens | None:
        """The stored pair, or None."""
        path = self._path(company)
        try:
            body = path.read_bytes()
        except FileNotFoundError:
            return None
        except OSError as error:
            raise StateUnusable(f"{company}: cannot read the token file {path}: {error.strerror}") from error
        if (tokens := Tokens.from_json(body)) is None:
            raise StateUnusable(f"{company}: the token file {path} is damaged; run fortnox-assets authorize {company}")
        return tokens

    def save(self, company: str, tokens: Tokens) -> None:
        """Write beside the file, flush to disk, rename over it, flush the directory."""
        path = self._path(company)
        try:
            self._make_directory()
            _write_durably(path, tokens.to_json())
        except OSError as error:
            raise StateUnusable(
                f"{company}: cannot write the token file {path}: {error.strerror}; free or unlock the disk, the tokens "
                "are kept until this process ends"
            ) from error

    @contextlib.contextmanager
    def locked(self, company: str) -> Iterator[None]:
        """An exclusive lock file beside the token file, waited for two minutes at most."""
        path = self._path(company).with_suffix(".lock")
        lock = filelock.FileLock(path, timeout=LONGEST_LOCK_WAIT_SECONDS, mode=0o600)
        try:
            self._make_directory()
            lock.acquire()
        except filelock.Timeout as error:
            raise StateUnusable(
                f"{company}: another process has held {path} for {LONGEST_LOCK_WAIT_SECONDS:.0f} seconds; stop it"
            ) from error
        except OSError as error:
            raise StateUnusable(f"{company}: cannot lock {path}: {error.strerror}") from error
        try:
            yield
        finally:
            lock.release()

    def forget(self, company: str) -> None:
        """Removes the company's files."""
        path = self._path(company)
        try:
            for file in (path, path.with_suffix(".new"), path.with_suffix(".lock")):
                file.unlink(missing_ok=True)
        except OSError as error:
            raise StateUnusable(f"{company}: cannot remove the token file {path}: {error.strerror}") from error

    def _path(self, company: str) -> Path:
        if not re.fullmatch(r"[a-z0-9][a-z0-9-]*", company):
            raise StateUnusable(f"{company!r} is not a company key: lower-case letters, digits and hyphens")
        return self._directory / f"{company}.json"

    def _make_directory(self) -> None:
        self._directory.mkdir(parents=True, exist_ok=True, mode=0o700)


class MemoryTokenStore:
    """Keeps tokens as long as the process lives; for tests and one-off calls."""

    def __init__(self) -> None:
        self._tokens: dict[str, Tokens] = {}

    def load(self, company: str) -> Tokens | None:
        """What was saved in this process."""
        return self._tokens.get(company)

    def save(self, company: str, tokens: Tokens) -> None:
        """Remember ``tokens``."""
        self._tokens[company] = tokens

    def locked(self, company: str) -> AbstractContextManager[None]:  # noqa: ARG002 - the protocol's signature
        """Nothing to lock: no other process sees this store."""
        return contextlib.nullcontext()

    def forget(self, company: str) -> None:
        """Forget the company's tokens."""
        self._tokens.pop(company, None)


def _write_durably(path: Path, body: bytes) -> None:
    """Put ``body`` in ``path`` so that after a crash there is the old file or the new one, never half of either."""
    fresh = path.with_suffix(".new")
    descriptor = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        os.fchmod(file.fileno(), 0o600)
        file.write(body)
        file.flush()
        os.fsync(file.fileno())
    fresh.replace(path)
    directory = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(directory)
    finally:
        os.close(directory)
