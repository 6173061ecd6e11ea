import base64
import concurrent.futures
import json
import threading

import httpx
import pytest
from pydantic import SecretStr

from fortnox_assets.fortnox.errors import FortnoxTransient, FortnoxUnauthorised, StateUnusable
from fortnox_assets.fortnox.tokens import FileTokenStore, MemoryTokenStore, Tokens

OK = {"CompanyInformation": {}}


def token_for(tenant: object) -> str:
    def part(claims: object) -> str:
        return base64.urlsafe_b64encode(json.dumps(claims).encode()).decode().rstrip("=")

    return f"{part({'alg': 'RS256'})}.{part({'tenantId': tenant, 'sub': 'x'})}.c2ln"


def form(request: httpx.Request) -> dict[str, str]:
    return dict(httpx.QueryParams(request.content.decode()))


class Rotating:
    """A token endpoint where a refresh token works once."""

    def __init__(self) -> None:
        self.current = "refresh-0"
        self.renewals = 0

    def __call__(self, request: httpx.Request) -> httpx.Response:
        if form(request)["refresh_token"] != self.current:
            body = b'{"error":"invalid_grant","error_description":"Invalid refresh token"}'
            return httpx.Response(400, content=body, headers={"Content-Type": "text/html; charset=UTF-8"})
        self.renewals += 1
        self.current = f"refresh-{self.renewals}"
        return httpx.Response(
            200,
            json={"access_token": f"access-{self.renewals}", "refresh_token": self.current, "expires_in": 3600},
        )


@pytest.fixture
def rotating(fortnox) -> Rotating:
    fortnox.token = Rotating()
    fortnox.api = lambda request: httpx.Response(200, json=OK)
    return fortnox.token


@pytest.fixture
def store(tmp_path, clock) -> FileTokenStore:
    store = FileTokenStore(tmp_path / "tokens")
    store.save(
        "are-cykel",
        Tokens(access_token=SecretStr("access-0"), refresh_token=SecretStr("refresh-0"), expires_at=clock.now + 3600),
    )
    return store


def stored(store) -> str:
    return store.load("are-cykel").refresh_token.get_secret_value()


def test_client_credentials_are_sent_as_fortnox_asks(client, fortnox):
    fortnox.api = [OK, OK]
    client.get("/3/companyinformation")
    client.get("/3/companyinformation")
    (asked,) = fortnox.token_asked
    assert asked.method == "POST"
    assert asked.url == "https://apps.fortnox.se/oauth-v1/token"
    assert asked.headers["Authorization"] == "Basic " + base64.b64encode(b"the-integration:wYq5r0ck1").decode()
    assert asked.headers["TenantId"] == "900001"
    assert asked.headers["Content-Type"] == "application/x-www-form-urlencoded"
    assert form(asked) == {"grant_type": "client_credentials"}
    assert fortnox.asked[0].headers["Authorization"] == "Bearer acc3ss-number-1"


def test_a_token_is_renewed_a_minute_before_it_expires(client, fortnox, clock):
    fortnox.api = [OK, OK, OK]
    client.get("/3/companyinformation")
    clock.now += 3539
    client.get("/3/companyinformation")
    assert len(fortnox.token_asked) == 1
    clock.now += 1
    client.get("/3/companyinformation")
    assert len(fortnox.token_asked) == 2
    assert fortnox.asked[-1].headers["Authorization"] == "Bearer acc3ss-number-2"


def test_a_401_renews_once_and_the_request_is_answered(client, fortnox):
    fortnox.api = [httpx.Response(401, json={"message": "unauthorized"}), OK]
    assert client.get("/3/companyinformation") == OK
    assert fortnox.authorizations == ["Bearer acc3ss-number-1", "Bearer acc3ss-number-2"]
    assert client.counters.requests == 2
    assert client.counters.retries == 0


def test_a_401_always_ends_after_one_more_renewal_with_what_to_do(client, fortnox, clock):
    fortnox.api = lambda request: httpx.Response(401, json={"message": "unauthorized"})
    with pytest.raises(FortnoxUnauthorised, match="authorize it again") as raised:
        client.get("/3/companyinformation")
    assert [each[-1] for each in fortnox.authorizations] == ["1", "2", "2", "3"]
    assert len(fortnox.token_asked) == 3
    assert clock.slept.count(3.0) == 1
    assert "gave up" not in str(raised.value)


