"""A simulated Fortnox whose tokens have to be renewed, processes that do it, and a Secret Manager on the loopback."""

import base64
import json
import subprocess
import sys
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from google.auth.credentials import AnonymousCredentials
from google.cloud.secretmanager_v1 import SecretManagerServiceClient
from google.cloud.secretmanager_v1.services.secret_manager_service.transports.rest import (
    SecretManagerServiceRestTransport,
)
from pydantic import SecretStr
from werkzeug.wrappers import Request, Response

from fortnox_assets.cli.demo import unlimited_simulator
from fortnox_assets.fortnox.tokens import FileTokenStore, Tokens
from fortnox_assets.secret_manager import LEASE, SecretManagerTokenStore
from fortnox_assets.simulator.app import CLIENT_ID, Simulator
from fortnox_assets.simulator.sample_companies import sample_companies
from fortnox_assets.simulator.server import background

REFRESHER = Path(__file__).with_name("refresher.py")


@dataclass
class Secret:
    etag: int = 1
    annotations: dict = field(default_factory=dict)
    versions: list = field(default_factory=list)  # [state, data]


class FakeSecretManager:
    """What the store uses of https://cloud.google.com/secret-manager/docs/reference/rest, with its ETag rule.

    ``meddle`` is called before a request is answered; what it answers is sent instead.
    """

    def __init__(self) -> None:
        self.secrets: dict[str, Secret] = {}
        self.asked: list[str] = []
        self.meddle = lambda request: None
        self.lock = threading.Lock()

    @property
    def secret(self) -> Secret:
        return self.secrets["fortnox-assets-are-cykel"]

    def held_by(self, lease: str | None) -> None:
        """The secret is there, and somebody has it."""
        self.secrets["fortnox-assets-are-cykel"] = Secret(annotations={LEASE: lease} if lease else {})

    def states(self) -> list[str]:
        return [state for state, _ in self.secret.versions]

    def __call__(self, environ, start_response):
        request = Request(environ)
        with self.lock:
            self.asked.append(f"{request.method} {request.path.rpartition('/')[2]}")
            answer = self.meddle(request) or self.answer(request)
        return answer(environ, start_response)

    def answer(self, request: Request) -> Response:
        parts, _, verb = request.path.removeprefix("/v1/projects/").partition(":")
        project, _, *rest = parts.split("/")
        body = json.loads(request.get_data() or b"{}")
        if not rest:
            return self.create(project, request.args["secretId"], body)
        secret = self.secrets.get(rest[0])
        if secret is None:
            return refused(404, "NOT_FOUND", "Secret not found")
        name = f"projects/{project}/secrets/{rest[0]}"
        if len(rest) > 1:
            return self.versions(name, secret, rest[2] if len(rest) > 2 else "", verb)
        return self.whole(request, name, secret, verb, body)

    def whole(self, request: Request, name: str, secret: Secret, verb: str, body: dict) -> Response:
        if verb == "addVersion":
            secret.versions.append(["ENABLED", body["payload"]["data"]])
            return sent({"name": f"{name}/versions/{len(secret.versions)}", "state": "ENABLED"})
        if request.method == "DELETE":
            del self.secrets[name.rpartition("/")[2]]
            return sent({})
        if request.method == "PATCH":
            assert request.args["updateMask"] == "annotations"
            if body.get("etag") != f'"{secret.etag}"':
                return refused(400, "FAILED_PRECONDITION", "The etag does not match")
            secret.annotations, secret.etag = body.get("annotations", {}), secret.etag + 1
        return sent({"name": name, "etag": f'"{secret.etag}"', "annotations": secret.annotations})

    def create(self, project: str, name: str, body: dict) -> Response:
        assert body["replication"] == {"automatic": {}}
        if name in self.secrets:
            return refused(409, "ALREADY_EXISTS", "Secret already exists")
        self.secrets[name] = Secret()
        return sent({"name": f"projects/{project}/secrets/{name}"})

    def versions(self, name: str, secret: Secret, which: str, verb: str) -> Response:
        if verb == "access":
            if not secret.versions:
                return refused(404, "NOT_FOUND", "no version")
            state, data = secret.versions[-1]
            assert (which, state) == ("latest", "ENABLED")
            return sent({"name": f"{name}/versions/{len(secret.versions)}", "payload": {"data": data}})
        if verb == "destroy":
            secret.versions[int(which) - 1] = ["DESTROYED", ""]
            return sent({"name": f"{name}/versions/{which}", "state": "DESTROYED"})
        found = [
            {"name": f"{name}/versions/{number}", "state": state}
            for number, (state, _) in enumerate(secret.versions, start=1)
        ]
        return sent({"versions": found[::-1]})

    def pair(self) -> dict:
        """The tokens of the newest version."""
        return json.loads(base64.b64decode(self.secret.versions[-1][1]))


