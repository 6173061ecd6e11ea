"""One process that renews a company's tokens: ``refresher.py FORTNOX_URL STATE_DIR STORE [die AFTER_SAVES]``.

``STORE`` is ``file`` or the address of a Secret Manager. It asks once for the company's name and prints the answer's
status. With ``die N`` it is killed at the beginning of its save number N + 1, and nothing more runs.
"""

import os
import signal
import sys
from pathlib import Path

from google.auth.credentials import AnonymousCredentials
from google.cloud.secretmanager_v1 import SecretManagerServiceClient
from google.cloud.secretmanager_v1.services.secret_manager_service.transports.rest import (
    SecretManagerServiceRestTransport,
)
from pydantic import SecretStr

from fortnox_assets.fortnox.connect import ConnectionSettings, connect
from fortnox_assets.fortnox.errors import FortnoxError
from fortnox_assets.fortnox.tokens import FileTokenStore
from fortnox_assets.secret_manager import SecretManagerTokenStore


def store_of(kind: str, directory: Path):
    if kind == "file":
        return FileTokenStore(directory)
    transport = SecretManagerServiceRestTransport(host=kind, credentials=AnonymousCredentials(), url_scheme="http")
    return SecretManagerTokenStore(
        "books", directory, client=SecretManagerServiceClient(transport=transport), pause=lambda _: None
    )


def main(url: str, state: str, kind: str, *words: str) -> None:
    store = store_of(kind, Path(state) / "tokens")
    if words:
        save, left = store.save, int(words[1])

        def dies(company, tokens):
            nonlocal left
            if left == 0:
                os.kill(os.getpid(), signal.SIGKILL)
            left -= 1
            save(company, tokens)

        store.save = dies
    settings = ConnectionSettings(
        company="are-cykel",
        tenant_id=900001,
        client_id="simulator",
        client_secret=SecretStr("simulator-secret"),
        state_dir=Path(state),
        allowed_paths=("/3/companyinformation",),
        api_url=url,
        auth_url=f"{url}/oauth-v1",
        grant="refresh_token",
    )
    sys.stdin.readline()
    try:
        with connect(settings, token_store=store, sleep=lambda _: None) as client:
            sys.stdout.write(client.get("/3/companyinformation")["CompanyInformation"]["CompanyName"])
    except FortnoxError as error:
        sys.stdout.write(f"{type(error).__name__}: {error}")


if __name__ == "__main__":
    main(*sys.argv[1:])
