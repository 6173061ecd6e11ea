"""What an HTTP answer of Fortnox means: nothing wrong, or which error.

Pure: bytes and headers in, exception out. Fortnox's envelope comes in two casings, some failures are plain text or
empty, and a 2xx may carry an envelope too.
"""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from http import HTTPStatus
from typing import Any

from fortnox_assets.fortnox.errors import (
    FortnoxBadRequest,
    FortnoxError,
    FortnoxNotFound,
    FortnoxTransient,
    FortnoxUnauthorised,
    FortnoxUnavailable,
    Missing,
    PagePastEnd,
)

UNAVAILABLE_CODES = {
    2000663: Missing.SCOPE,
    2001393: Missing.SCOPE,  # the older code, invoices
    2002455: Missing.SCOPE,  # the older code, vouchers
    2001101: Missing.LICENCE,
    2001103: Missing.LICENCE,
    2003275: Missing.RIGHT,
}
# Tried in this order when the envelope has no code, or one we have not met.
UNAVAILABLE_WORDINGS = {
    "feature inte tillgänglig": Missing.FEATURE,
    "licens": Missing.LICENCE,
    "scope": Missing.SCOPE,
    "behörighet": Missing.RIGHT,
}
WHAT_TO_DO = {
    Missing.SCOPE: "the connection lacks the scope; add it to the integration and have the company authorize again",
    Missing.LICENCE: "the company has no licence for this part of Fortnox",
    Missing.RIGHT: "the connection's user lacks the right to this part of Fortnox",
    Missing.FEATURE: "the company does not have this feature",
}
NOT_FOUND_CODES = frozenset({2000423, 2000428, 2000433, 2000434, 2000439, 2001161})
NO_SUCH_ROUTE = 2000762
# Response type, route, filter and parameter: the question is wrong, also when it comes inside a 200.
BAD_QUESTION_CODES = frozenset({1000030, NO_SUCH_ROUTE, 2000587, 2000588})
LOGIN_REFUSED_CODES = frozenset({2000310, 2000311})
REFUSED_ACCESS = "the access token is refused; check that the company still has the integration, or authorize it again"
PAST_THE_END = "angiven sida hittades ej"
MAY_PASS = frozenset({HTTPStatus.REQUEST_TIMEOUT, HTTPStatus.TOO_EARLY, HTTPStatus.TOO_MANY_REQUESTS})

LONGEST_QUOTE = 300


@dataclass(frozen=True, kw_only=True)
class Answer:
    """One HTTP answer. ``doing`` says for whom and why it was asked; ``received_at`` is in epoch seconds."""

    doing: str
    method: str
    path: str
    status: int
    body: bytes
    headers: Mapping[str, str]
    received_at: float


@dataclass(frozen=True, kw_only=True)
class _Said:
    message: str
    code: int | None = None
    envelope: bool = False
    error: str = ""
    plain: bool = False


def from_response(answer: Answer) -> FortnoxError | None:
    """The error that ``answer`` of the API means; None when nothing is wrong with it."""
    succeeded = HTTPStatus.OK <= answer.status < HTTPStatus.MULTIPLE_CHOICES
    if succeeded and b"errorinformation" not in answer.body[:4096].lower():
        return None
    said = _said(answer.body)
    if succeeded and not said.envelope:
        return None
    if answer.status >= HTTPStatus.INTERNAL_SERVER_ERROR or answer.status in MAY_PASS:
        return _transient(answer, said)
    if answer.status == HTTPStatus.UNAUTHORIZED:
        return _refused(answer, said)
    return _permanent(answer, said) or (_transient if succeeded else _bad_request)(answer, said)


def from_token_response(answer: Answer, *, refreshing: bool) -> FortnoxError | None:
    """The error that an answer of the token endpoint means; ``refreshing`` picks what to tell the person to do.

    An empty 500 has been Fortnox's answer to a tenant without consent, so it is retried and then reported as that.
    """
    if answer.status == HTTPStatus.OK:
        return None
    said = _said(answer.body)
    if answer.status >= HTTPStatus.INTERNAL_SERVER_ERROR or answer.status in MAY_PASS:
        empty = answer.status == HTTPStatus.INTERNAL_SERVER_ERROR and not answer.body.strip()
        settled = FortnoxUnauthorised(_line(answer, said, _consent(refreshing=refreshing))) if empty else None
        return FortnoxTransient(_line(answer, said), retry_after=retry_after(answer), settled=settled)
    advice = {
        "invalid_client": "check FORTNOX_CLIENT_ID and FORTNOX_CLIENT_SECRET",
        "invalid_grant": _consent(refreshing=refreshing),
        "unauthorized_client": _consent(refreshing=refreshing),
        "invalid_scope": "the integration does not have the scopes asked for",
    }.get(said.error, f"check FORTNOX_AUTH_URL and the credentials, or {_consent(refreshing=refreshing)}")
    return FortnoxUnauthorised(_line(answer, said, advice))


def retry_after(answer: Answer) -> float | None:
    """Seconds the ``Retry-After`` header asks for, given in seconds or as a date; None without a usable one."""
    header = answer.headers.get("Retry-After", "").strip()
    if re.fullmatch(r"\d+(\.\d+)?", header):
        return float(header)
    until, server_now = http_date(header), http_date(answer.headers.get("Date", ""))
    if until is None:
        return None
    return max(0.0, until - (answer.received_at if server_now is None else server_now))