def sent(body: dict) -> Response:
    return Response(json.dumps(body), mimetype="application/json")


def refused(code: int, status: str, message: str) -> Response:
    body = {"error": {"code": code, "status": status, "message": message}}
    return Response(json.dumps(body), status=code, mimetype="application/json")


@pytest.fixture
def google() -> FakeSecretManager:
    return FakeSecretManager()


@pytest.fixture
def google_address(google) -> Iterator[str]:
    with background(google) as url:
        yield url.removeprefix("http://")


@pytest.fixture
def secrets_of(google_address, tmp_path):
    """A store of a host of its own, unless ``host`` is the same."""

    def made(host: str = "one", **more) -> SecretManagerTokenStore:
        transport = SecretManagerServiceRestTransport(
            host=google_address, credentials=AnonymousCredentials(), url_scheme="http"
        )
        return SecretManagerTokenStore(
            "books", tmp_path / host, client=SecretManagerServiceClient(transport=transport), **more
        )

    return made


@dataclass(kw_only=True)
class Renewing:
    """A simulated Fortnox, and a state directory with a pair of tokens whose access token has expired."""

    app: Simulator
    url: str
    state: Path

    def expired(self) -> Tokens:
        """A pair the simulator has given out, its access token no longer to be used."""
        code = self.app.tokens.code(CLIENT_ID, 900001, "http://localhost", "companyinformation", service=True)
        form = {"grant_type": "authorization_code", "code": code, "redirect_uri": "http://localhost"}
        found = self.app.tokens.token(CLIENT_ID, form, None)
        return Tokens(
            access_token=SecretStr(found["access_token"]), refresh_token=SecretStr(found["refresh_token"]), expires_at=0
        )

    @property
    def file(self) -> FileTokenStore:
        return FileTokenStore(self.state / "host-0" / "tokens")

    def run(self, *runs: tuple[str, ...], hosts: int = 1) -> list[tuple[int, str]]:
        """Exit code and output of one process a run, all renewing at once; ``hosts`` share no disk."""
        started = [
            subprocess.Popen(
                [sys.executable, str(REFRESHER), self.url, str(self.state / f"host-{n % hosts}"), *words],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                text=True,
            )
            for n, words in enumerate(runs)
        ]
        for each in started:
            each.stdin.write("go\n")
            each.stdin.flush()
        said = [each.communicate(timeout=60)[0] for each in started]
        return [(each.returncode, text) for each, text in zip(started, said, strict=True)]

    def renewals(self) -> list[int]:
        """The status of each answer of the token endpoint."""
        return [each.status for each in self.app.journal.requests(path="/oauth-v1/token")]


@pytest.fixture
def renewing(tmp_path) -> Iterator[Renewing]:
    app = unlimited_simulator(sample_companies("tiny")[:1])
    app.tokens.credentials = {CLIENT_ID: "simulator-secret"}
    with background(app) as url:
        yield Renewing(app=app, url=url, state=tmp_path)