def test_a_new_token_that_is_not_known_everywhere_yet_is_used_a_little_later(client, fortnox, clock):
    known_from = clock.now + 2

    def api(request: httpx.Request) -> httpx.Response:
        known = clock.now >= known_from and request.headers["Authorization"].endswith("-2")
        return httpx.Response(200, json=OK) if known else httpx.Response(401, json={"message": "unauthorized"})

    fortnox.api = api
    assert client.get("/3/companyinformation") == OK
    assert len(fortnox.token_asked) == 2


def test_a_server_error_before_two_refused_tokens_does_not_use_up_the_other_renewal(client, fortnox):
    fortnox.api = [httpx.Response(500), httpx.Response(500), *[httpx.Response(401)] * 3, OK]
    assert client.get("/3/companyinformation") == OK


def test_two_tokens_refused_in_a_row_cost_two_renewals_each_with_the_refresh_token_of_the_one_before(
    open_client, fortnox, rotating, store, clock
):
    def api(request: httpx.Request) -> httpx.Response:
        if len(fortnox.asked) < 4:
            return httpx.Response(401, json={"message": "unauthorized"})
        return httpx.Response(200, json=OK)

    fortnox.api = api
    assert open_client(grant="refresh_token").get("/3/companyinformation") == OK
    assert fortnox.authorizations == [f"Bearer access-{each}" for each in (0, 1, 1, 2)]
    assert rotating.renewals == 2
    assert stored(store) == "refresh-2"


def test_threads_share_one_renewal(client, fortnox):
    fortnox.api = lambda request: httpx.Response(200, json=OK)
    with concurrent.futures.ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda _: client.get("/3/companyinformation"), range(32)))
    assert len(fortnox.token_asked) == 1


@pytest.mark.parametrize("content_type", ["text/html", "text/plain;charset=UTF-8", "application/json"])
def test_the_token_answer_is_read_whatever_type_it_claims(client, fortnox, content_type):
    fortnox.api = [OK]
    fortnox.token = lambda request: httpx.Response(
        200, content=b'{"access_token": "a", "expires_in": "3600"}', headers={"Content-Type": content_type}
    )
    assert client.get("/3/companyinformation") == OK


@pytest.mark.parametrize(
    ("status", "body", "content_type", "says"),
    [
        (
            401,
            b'{"error":"invalid_client","error_description":"The client credentials are invalid"}',
            "text/plain",
            "FORTNOX_CLIENT_SECRET",
        ),
        (400, b'{"error":"invalid_grant","error_description":"Unknown tenant"}', "text/html", "check tenant_id"),
        (500, b"", "text/html", "check tenant_id"),
        (404, b"<html>nothing here</html>", "text/html", "FORTNOX_AUTH_URL"),
    ],
)
def test_refused_credentials_are_one_line_that_says_what_to_do(client, fortnox, status, body, content_type, says):
    fortnox.token = lambda request: httpx.Response(status, content=body, headers={"Content-Type": content_type})
    with pytest.raises(FortnoxUnauthorised, match=says) as raised:
        client.get("/3/companyinformation")
    assert "\n" not in str(raised.value)
    assert not fortnox.asked


def test_a_token_endpoint_in_trouble_is_tried_again(client, fortnox, clock):
    answers = [
        httpx.Response(429, headers={"Retry-After": "9"}),
        httpx.Response(503, content=b"down"),
        httpx.ReadTimeout("slow"),
        httpx.Response(200, content=b'{"access_tok'),
        httpx.Response(200, content=b""),
    ]

    def token(request: httpx.Request) -> httpx.Response:
        answer = answers.pop(0) if answers else fortnox.grant(request)
        if isinstance(answer, Exception):
            raise answer
        return answer

    fortnox.token, fortnox.api = token, [OK]
    assert client.get("/3/companyinformation") == OK
    assert clock.slept[0] == 9.0
    assert client.counters.retries == 5


def test_a_token_endpoint_that_cannot_be_reached_names_its_setting(client, fortnox):
    def token(request: httpx.Request) -> httpx.Response:
        raise httpx.ConnectError("Name or service not known")

    fortnox.token = token
    with pytest.raises(FortnoxTransient, match=r"cannot reach https://apps.fortnox.se .*FORTNOX_AUTH_URL"):
        client.get("/3/companyinformation")


@pytest.mark.parametrize("tenant", [900001, "900001"])
def test_a_token_of_the_configured_tenant_is_used(client, fortnox, tenant):
    fortnox.token = lambda request: fortnox.grant(request, access_token=token_for(tenant))
    fortnox.api = [OK]
    assert client.get("/3/companyinformation") == OK


@pytest.mark.parametrize("token", ["a.b.c", "a.W10.c", "a.e30.c", "a.!.c", "opaque"])
def test_a_token_that_names_no_tenant_is_used(client, fortnox, token):
    fortnox.token = lambda request: fortnox.grant(request, access_token=token)
    fortnox.api = [OK]
    assert client.get("/3/companyinformation") == OK


