"""The routes under ``/oauth-v1``: approving, fetching tokens, ending them."""

import json
from dataclasses import dataclass
from http import HTTPStatus

from fortnox_assets.simulator.asked import Answer, Asked
from fortnox_assets.simulator.consent import Consent
from fortnox_assets.simulator.oauth import TokenRefusal, Tokens, invalid_request

_NOT_STORED = (("Cache-Control", "no-store"), ("Pragma", "no-cache"))


@dataclass(frozen=True, kw_only=True)
class TokenRoutes:
    """Answers everything under ``/oauth-v1``."""

    tokens: Tokens
    consent: Consent

    def answer(self, asked: Asked) -> Answer:
        """The answer, a refusal included."""
        try:
            match asked.request.method, asked.segments[1:]:
                case "GET", ("auth",):
                    return self.consent.answer(asked)
                case "POST", ("token",):
                    return self._token(asked)
                case "POST", ("revoke",):
                    return self._revoke(asked)
        except TokenRefusal as refusal:
            return Answer(
                body=refusal.body, status=refusal.status, content_type=refusal.content_type, headers=_NOT_STORED
            )
        return Answer(body=b"", status=HTTPStatus.NOT_FOUND)

    def _token(self, asked: Asked) -> Answer:
        client_id = self._client(asked)
        tenant = asked.request.headers.get("TenantId")
        found = self.tokens.token(client_id, asked.request.form.to_dict(), tenant)
        return Answer(body=json.dumps(found).encode("ascii"), headers=_NOT_STORED)

    def _revoke(self, asked: Asked) -> Answer:
        client_id = self._client(asked)
        token = asked.request.form.get("token")
        if token is None:
            raise invalid_request("The token is missing")
        return Answer(body=json.dumps({"revoked": self.tokens.revoke(client_id, token)}).encode("ascii"))

    def _client(self, asked: Asked) -> str:
        basic = asked.request.authorization
        if basic is None or basic.type != "basic":
            return self.tokens.authenticated(None, None)
        return self.tokens.authenticated(basic.username, basic.password)
