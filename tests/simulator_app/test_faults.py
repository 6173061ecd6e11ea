"""Claims about misbehaviour, and about what the simulator remembers."""

import pytest

from fortnox_assets.simulator.app import SimulatorSettings
from fortnox_assets.simulator.faults import Fault, Script
from fortnox_assets.simulator.rate_limit import RateLimit


@pytest.fixture
def seven(desk, invoice):
    desk.add("invoices", *(invoice(number) for number in range(1, 8)))
    return desk


@pytest.mark.parametrize(
    ("fault", "status", "content"),
    [
        (Fault.SERVER_ERROR, 500, b""),
        (Fault.EMPTY_BODY, 200, b""),
        (Fault.RATE_LIMITED, 429, b"{}"),
    ],
)
def test_a_scripted_fault_happens_once_and_then_all_is_well(seven, fault, status, content):
    seven.faults.script(fault, "/3/invoices")
    assert seven.get("/3/units").status_code == 200
    spoilt = seven.get("/3/invoices")
    assert (spoilt.status_code, spoilt.content) == (status, content)
    assert seven.get("/3/invoices").json()["MetaInformation"]["@TotalResources"] == 7


def test_an_unavailable_fortnox_answers_html(seven):
    seven.faults.script("unavailable", "/3/")
    answer = seven.get("/3/invoices")
    assert (answer.status_code, answer.headers["Content-Type"]) == (503, "text/html")


def test_a_200_can_carry_an_error(seven):
    seven.faults.script(Fault.ERROR_IN_200, "/3/")
    answer = seven.get("/3/invoices")
    assert answer.status_code == 200
    assert set(answer.json()) == {"ErrorInformation"}


def test_a_truncated_answer_promises_more_than_it_holds(seven):
    seven.faults.script(Fault.TRUNCATED, "/3/")
    answer = seven.get("/3/invoices")
    assert int(answer.headers["Content-Length"]) > len(answer.content)


def test_a_reset_connection_gives_no_answer_and_is_remembered(seven):
    token = seven.token()
    seven.faults.script(Fault.RESET, "/3/")
    with seven.client({"Authorization": f"Bearer {token}"}) as client, pytest.raises(ConnectionResetError):
        client.get("/3/invoices")
    assert seven.app.journal.requests(path="/3/")[-1].fault == "reset"


def test_a_slow_answer_is_right_in_the_end(seven):
    seven.faults.slow_seconds = 30.0
    seven.faults.script(Fault.SLOW, "/3/")
    assert seven.get("/3/invoices").status_code == 200
    assert seven.waited == [30.0]


def test_an_expired_token_stays_dead(seven):
    token = seven.token()
    seven.faults.script(Fault.EXPIRED_TOKEN, "/3/")
    with seven.client({"Authorization": f"Bearer {token}"}) as client:
        assert [client.get("/3/invoices").status_code for _ in range(2)] == [401, 401]


def test_a_burst_of_429_lasts_as_long_as_it_was_told(seven):
    seven.faults.script(Fault.RATE_LIMITED, "/3/invoices", times=3, skip=1)
    assert [seven.get("/3/invoices").status_code for _ in range(6)] == [200, 429, 429, 429, 200, 200]


def test_a_429_says_how_long_to_wait_when_it_is_told_to(make_desk):
    desk = make_desk(settings=SimulatorSettings(rate_limit=RateLimit(retry_after=7, body=b'{"message":"slow down"}')))
    desk.faults.script(Fault.RATE_LIMITED, "/3/")
    answer = desk.get("/3/units")
    assert (answer.headers["Retry-After"], answer.json()) == ("7", {"message": "slow down"})


def test_a_row_deleted_between_two_pages_goes_missing(seven):
    seven.faults.script(Fault.ROW_DELETED, "/3/invoices")
    first = seven.get("/3/invoices?limit=3&page=1").json()
    second = seven.get("/3/invoices?limit=3&page=2").json()
    assert [row["DocumentNumber"] for row in first["Invoices"]] == ["1", "2", "3"]
    assert [row["DocumentNumber"] for row in second["Invoices"]] == ["5", "6", "7"]
    assert second["MetaInformation"]["@TotalResources"] == 6


def test_a_row_inserted_between_two_pages_repeats_one(seven):
    seven.faults.script(Fault.ROW_INSERTED, "/3/invoices")
    seven.get("/3/invoices?limit=3&page=1")
    second = seven.get("/3/invoices?limit=3&page=2").json()
    assert [row["DocumentNumber"] for row in second["Invoices"]] == ["3", "4", "5"]
    assert second["MetaInformation"]["@TotalResources"] == 8
    assert seven.get("/3/invoices/8").status_code == 200


