"""Claims about the token endpoint and the consent page."""

import base64
import json
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest

from fortnox_assets.simulator.app import CLIENT_ID, CLIENT_SECRET, SimulatorSettings

TENANT = 900001
BACK = "http://localhost:8000/back"


def ask(desk, form, *, headers=None, secret=CLIENT_SECRET, path="/oauth-v1/token"):
    with desk.client() as client:
        return client.post(path, data=form, headers=headers or {}, auth=(CLIENT_ID, secret))


def approve(desk, **query):
    wanted = {
        "client_id": CLIENT_ID,
        "redirect_uri": BACK,
        "scope": "bookkeeping invoice",
        "state": "xyz",
        "access_type": "offline",
        "response_type": "code",
        "tenant": str(TENANT),
    } | query
    with desk.client() as client:
        return client.get("/oauth-v1/auth", params=wanted)


def sent_back(answer: httpx.Response) -> dict[str, str]:
    assert answer.status_code == 302
    return {name: values[0] for name, values in parse_qs(urlsplit(answer.headers["Location"]).query).items()}


def first_pair(desk) -> dict:
    code = sent_back(approve(desk))["code"]
    form = {"grant_type": "authorization_code", "code": code, "redirect_uri": BACK}
    return ask(desk, form).raise_for_status().json()


def test_client_credentials_give_an_access_token_for_an_hour_and_no_refresh_token(desk):
    answer = ask(desk, {"grant_type": "client_credentials"}, headers={"TenantId": str(TENANT)})
    assert answer.status_code == 200
    assert set(answer.json()) == {"access_token", "expires_in", "token_type", "scope"}
    assert (answer.json()["expires_in"], answer.json()["token_type"]) == (3600, "bearer")


def test_an_access_token_can_be_decoded_and_names_its_tenant_scopes_and_end(desk):
    middle = desk.token(scope="bookkeeping invoice").split(".")[1]
    claims = json.loads(base64.urlsafe_b64decode(middle + "=" * (-len(middle) % 4)))
    assert claims["tenantId"] == TENANT
    assert claims["scopes"] == ["bookkeeping", "invoice"]
    assert claims["exp"] == int(desk.clock.now) + 3600


def test_an_access_token_is_dead_after_an_hour(desk):
    token = desk.token()
    with desk.client({"Authorization": f"Bearer {token}"}) as client:
        assert client.get("/3/financialyears").status_code == 200
        desk.clock.now += 3600
        late = client.get("/3/financialyears")
    assert (late.status_code, late.content) == (401, b'{"message":"unauthorized"}')


@pytest.mark.parametrize("authorization", [None, "Bearer nonsense", "Basic abc"])
def test_without_a_living_token_the_answer_is_unauthorized(desk, authorization):
    with desk.client() as client:
        answer = client.get("/3/invoices", headers={} if authorization is None else {"Authorization": authorization})
    assert (answer.status_code, answer.json()) == (401, {"message": "unauthorized"})


def test_a_wrong_secret_is_json_that_calls_itself_plain_text(desk):
    answer = ask(desk, {"grant_type": "client_credentials"}, headers={"TenantId": str(TENANT)}, secret="wrong")
    assert answer.status_code == 401
    assert answer.headers["Content-Type"] == "text/plain;charset=UTF-8"
    assert answer.json() == {
        "error": "invalid_client",
        "error_description": "The client credentials are invalid",
    }


@pytest.mark.parametrize("tenant", ["12345", str(TENANT)])
def test_an_unknown_tenant_and_one_without_consent_are_refused_alike(make_desk, tenant):
    desk = make_desk(settings=SimulatorSettings(unconsented=frozenset({TENANT})))
    answer = ask(desk, {"grant_type": "client_credentials"}, headers={"TenantId": tenant})
    assert (answer.status_code, answer.json()["error"]) == (400, "invalid_grant")


def test_client_credentials_need_the_tenant_header(desk):
    answer = ask(desk, {"grant_type": "client_credentials"})
    assert (answer.status_code, answer.json()["error"]) == (400, "invalid_request")


def test_approving_a_service_account_opens_the_tenant_to_client_credentials(make_desk):
    desk = make_desk(settings=SimulatorSettings(unconsented=frozenset({TENANT})))
    approve(desk, account_type="service")
    assert desk.get("/3/financialyears").status_code == 200


