import pytest

from fortnox_assets.fortnox.counters import RequestCounters, RequestCounts
from fortnox_assets.fortnox.errors import FortnoxBadRequest, FortnoxTransient, FortnoxUnauthorised
from fortnox_assets.fortnox.retry import Backoff, Retrier

PATIENT = Backoff()


class Waits:
    def __init__(self) -> None:
        self.slept: list[float] = []
        self.slowed: list[float] = []
        self.counters = RequestCounters()

    def retrier(self, backoff: Backoff = PATIENT, random: float = 0.0) -> Retrier:
        return Retrier(
            backoff,
            self.counters,
            sleep=self.slept.append,
            slow_down=self.slowed.append,
            random=lambda: random,
        )


class Failing:
    """Fails with each of ``errors`` in turn, then answers."""

    def __init__(self, *errors: Exception) -> None:
        self.errors = list(errors)
        self.tries = 0

    def __call__(self) -> str:
        self.tries += 1
        if self.errors:
            raise self.errors.pop(0)
        return "answer"


@pytest.fixture
def waits() -> Waits:
    return Waits()


def test_what_passes_is_answered_after_growing_waits(waits):
    call = Failing(*[FortnoxTransient("reset")] * 4)
    assert waits.retrier().run(call) == "answer"
    assert waits.slept == [1.0, 2.0, 4.0, 8.0]
    assert waits.counters.snapshot() == RequestCounts(retries=4, seconds_waited=15.0)
    assert waits.counters.bytes_received == 0


def test_waits_are_shortened_at_random_by_half_at_most(waits):
    assert waits.retrier(random=1.0).run(Failing(FortnoxTransient("reset"))) == "answer"
    assert waits.slept == [0.5]


def test_what_does_not_pass_is_raised_with_the_number_of_tries(waits):
    call = Failing(*[FortnoxTransient("are-cykel: GET /3/x answered 500")] * 9)
    with pytest.raises(FortnoxTransient, match=r"answered 500; gave up after 6 tries in 31 s"):
        waits.retrier().run(call)
    assert call.tries == 6


def test_what_cannot_pass_is_never_tried_again(waits):
    call = Failing(FortnoxBadRequest("no"))
    with pytest.raises(FortnoxBadRequest):
        waits.retrier().run(call)
    assert call.tries == 1
    assert not waits.slept


def test_a_429_slows_everyone_down_for_a_window_that_grows(waits):
    call = Failing(*[FortnoxTransient("slow", rate_limited=True)] * 3)
    assert waits.retrier().run(call) == "answer"
    assert waits.slowed == [5.0, 10.0, 20.0]
    assert not waits.slept
    assert waits.counters.rate_limited == 3
    assert waits.counters.retries == 3


def test_what_fortnox_asks_for_is_waited(waits):
    call = Failing(
        FortnoxTransient("slow", rate_limited=True, retry_after=17.0), FortnoxTransient("x", retry_after=3.0)
    )
    assert waits.retrier().run(call) == "answer"
    assert waits.slowed == [17.0]
    assert waits.slept == [3.0]


def test_an_absurd_wait_is_refused_and_said(waits):
    call = Failing(FortnoxTransient("slow", rate_limited=True, retry_after=86_400.0))
    with pytest.raises(FortnoxTransient, match=r"Fortnox asked to wait 86400 s; gave up after 1 try in 0 s"):
        waits.retrier().run(call)
    assert waits.counters.rate_limited == 1


def test_retry_after_zero_does_not_use_up_the_tries_in_an_instant(waits):
    waits.retrier().run(Failing(FortnoxTransient("slow", retry_after=0.0)))
    assert waits.slept == [1.0]


def test_the_sum_of_waits_is_bounded(waits):
    call = Failing(*[FortnoxTransient("slow", retry_after=100.0)] * 9)
    with pytest.raises(FortnoxTransient, match="gave up after 3 tries in 200 s"):
        waits.retrier(Backoff(longest_total=250.0)).run(call)


def test_no_single_wait_is_longer_than_the_longest(waits):
    waits.retrier(Backoff(tries=20)).run(Failing(*[FortnoxTransient("reset")] * 12))
    assert max(waits.slept) == 60.0


def test_a_failure_that_usually_means_something_else_is_reported_as_that(waits):
    settled = FortnoxUnauthorised("no consent")
    call = Failing(*[FortnoxTransient("empty 500", settled=settled)] * 9)
    with pytest.raises(FortnoxUnauthorised, match="no consent"):
        waits.retrier().run(call)
    assert call.tries == 3


def test_counts_can_be_subtracted_and_added():
    earlier, later = RequestCounts(requests=3, seconds_waited=1.5), RequestCounts(requests=10, seconds_waited=2.0)
    assert later - earlier == RequestCounts(requests=7, seconds_waited=0.5)
    assert sum([earlier, later], RequestCounts()).requests == 13
