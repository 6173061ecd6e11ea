import json

import pytest

from fortnox_assets.fortnox.answers import Answer, from_response, from_token_response
from fortnox_assets.fortnox.errors import (
    FortnoxBadRequest,
    FortnoxNotFound,
    FortnoxTransient,
    FortnoxUnauthorised,
    FortnoxUnavailable,
    Missing,
    PagePastEnd,
)

NOW = 1_750_000_000.0


def answered(status: int, body: object = b"", **headers: str) -> Answer:
    return Answer(
        doing="are-cykel: reading",
        method="GET",
        path="/3/invoices",
        status=status,
        body=body if isinstance(body, bytes) else json.dumps(body).encode(),
        headers={name.replace("_", "-"): value for name, value in headers.items()},
        received_at=NOW,
    )


def lower(code: int | None, message: str) -> dict:
    return {"ErrorInformation": {"error": 1, "message": message, "code": code}}


def pascal(code: int, message: str) -> dict:
    return {"ErrorInformation": {"Error": 1, "Message": message, "Code": code}}


@pytest.mark.parametrize(
    ("status", "body", "reason"),
    [
        (400, lower(2000663, "Har inte behörighet för scope."), Missing.SCOPE),
        (403, lower(2000663, "Har inte behörighet för scope."), Missing.SCOPE),
        (400, pascal(2001393, "Saknar rättighet"), Missing.SCOPE),
        (400, pascal(2002455, "Saknar rättighet"), Missing.SCOPE),
        (400, lower(2001101, "Det finns ingen aktiv licens för önskat scope."), Missing.LICENCE),
        (400, lower(2001103, "Api-licens saknas."), Missing.LICENCE),
        (403, pascal(2003275, "Saknar behörighet för leverantörsregister."), Missing.RIGHT),
        (400, lower(None, "Feature inte tillgänglig"), Missing.FEATURE),
        (400, lower(2009999, "Feature inte tillgänglig"), Missing.FEATURE),
        (403, lower(2009999, "Nej."), Missing.RIGHT),
        (200, lower(2001101, "Det finns ingen aktiv licens för önskat scope."), Missing.LICENCE),
    ],
)
def test_what_a_company_lacks_makes_an_endpoint_unavailable_with_the_reason(status, body, reason):
    error = from_response(answered(status, body))
    assert isinstance(error, FortnoxUnavailable)
    assert error.reason is reason
    assert error.code == body["ErrorInformation"].get("code", body["ErrorInformation"].get("Code"))


@pytest.mark.parametrize(
    ("status", "body", "kind", "code"),
    [
        (401, {"message": "unauthorized"}, FortnoxTransient, None),
        (
            403,
            b"Kan inte logga in, access-token eller client-secret saknas(2000311).",
            FortnoxUnauthorised,
            2000311,
        ),
        (403, b"<html><h1>Forbidden</h1></html>", FortnoxUnauthorised, None),
        (404, pascal(2000434, "Kan inte hitta fakturan."), FortnoxNotFound, 2000434),
        (404, b"", FortnoxNotFound, None),
        (400, lower(2000423, "Kan inte hitta kontot."), FortnoxNotFound, 2000423),
        (404, b"<html>nginx</html>", FortnoxBadRequest, None),
        (404, lower(2000762, "No such route"), FortnoxBadRequest, 2000762),
        (400, lower(2000587, "Ett ogiltigt filter har använts."), FortnoxBadRequest, 2000587),
        (400, lower(2000588, "Ogiltig parameter i anropet."), FortnoxBadRequest, 2000588),
        (200, lower(2000588, "Ogiltig parameter i anropet."), FortnoxBadRequest, 2000588),
        (400, pascal(1000030, "Invalid response type"), FortnoxBadRequest, 1000030),
        (400, lower(None, "Angiven sida hittades ej (24)."), PagePastEnd, None),
        (302, b"", FortnoxBadRequest, None),
        (429, b"", FortnoxTransient, None),
        (500, b"", FortnoxTransient, None),
        (500, b'["nonsense"]', FortnoxTransient, None),
        (503, b"<html>Underh\xc3\xa5ll</html>", FortnoxTransient, None),
        (500, {"ErrorInformation": {"error": 1, "message": "Underhåll"}}, FortnoxTransient, None),
        (200, lower(None, "Ett fel har uppstått."), FortnoxTransient, None),
    ],
)
def test_every_known_failure_is_told_apart(status, body, kind, code):
    error = from_response(answered(status, body))
    assert type(error) is kind
    assert error.code == code


