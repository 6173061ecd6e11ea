"""Claims about faults that concern the company, the clock, the rate limit and tokens."""

import json

import pytest

from fortnox_assets.simulator.app import SimulatorSettings
from fortnox_assets.simulator.faults import Fault
from fortnox_assets.simulator.rate_limit import RateLimit
from fortnox_assets.simulator.sample_companies import sample_companies


@pytest.fixture
def real(make_desk):
    """A desk of one company that has books."""
    return make_desk(*sample_companies("tiny")[:1])


def control(desk, route, **wanted):
    with desk.client() as client:
        answer = client.post(f"/_simulator/{route}", content=json.dumps(wanted))
    assert answer.status_code == 200, answer.text
    return answer.json()


def statistics(desk):
    with desk.client() as client:
        return client.get("/_simulator/statistics").json()


def test_a_bad_gateway_and_a_429_that_says_how_long_to_wait(desk):
    desk.faults.script(Fault.BAD_GATEWAY, "/3/units")
    desk.faults.script(Fault.TOLD_TO_WAIT, "/3/units")
    assert desk.get("/3/units").status_code == 502
    told = desk.get("/3/units")
    assert (told.status_code, told.headers["Retry-After"]) == (429, "1")


def test_a_slow_body_is_whole_in_the_end(desk):
    whole = desk.get("/3/units").content
    desk.faults.slow_seconds = 9
    desk.faults.script(Fault.SLOW_BODY, "/3/units")
    assert desk.get("/3/units").content == whole
    assert desk.waited == [9]


def test_a_refresh_token_whose_answer_is_lost_is_spent(desk):
    with desk.client() as client:
        first = desk.app.tokens.code("simulator", desk.company.tenant_id, "http://here", "", service=False)
        form = {"grant_type": "authorization_code", "code": first, "redirect_uri": "http://here"}
        token = client.post("/oauth-v1/token", data=form, auth=("simulator", "simulator-secret")).json()
        again = {"grant_type": "refresh_token", "refresh_token": token["refresh_token"]}
        desk.faults.script(Fault.ANSWER_LOST, "/oauth-v1/token")
        with pytest.raises(ConnectionResetError):
            client.post("/oauth-v1/token", data=again, auth=("simulator", "simulator-secret"))
        lost = client.post("/oauth-v1/token", data=again, auth=("simulator", "simulator-secret"))
    assert lost.json()["error"] == "invalid_grant"
    assert statistics(desk)["refresh_tokens_spent_twice"] == {str(desk.company.tenant_id): 1}


def test_using_a_refresh_token_twice_ends_its_successors_when_told_so(desk):
    control(desk, "tokens", ends_families=True)
    tokens = desk.app.tokens
    code = tokens.code("simulator", desk.company.tenant_id, "", "", service=False)
    first = tokens.token("simulator", {"grant_type": "authorization_code", "code": code, "redirect_uri": ""}, None)
    form = {"grant_type": "refresh_token", "refresh_token": first["refresh_token"]}
    second = tokens.token("simulator", form, None)
    for refused in (form, {**form, "refresh_token": second["refresh_token"]}):
        with pytest.raises(Exception, match="invalid_grant"):
            tokens.token("simulator", refused, None)


def test_a_withdrawn_scope_stays_away_until_it_is_given_back(real):
    company = real.company
    scopes = company.scopes
    assert real.get("/3/customers").status_code == 200
    real.faults.script(Fault.SCOPE_WITHDRAWN, "/3/customers")
    assert [real.get("/3/customers").status_code for _ in range(2)] == [400, 400]
    control(real, "access", **{company.key: {"scopes": sorted(scopes)}})
    assert real.get("/3/customers").status_code == 200


def test_a_withdrawn_licence_is_a_400_for_what_needs_it(real):
    real.faults.script(Fault.LICENCE_WITHDRAWN, "/3/employees")
    assert real.get("/3/employees").status_code == 400
    assert real.get("/3/customers").status_code == 200


def test_people_work_while_a_list_is_read_and_when_they_are_told_to(real):
    before = real.company.revision
    real.faults.script(Fault.WORK, "/3/customers", times=3)
    for _ in range(3):
        assert real.get("/3/customers").status_code == 200
    assert real.company.revision >= before + 3
    assert len(control(real, "work", **{real.company.key: 4})[real.company.key]) == 4


def test_the_clock_can_be_set_ahead(real):
    before = real.company.now()
    control(real, "clock", **{real.company.key: 7200})
    assert (real.company.now() - before).total_seconds() >= 7200


def test_refused_requests_count_when_they_are_told_to(make_desk):
    desk = make_desk(settings=SimulatorSettings(rate_limit=RateLimit(requests=2)))
    assert [desk.get("/3/units").status_code for _ in range(3)] == [200, 200, 429]
    assert control(desk, "rate_limit", counts_refused=True, retry_after=2)["counts_refused"]
    desk.clock.now += 4
    assert desk.get("/3/units").headers["Retry-After"] == "2"
    desk.clock.now += 2
    # The two that were let in are forgotten by now; the refused one is not.
    assert [desk.get("/3/units").status_code for _ in range(2)] == [200, 429]
    assert statistics(desk)["most_requests_in_5_seconds"] == {str(desk.company.tenant_id): 6}
