import logging
import threading
from dataclasses import replace

import pytest
from pydantic import SecretStr
from werkzeug.wrappers import Response

from fortnox_assets.fortnox.errors import StateUnusable
from fortnox_assets.fortnox.tokens import Tokens
from fortnox_assets.secret_manager import LEASE, LEASE_SECONDS, LONGEST_WAIT_SECONDS

FIRST = Tokens(
    access_token=SecretStr("access-1"),
    refresh_token=SecretStr("refresh-1"),
    expires_at=1000.5,
    issued_at=900.0,
    scopes=frozenset({"invoice", "customer"}),
)
SECOND = replace(FIRST, access_token=SecretStr("access-2"), refresh_token=SecretStr("refresh-2"))


class Clock:
    """Seconds that pass while somebody waits."""

    def __init__(self):
        self.now = 0.0

    def __call__(self):
        return self.now

    def wait(self, seconds):
        self.now += seconds


def test_what_was_saved_last_is_loaded_by_another_host(secrets_of):
    store, other = secrets_of("one"), secrets_of("two")
    assert other.load("are-cykel") is None
    with store.locked("are-cykel"):
        assert store.load("are-cykel") is None
        store.save("are-cykel", FIRST)
        store.save("are-cykel", SECOND)
    assert other.load("are-cykel") == SECOND


def test_the_new_version_is_there_before_an_older_one_is_destroyed(secrets_of, google):
    store = secrets_of()
    with store.locked("are-cykel"):
        store.save("are-cykel", FIRST)
        google.asked.clear()
        store.save("are-cykel", SECOND)
    writes = [each for each in google.asked if each.startswith("POST")]
    assert writes == ["POST fortnox-assets-are-cykel:addVersion", "POST 1:destroy"]
    assert google.states() == ["DESTROYED", "ENABLED"]


def test_versions_a_killed_process_left_are_destroyed_by_the_next_save(secrets_of, google, caplog):
    store = secrets_of()
    google.meddle = lambda request: Response(status=503) if request.path.endswith(":destroy") else None
    with caplog.at_level(logging.WARNING), store.locked("are-cykel"):
        store.save("are-cykel", FIRST)
        store.save("are-cykel", SECOND)
    assert google.states() == ["ENABLED", "ENABLED"]
    assert "could not be destroyed, the next renewal tries again" in caplog.text
    assert "refresh-" not in caplog.text
    google.meddle = lambda request: None
    with store.locked("are-cykel"):
        store.save("are-cykel", replace(SECOND, refresh_token=SecretStr("refresh-3")))
    assert google.states() == ["DESTROYED", "DESTROYED", "ENABLED"]


def test_one_host_waits_until_the_other_is_done(secrets_of, google):
    order, waiting = [], threading.Event()
    other = secrets_of("two", pause=lambda _: waiting.set())

    def renew():
        with other.locked("are-cykel"):
            order.append("second")

    thread = threading.Thread(target=renew)
    with secrets_of("one").locked("are-cykel"):
        thread.start()
        assert waiting.wait(10)
        order.append("first")
    thread.join()
    assert order == ["first", "second"]
    assert google.secret.annotations == {}


def test_the_lease_of_a_dead_host_is_taken_after_three_minutes_and_not_before(secrets_of, google):
    clock = Clock()
    google.held_by("a host that is dead")
    store = secrets_of("two", clock=clock, pause=clock.wait)
    with store.locked("are-cykel"):
        assert LEASE_SECONDS <= clock.now < LEASE_SECONDS + 3


def test_a_lease_that_is_renewed_again_and_again_ends_in_one_line(secrets_of, google):
    clock = Clock()
    google.held_by("another host")

    def pause(seconds):
        clock.wait(seconds + 60)
        google.secret.annotations[LEASE] = str(clock.now)

    with pytest.raises(StateUnusable, match="other hosts keep renewing"):
        secrets_of("two", clock=clock, pause=pause).locked("are-cykel").__enter__()
    assert clock.now >= LONGEST_WAIT_SECONDS


def test_two_hosts_that_see_the_same_free_secret_do_not_both_get_it(secrets_of, google):
    """The other host writes its lease between our reading and our writing."""
    google.held_by(None)
    clock, raced = Clock(), []

    def race(request):
        if request.method == "PATCH" and not raced:
            raced.append(True)
            google.secret.annotations, google.secret.etag = {LEASE: "theirs"}, google.secret.etag + 1

    google.meddle = race
    with secrets_of("two", clock=clock, pause=clock.wait).locked("are-cykel"):
        assert raced
        assert clock.now >= LEASE_SECONDS
        assert google.secret.annotations[LEASE] != "theirs"


def test_who_stood_still_too_long_does_not_spend_the_refresh_token(secrets_of, google):
    store, clock = secrets_of("slow"), Clock()
    with store.locked("are-cykel"):
        store.save("are-cykel", FIRST)
        with secrets_of("quick", clock=clock, pause=clock.wait).locked("are-cykel"):
            with pytest.raises(StateUnusable, match="another host took over"):
                store.save("are-cykel", FIRST)
            # What came of spending it is saved in every case: nobody else can have it.
            store.save("are-cykel", SECOND)
    assert store.load("are-cykel") == SECOND


def test_saving_the_pair_that_is_about_to_be_spent_makes_others_count_anew(secrets_of, google):
    store = secrets_of()
    with store.locked("are-cykel"):
        store.save("are-cykel", FIRST)
        before = google.secret.annotations[LEASE]
        store.save("are-cykel", FIRST)
        assert google.secret.annotations[LEASE] != before


def test_annotations_of_others_stay(secrets_of, google):
    store = secrets_of()
    with store.locked("are-cykel"):
        google.secret.annotations["owner"] = "finance"
        store.save("are-cykel", FIRST)
    assert google.secret.annotations == {"owner": "finance"}


@pytest.mark.parametrize("status", [403, 500])
def test_a_refusal_is_one_line_without_what_was_sent(secrets_of, google, status):
    token = "tOkEn" * 20
    google.meddle = lambda request: Response(
        f'{{"error": {{"code": {status}, "message": "Permission denied for {token}"}}}}',
        status=status,
        mimetype="application/json",
    )
    store = secrets_of()
    with pytest.raises(StateUnusable, match="check FORTNOX_TOKEN_STORE, the network and this account's rights") as said:
        store.locked("are-cykel").__enter__()
    assert token not in str(said.value)
    assert "\n" not in str(said.value)


def test_a_version_that_holds_something_else_is_one_line(secrets_of, google):
    store = secrets_of()
    with store.locked("are-cykel"):
        store.save("are-cykel", FIRST)
    google.secret.versions[-1][1] = "c2VjcmV0IHRleHQ="
    with pytest.raises(StateUnusable, match="run fortnox-assets authorize are-cykel") as said:
        store.load("are-cykel")
    assert "secret text" not in str(said.value)


def test_forgetting_deletes_the_secret_and_again_does_nothing_more(secrets_of, google):
    store = secrets_of()
    with store.locked("are-cykel"):
        store.save("are-cykel", FIRST)
    store.forget("are-cykel")
    store.forget("are-cykel")
    assert google.secrets == {}
    assert store.load("are-cykel") is None
