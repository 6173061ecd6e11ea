import signal

import pytest

from fortnox_assets.simulator.faults import Fault

NAME = "Åre Cykel AB"
KILLED = -signal.SIGKILL
BEFORE_SPENDING, BEFORE_SAVING = ("die", "0"), ("die", "1")


@pytest.fixture
def saved(renewing):
    pair = renewing.expired()
    with renewing.file.locked("are-cykel"):
        renewing.file.save("are-cykel", pair)
    return pair


def test_processes_that_renew_at_once_spend_no_refresh_token_twice(renewing, saved):
    ran = renewing.run(*[("file",)] * 3)
    assert ran == [(0, NAME)] * 3
    assert renewing.renewals() == [200]
    assert renewing.file.load("are-cykel").refresh_token.get_secret_value() in renewing.app.tokens._refresh


def test_a_process_killed_before_it_spends_the_refresh_token_leaves_it_to_the_next(renewing, saved):
    assert renewing.run(("file", *BEFORE_SPENDING)) == [(KILLED, "")]
    assert renewing.renewals() == []
    assert renewing.run(("file",)) == [(0, NAME)]


def test_a_process_killed_between_answer_and_save_costs_a_consent_and_says_so_in_one_line(renewing, saved):
    assert renewing.run(("file", *BEFORE_SAVING)) == [(KILLED, "")]
    assert renewing.renewals() == [200]
    assert renewing.file.load("are-cykel") == saved
    [(code, said)] = renewing.run(("file",))
    assert code == 0
    assert said.startswith("FortnoxUnauthorised: are-cykel: getting an access token: ")
    assert "run fortnox-assets authorize" in said
    assert said.count("\n") == 0
    assert saved.refresh_token.get_secret_value() not in said


def test_a_renewal_that_never_reached_fortnox_is_tried_again_with_the_same_token(renewing, saved):
    renewing.app.faults.script(Fault.RESET, "/oauth-v1/token", times=1)
    assert renewing.run(("file",)) == [(0, NAME)]
    assert renewing.renewals() == [0, 200]


def test_a_lost_answer_is_one_line_and_the_stored_pair_stays(renewing, saved):
    renewing.app.faults.script(Fault.TRUNCATED, "/oauth-v1/token", times=1)
    [(_, said)] = renewing.run(("file",))
    assert renewing.renewals() == [200, 400]
    assert said.startswith("FortnoxUnauthorised: ")
    assert "run fortnox-assets authorize" in said
    assert renewing.file.load("are-cykel") == saved


def test_hosts_that_renew_at_once_spend_no_refresh_token_twice(renewing, google, google_address, secrets_of):
    store = secrets_of()
    with store.locked("are-cykel"):
        store.save("are-cykel", renewing.expired())
    ran = renewing.run(*[(google_address,)] * 3, hosts=2)
    assert ran == [(0, NAME)] * 3
    assert renewing.renewals() == [200]
    assert google.states()[-1] == "ENABLED"
    assert set(google.states()[:-1]) == {"DESTROYED"}
    assert google.pair()["refresh_token"] in renewing.app.tokens._refresh
    assert google.secret.annotations == {}