def test_a_refused_access_token_may_be_taken_later_and_else_needs_a_person():
    error = from_response(answered(401, {"message": "unauthorized"}))
    assert error.refused
    assert type(error.settled) is FortnoxUnauthorised
    assert "authorize it again" in str(error.settled)


@pytest.mark.parametrize(
    "body", [{"Invoices": []}, {"Comments": "ErrorInformation"}, b"", b"\xff\xfe", b'#FLAGGA 0 "errorinformation"']
)
def test_a_good_answer_is_no_error_whatever_it_holds(body):
    assert from_response(answered(200, body)) is None


def test_a_message_says_what_was_asked_what_fortnox_said_and_the_support_number_on_one_line():
    error = from_response(answered(400, lower(2000588, "Ogiltig\n parameter i anropet."), X_Uid="dd101912"))
    assert str(error) == (
        "are-cykel: reading: GET /3/invoices answered 400: Ogiltig parameter i anropet. (code 2000588, X-Uid dd101912)"
    )


def test_a_token_that_the_server_quotes_is_not_repeated():
    token = "eyJhbGciOiJIUzI1NiJ9.eyJ0ZW5hbnRJZCI6OTAwMDAxfQ.c2lnbmF0dXJl"
    error = from_response(answered(400, lower(1, f"bad token {token}")))
    assert token not in str(error)
    assert "bad token [removed]" in str(error)


def test_a_page_of_html_is_quoted_as_its_words():
    page = b"<html><style>p{color:red}</style><body><p>Tjansten ar <b>nere</b></p></body></html>"
    assert "answered 503: Tjansten ar nere" in str(from_response(answered(503, page)))


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({"Retry_After": "7"}, 7.0),
        ({"Retry_After": "Sun, 15 Jun 2025 15:07:00 GMT"}, 20.0),
        ({"Retry_After": "Sun, 15 Jun 2025 12:00:30 GMT", "Date": "Sun, 15 Jun 2025 12:00:00 GMT"}, 30.0),
        ({"Retry_After": "Sun, 15 Jun 2025 12:00:30 GMT"}, 0.0),
        ({"Retry_After": "soon"}, None),
        ({}, None),
    ],
)
def test_retry_after_is_read_as_seconds_or_as_a_date_on_the_servers_own_clock(headers, seconds):
    error = from_response(answered(429, b"", **headers))
    assert error.rate_limited
    assert error.retry_after == seconds


@pytest.mark.parametrize(
    ("status", "body", "advice"),
    [
        (
            401,
            {"error": "invalid_client", "error_description": "The client credentials are invalid"},
            "FORTNOX_CLIENT_ID",
        ),
        (400, {"error": "invalid_grant", "error_description": "Invalid refresh token"}, "fortnox-assets authorize"),
        (400, {"error": "invalid_scope"}, "scopes"),
        (404, b"<html>not here</html>", "FORTNOX_AUTH_URL"),
    ],
)
def test_a_refused_token_request_says_what_a_person_must_do(status, body, advice):
    error = from_token_response(answered(status, body), refreshing=True)
    assert type(error) is FortnoxUnauthorised
    assert advice in str(error)


def test_a_tenant_nobody_consented_for_is_told_to_consent():
    refused = answered(400, {"error": "invalid_grant", "error_description": "Unknown tenant"})
    assert "check tenant_id" in str(from_token_response(refused, refreshing=False))


def test_an_empty_500_of_the_token_endpoint_is_a_missing_consent_unless_it_passes():
    error = from_token_response(answered(500), refreshing=False)
    assert type(error) is FortnoxTransient
    assert type(error.settled) is FortnoxUnauthorised
    assert from_token_response(answered(503), refreshing=False).settled is None
    assert from_token_response(answered(200), refreshing=False) is None