def http_date(text: str) -> float | None:
    """Epoch seconds of an HTTP date; None when ``text`` is not one."""
    try:
        return parsedate_to_datetime(text).timestamp()
    except ValueError:
        return None


def without_secrets(text: str) -> str:
    """``text`` on one line, without anything long enough to be a token: a server may quote what it was sent."""
    return re.sub(r"[\w\-.+/=~]{32,}", "[removed]", " ".join(text.split()))[:LONGEST_QUOTE]


def _permanent(answer: Answer, said: _Said) -> FortnoxError | None:
    """The error that asking again cannot cure, as far as the answer names one."""
    if said.code in LOGIN_REFUSED_CODES:
        return FortnoxUnauthorised(_line(answer, said, REFUSED_ACCESS), code=said.code)
    if reason := _what_is_missing(answer, said):
        return FortnoxUnavailable(_line(answer, said, WHAT_TO_DO[reason]), reason=reason, code=said.code)
    if answer.status == HTTPStatus.FORBIDDEN:
        return FortnoxUnauthorised(_line(answer, said, "access is refused before Fortnox's API is reached"))
    # A 404 in plain text or HTML is not Fortnox's: the address is wrong, not the key.
    gone = answer.status == HTTPStatus.NOT_FOUND and said.code != NO_SUCH_ROUTE and not said.plain
    if gone or said.code in NOT_FOUND_CODES:
        return FortnoxNotFound(_line(answer, said), code=said.code)
    if PAST_THE_END in said.message.lower():
        return PagePastEnd(_line(answer, said), code=said.code)
    return _bad_request(answer, said) if said.code in BAD_QUESTION_CODES else None


def _what_is_missing(answer: Answer, said: _Said) -> Missing | None:
    if said.code in UNAVAILABLE_CODES:
        return UNAVAILABLE_CODES[said.code]
    if not said.envelope:
        return None
    for words, reason in UNAVAILABLE_WORDINGS.items():
        if words in said.message.lower():
            return reason
    # Only a refusal in Fortnox's own envelope is about the endpoint; any other 403 stands in front of all of them.
    return Missing.RIGHT if answer.status == HTTPStatus.FORBIDDEN else None


def _transient(answer: Answer, said: _Said) -> FortnoxTransient:
    limited = answer.status == HTTPStatus.TOO_MANY_REQUESTS
    return FortnoxTransient(_line(answer, said), code=said.code, retry_after=retry_after(answer), rate_limited=limited)


def _refused(answer: Answer, said: _Said) -> FortnoxTransient:
    """A 401 to a token that was new: it may not be known everywhere yet, or have been replaced by another process's."""
    line = _line(answer, said, REFUSED_ACCESS)
    return FortnoxTransient(line, code=said.code, refused=True, settled=FortnoxUnauthorised(line, code=said.code))


def _bad_request(answer: Answer, said: _Said) -> FortnoxBadRequest:
    return FortnoxBadRequest(_line(answer, said), code=said.code)


def _consent(*, refreshing: bool) -> str:
    if refreshing:
        return (
            "the connection was withdrawn, was not used for 45 days, or Fortnox's answer to its last renewal was lost; "
            "run fortnox-assets authorize for this company"
        )
    return "check tenant_id, and that this company has consented to the integration with a service account"


def _line(answer: Answer, said: _Said, advice: str = "") -> str:
    facts = [f"code {said.code}"] if said.code else []
    if uid := answer.headers.get("X-Uid"):
        facts.append(f"X-Uid {without_secrets(uid)}")
    quoted = f": {said.message}" if said.message else " with nothing to say why"
    known = f" ({', '.join(facts)})" if facts else ""
    return f"{answer.doing}: {answer.method} {answer.path} answered {answer.status}{quoted}{known}" + (
        f"; {advice}" if advice else ""
    )


def _said(body: bytes) -> _Said:
    """What the server says in ``body``, whatever its form and its declared content type."""
    text = body.decode("utf-8", "replace")
    try:
        found = json.loads(text)
    except ValueError:
        return _plain(text)
    if not isinstance(found, dict):
        return _plain(text)
    outer = _lower(found)
    inner = outer.get("errorinformation")
    if isinstance(inner, dict):
        facts = _lower(inner)
        return _Said(
            message=without_secrets(str(facts.get("message") or "")), code=_code(facts.get("code")), envelope=True
        )
    words = [str(outer[name]) for name in ("error", "error_description", "message") if outer.get(name)]
    return _Said(
        message=without_secrets(": ".join(words)),
        error=str(outer.get("error") or ""),
        envelope="errorinformation" in outer,
    )


def _plain(text: str) -> _Said:
    words = without_secrets(re.sub(r"<(script|style)\b.*?</\1>|<[^>]*>", " ", text, flags=re.DOTALL | re.IGNORECASE))
    code = re.search(r"\((\d{7})\)", words)
    return _Said(message=words, code=int(code[1]) if code else None, plain=bool(words))


def _lower(found: Mapping[str, Any]) -> dict[str, Any]:
    return {name.lower(): value for name, value in found.items()}


def _code(value: object) -> int | None:
    return int(str(value)) if re.fullmatch(r"\d+", str(value)) else None