def test_a_token_of_another_company_is_never_used(client, fortnox):
    fortnox.token = lambda request: fortnox.grant(request, access_token=token_for(900002))
    with pytest.raises(FortnoxUnauthorised, match="is for tenant 900002, but tenant_id is 900001"):
        client.get("/3/companyinformation")
    assert not fortnox.asked


def test_a_token_that_cannot_stand_in_a_header_is_not_put_there(client, fortnox):
    fortnox.token = lambda request: fortnox.grant(request, access_token="top\nsecret")
    with pytest.raises(FortnoxTransient, match="malformed token") as raised:
        client.get("/3/companyinformation")
    assert "secret" not in str(raised.value).replace("malformed", "")


def test_a_company_never_authorized_is_told_how(open_client, fortnox):
    with pytest.raises(FortnoxUnauthorised, match="run fortnox-assets authorize are-cykel"):
        open_client(grant="refresh_token").get("/3/companyinformation")
    assert not fortnox.token_asked


def test_a_stored_access_token_is_used_while_it_lasts(open_client, fortnox, rotating, store):
    open_client(grant="refresh_token").get("/3/companyinformation")
    assert not fortnox.token_asked
    assert fortnox.asked[0].headers["Authorization"] == "Bearer access-0"


def test_a_rotated_refresh_token_is_saved_before_it_is_needed_again(open_client, fortnox, rotating, store, clock):
    seen = []

    def api(request: httpx.Request) -> httpx.Response:
        seen.append((request.headers["Authorization"], stored(store)))
        return httpx.Response(200, json=OK)

    fortnox.api = api
    client = open_client(grant="refresh_token")
    clock.now += 3600
    client.get("/3/companyinformation")
    clock.now += 3600
    client.get("/3/companyinformation")
    assert seen == [("Bearer access-1", "refresh-1"), ("Bearer access-2", "refresh-2")]


def test_a_crash_between_renewal_and_use_loses_nothing(open_client, fortnox, rotating, store, clock):
    clock.now += 3600

    def crash(request: httpx.Request) -> httpx.Response:
        raise KeyboardInterrupt

    fortnox.api = crash
    with pytest.raises(KeyboardInterrupt):
        open_client(grant="refresh_token").get("/3/companyinformation")
    fortnox.api = lambda request: httpx.Response(200, json=OK)
    assert open_client(grant="refresh_token").get("/3/companyinformation") == OK
    assert rotating.renewals == 1


def test_a_pair_that_could_not_be_saved_is_not_used_until_it_is(open_client, fortnox, rotating, clock):
    class FullDisk(MemoryTokenStore):
        room = 1  # for proving that the store can be written, not for the new pair

        def save(self, company: str, tokens: Tokens) -> None:
            if self.room <= 0:
                raise StateUnusable("are-cykel: cannot write the token file: No space left on device")
            self.room -= 1
            super().save(company, tokens)

    store = FullDisk()
    store._tokens["are-cykel"] = Tokens(
        access_token=SecretStr("access-0"), refresh_token=SecretStr("refresh-0"), expires_at=0
    )
    client = open_client(grant="refresh_token", token_store=store)
    for _ in range(2):
        with pytest.raises(StateUnusable, match="No space left"):
            client.get("/3/companyinformation")
    assert not fortnox.asked
    store.room = 99
    assert client.get("/3/companyinformation") == OK
    assert rotating.renewals == 1
    assert stored(store) == "refresh-1"


def test_a_disk_already_full_is_noticed_before_the_refresh_token_is_spent(open_client, fortnox, rotating, clock):
    class FullDisk(MemoryTokenStore):
        def save(self, company: str, tokens: Tokens) -> None:
            raise StateUnusable("full")

    store = FullDisk()
    store._tokens["are-cykel"] = Tokens(
        access_token=SecretStr("access-0"), refresh_token=SecretStr("refresh-0"), expires_at=0
    )
    with pytest.raises(StateUnusable):
        open_client(grant="refresh_token", token_store=store).get("/3/companyinformation")
    assert rotating.renewals == 0


def test_processes_that_renew_at_once_spend_one_refresh_token(open_client, fortnox, rotating, store, clock):
    clock.now += 3600
    clients = [open_client(grant="refresh_token") for _ in range(4)]
    together = threading.Barrier(4)

    def read(client) -> object:
        together.wait()
        return client.get("/3/companyinformation")

    with concurrent.futures.ThreadPoolExecutor(4) as pool:
        assert list(pool.map(read, clients)) == [OK] * 4
    assert rotating.renewals == 1