def test_a_code_is_sent_back_with_the_state_and_buys_a_pair_of_tokens(desk):
    assert sent_back(approve(desk))["state"] == "xyz"
    pair = first_pair(desk)
    assert set(pair) == {"access_token", "refresh_token", "expires_in", "token_type", "scope"}
    assert pair["scope"] == "bookkeeping invoice"


def test_a_code_works_once_and_for_ten_minutes(desk):
    code = sent_back(approve(desk))["code"]
    form = {"grant_type": "authorization_code", "code": code, "redirect_uri": BACK}
    assert ask(desk, form).status_code == 200
    assert ask(desk, form).json()["error"] == "invalid_grant"
    late = sent_back(approve(desk))["code"]
    desk.clock.now += 600
    assert ask(desk, form | {"code": late}).json()["error"] == "invalid_grant"


def test_a_refresh_token_is_dead_the_moment_it_has_been_used(desk):
    old = first_pair(desk)["refresh_token"]
    new = ask(desk, {"grant_type": "refresh_token", "refresh_token": old}).json()["refresh_token"]
    again = ask(desk, {"grant_type": "refresh_token", "refresh_token": old})
    assert again.status_code == 400
    assert again.headers["Content-Type"] == "text/html; charset=UTF-8"
    assert again.json() == {"error": "invalid_grant", "error_description": "Invalid refresh token"}
    assert ask(desk, {"grant_type": "refresh_token", "refresh_token": new}).status_code == 200


def test_a_refresh_token_lives_45_days(desk):
    token = first_pair(desk)["refresh_token"]
    desk.clock.now += 45 * 24 * 3600
    assert ask(desk, {"grant_type": "refresh_token", "refresh_token": token}).status_code == 400


def test_a_revoked_refresh_token_is_dead(desk):
    token = first_pair(desk)["refresh_token"]
    revoked = ask(desk, {"token_type_hint": "refresh_token", "token": token}, path="/oauth-v1/revoke")
    assert revoked.json() == {"revoked": True}
    assert ask(desk, {"grant_type": "refresh_token", "refresh_token": token}).status_code == 400


def test_two_companies_are_chosen_between_on_a_page(desk):
    answer = approve(desk, tenant="")
    assert answer.status_code == 200
    assert "tenant=900002" in answer.text


def test_a_simulator_that_was_told_who_approves_redirects_at_once(make_desk):
    desk = make_desk(settings=SimulatorSettings(approves=900002))
    assert "code" in sent_back(approve(desk, tenant=""))


def test_declining_and_an_unknown_scope_are_sent_back_as_errors(desk):
    assert sent_back(approve(desk, deny="1")) == {"error": "access_denied", "state": "xyz"}
    assert sent_back(approve(desk, scope="everything")) == {"error": "invalid_scope", "state": "xyz"}


def test_an_unknown_client_never_leaves_the_page(desk):
    assert approve(desk, client_id="stranger").status_code == 400


def test_other_ways_of_asking_are_refused(desk):
    assert ask(desk, {"grant_type": "password"}).json()["error"] == "unsupported_grant_type"
    wanted = {"grant_type": "client_credentials", "scope": "everything"}
    assert ask(desk, wanted, headers={"TenantId": str(TENANT)}).json()["error"] == "invalid_scope"
    assert ask(desk, {}, path="/oauth-v1/revoke").json()["error"] == "invalid_request"
    assert ask(desk, {"token": "unknown"}, path="/oauth-v1/revoke").json() == {"revoked": False}
    assert ask(desk, {}, path="/oauth-v1/migrate").status_code == 404


def test_a_code_is_for_the_address_it_was_sent_to(desk):
    code = sent_back(approve(desk))["code"]
    form = {"grant_type": "authorization_code", "code": code, "redirect_uri": "http://elsewhere.invalid"}
    assert ask(desk, form).json()["error"] == "invalid_grant"


def test_the_old_headers_are_refused_in_plain_words(desk):
    with desk.client({"Access-Token": "a", "Client-Secret": "b"}) as client:
        answer = client.get("/3/invoices")
    assert answer.status_code == 403
    assert answer.text.endswith("(2000311).")