def test_any_change_can_be_made_before_a_page(seven):
    def cancel(company):
        company.of("invoices")[6].body["Cancelled"] = True

    seven.faults.add(Script(fault=Fault.CHANGE, path="/3/invoices", page=2, change=cancel))
    assert seven.get("/3/invoices?filter=cancelled").json()["Invoices"] == []
    seven.get("/3/invoices?limit=3&page=2")
    assert len(seven.get("/3/invoices?filter=cancelled").json()["Invoices"]) == 1


def test_the_token_endpoint_can_fail_too(seven):
    seven.faults.script(Fault.SERVER_ERROR, "/oauth-v1/token")
    form = {"grant_type": "client_credentials"}
    with seven.client() as client:
        assert client.post("/oauth-v1/token", data=form).status_code == 500
        assert client.post("/oauth-v1/token", data=form).status_code == 401


def test_chance_repeats_for_the_same_seed_and_differs_for_another(make_desk, company):
    def statuses(seed: int) -> list[int]:
        desk = make_desk(company(), settings=SimulatorSettings(rate_limit=RateLimit(requests=0)))
        desk.faults.seed = seed
        token = desk.token()
        desk.faults.rates[Fault.SERVER_ERROR] = 0.3
        with desk.client({"Authorization": f"Bearer {token}"}) as client:
            return [client.get("/3/units").status_code for _ in range(60)]

    assert statuses(1) == statuses(1)
    assert statuses(1) != statuses(2)
    assert 5 < statuses(1).count(500) < 35


def test_requests_are_remembered_by_tenant_with_their_status(seven):
    seven.get("/3/invoices?limit=3")
    seven.get("/3/invoices/999", tenant=900002)
    [mine] = seven.app.journal.requests(900001)
    assert (mine.method, mine.path, mine.query, mine.status) == ("GET", "/3/invoices", "limit=3", 200)
    assert [each.status for each in seven.app.journal.requests(900002)] == [404]


def test_a_running_simulator_is_told_to_misbehave_over_http(seven):
    script = [{"fault": "server_error", "path": "/3/invoices", "company": "are-cykel", "times": 1}]
    with seven.client() as client:
        assert client.post("/_simulator/faults", json={"script": script, "seed": 7}).status_code == 200
        assert seven.get("/3/invoices", tenant=900002).status_code == 200
        assert seven.get("/3/invoices").status_code == 500
        statistics = client.get("/_simulator/statistics").json()
        assert statistics["by_tenant_and_status"]["900001"] == {"500": 1}
        assert statistics["faults"] == {"server_error": 1}
        client.delete("/_simulator/faults")
        assert client.get("/_simulator/faults").json()["script"] == []
        assert client.delete("/_simulator/statistics").json()["requests"] == 0


def test_a_token_answer_can_be_cut_short(seven):
    seven.faults.script(Fault.TRUNCATED, "/oauth-v1/")
    with seven.client() as client:
        answer = client.post("/oauth-v1/token", data={"grant_type": "client_credentials"})
    assert int(answer.headers["Content-Length"]) > len(answer.content)


def test_what_the_simulator_does_not_have_is_not_found(seven):
    with seven.client() as client:
        assert [client.get(path).status_code for path in ("/_simulator/lunch", "/favicon.ico")] == [404, 404]


def test_restrictions_are_set_over_http(seven):
    wanted = {"are-cykel": {"rights": ["suppliers"], "fields": {"invoices": ["Total"]}}}
    with seven.client() as client:
        assert client.post("/_simulator/restrictions", json=wanted).status_code == 200
    assert seven.get("/3/suppliers").status_code == 403
    assert seven.get("/3/invoices").json()["Invoices"][0]["Total"] == "API_NORIGHT"


@pytest.mark.parametrize(
    ("path", "body", "message"),
    [
        ("faults", {"rates": {"rudeness": 1}}, "no fault 'rudeness'; there are server_error"),
        ("faults", {"speed": 1}, "unknown: 'speed'; allowed: seed, rates"),
        ("restrictions", {"nobody": {}}, "no company 'nobody'; there are are-cykel, bjork-konsult"),
        ("restrictions", {"are-cykel": {"rights": ["lunch"]}}, "unknown: 'lunch'; allowed: customers"),
    ],
)
def test_a_wrong_setting_is_refused_in_one_line(seven, path, body, message):
    with seven.client() as client:
        answer = client.post(f"/_simulator/{path}", json=body)
    assert answer.status_code == 400
    assert answer.json()["error"].startswith(message)