def test_a_401_uses_what_another_process_has_renewed_meanwhile(open_client, fortnox, rotating, store, clock):
    ours, theirs = open_client(grant="refresh_token"), open_client(grant="refresh_token")
    ours.get("/3/companyinformation")
    revoked = {"Bearer access-0"}

    def api(request: httpx.Request) -> httpx.Response:
        refused = request.headers["Authorization"] in revoked
        return httpx.Response(401, json={"message": "unauthorized"}) if refused else httpx.Response(200, json=OK)

    fortnox.api = api
    assert theirs.get("/3/companyinformation") == OK
    assert ours.get("/3/companyinformation") == OK
    assert rotating.renewals == 1


def test_a_withdrawn_connection_says_how_to_renew_it(open_client, fortnox, rotating, store, clock):
    clock.now += 3600
    rotating.current = "another"
    with pytest.raises(FortnoxUnauthorised, match="run fortnox-assets authorize") as raised:
        open_client(grant="refresh_token").get("/3/companyinformation")
    assert "refresh-0" not in str(raised.value)
    assert stored(store) == "refresh-0"


def test_a_renewal_for_the_wrong_company_is_kept_but_not_used(open_client, fortnox, rotating, store, clock):
    clock.now += 3600
    fortnox.token = lambda request: httpx.Response(
        200, json={"access_token": token_for(900003), "refresh_token": "refresh-1", "expires_in": 3600}
    )
    with pytest.raises(FortnoxUnauthorised, match="900003"):
        open_client(grant="refresh_token").get("/3/companyinformation")
    assert stored(store) == "refresh-1"
    assert not fortnox.asked


def test_a_pair_renewed_by_who_does_not_know_our_lock_is_used_instead_of_asking_for_consent(
    open_client, fortnox, rotating, store, clock
):
    clock.now += 3600
    newer = Tokens(
        access_token=SecretStr("access-9"), refresh_token=SecretStr("refresh-9"), expires_at=clock.now + 3600
    )

    def token(request: httpx.Request) -> httpx.Response:
        store.save("are-cykel", newer)
        return httpx.Response(400, json={"error": "invalid_grant", "error_description": "Invalid refresh token"})

    fortnox.token = token
    assert open_client(grant="refresh_token").get("/3/companyinformation") == OK
    assert fortnox.authorizations == ["Bearer access-9"]


def test_what_was_granted_and_when_is_known_and_stored(open_client, fortnox, rotating, store, clock):
    clock.now += 3600
    granted = {"access_token": "a", "refresh_token": "r", "expires_in": 3600, "scope": "invoice customer"}
    fortnox.token = lambda request: httpx.Response(200, json=granted)
    client = open_client(grant="refresh_token")
    assert client.tokens is None
    client.get("/3/companyinformation")
    assert client.tokens == store.load("are-cykel")
    assert (client.tokens.scopes, client.tokens.issued_at) == (frozenset({"invoice", "customer"}), clock.now)


def test_a_lost_answer_costs_one_more_try_and_what_is_then_refused_is_not_sent_again(
    open_client, fortnox, rotating, store, clock
):
    """Fortnox has spent the token, its answer never arrives; several calls wait for the renewal."""
    clock.now += 3600

    def token(request: httpx.Request) -> httpx.Response:
        answer = rotating(request)
        if len(fortnox.token_asked) == 1:
            raise httpx.ReadError("reset")
        return answer

    fortnox.token = token
    client = open_client(grant="refresh_token")
    with concurrent.futures.ThreadPoolExecutor(4) as pool:
        calls = [pool.submit(client.get, "/3/companyinformation") for _ in range(8)]
    said = {str(each.exception()) for each in calls}
    assert [type(each.exception()) for each in calls] == [FortnoxUnauthorised] * 8
    assert len(fortnox.token_asked) == 2
    assert len(said) == 1
    assert "answer to its last renewal was lost; run fortnox-assets authorize" in said.pop()
    assert not fortnox.asked
    assert stored(store) == "refresh-0"


def test_after_a_new_consent_the_same_process_goes_on(open_client, fortnox, rotating, store, clock):
    clock.now += 3600
    rotating.current = "refresh-of-the-new-consent"
    client = open_client(grant="refresh_token")
    with pytest.raises(FortnoxUnauthorised, match="authorize"):
        client.get("/3/companyinformation")
    pair = Tokens(access_token=SecretStr("old"), refresh_token=SecretStr(rotating.current), expires_at=0)
    store.save("are-cykel", pair)
    assert client.get("/3/companyinformation") == OK
