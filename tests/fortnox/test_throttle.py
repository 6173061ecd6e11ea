import concurrent.futures
import functools
import multiprocessing
import sqlite3

import pytest

from fortnox_assets.fortnox.errors import StateUnusable
from fortnox_assets.fortnox.throttle import LONGEST_AHEAD_SECONDS, Throttle


def assert_within_budget(slots: list[float], budget: int = 24, window: float = 5.0) -> None:
    assert slots == sorted(slots)
    for first, too_many in zip(slots, slots[budget:], strict=False):
        assert too_many - first >= window


@pytest.fixture
def throttle(tmp_path, clock):
    return Throttle(tmp_path / "are-cykel.sqlite", clock=clock, sleep=clock.sleep)


def test_requests_are_spread_and_the_next_waits_until_the_first_has_left_the_window(throttle, clock):
    start = clock.now
    waited = [throttle.wait() for _ in range(24)]
    assert waited == pytest.approx([0.0, *[0.8 * 5 / 24] * 23])
    assert throttle.wait() == pytest.approx(5.0 - sum(waited))
    assert clock.now == pytest.approx(start + 5.0)


def test_the_whole_budget_is_used_though_requests_leave_a_little_late(tmp_path, clock):
    throttle = Throttle(tmp_path / "log", clock=clock, sleep=lambda seconds: clock.sleep(seconds + 0.02))
    start = clock.now
    for _ in range(240):
        throttle.wait()
    assert clock.now - start < 240 / 24 * 5.0 * 1.01
    assert_within_budget(throttle.slots())


def test_a_lone_request_does_not_wait(throttle, clock):
    throttle.wait()
    clock.now += 1
    assert throttle.wait() == 0.0


def test_no_window_holds_more_than_the_budget_over_processes_with_clocks_that_disagree(tmp_path):
    path = tmp_path / "throttle" / "are-cykel.sqlite"
    clocks = [functools.partial(float, now) for now in (1000.0, 1000.7, 1001.9, 999.2)]
    with multiprocessing.get_context("spawn").Pool(4) as pool:
        throttles = [Throttle(path, clock=clock) for clock in clocks]
        waiting = [pool.apply_async(throttles[number % 4].reserve) for number in range(400)]
        reserved = [each.get(timeout=60) for each in waiting]
    slots = sorted(slot.at for slot in reserved)
    assert len({slot.id for slot in reserved}) == 400
    assert_within_budget(slots)
    assert slots[-1] - slots[0] == pytest.approx(400 // 24 * 5.0, abs=5.0)


def test_threads_share_the_budget(throttle, clock):
    with concurrent.futures.ThreadPoolExecutor(8) as pool:
        slots = [each.at for each in pool.map(lambda _: throttle.reserve(), range(100))]
    assert_within_budget(sorted(slots))


def test_a_late_wake_up_counts_from_when_the_request_really_left(tmp_path, clock):
    throttle = Throttle(tmp_path / "log", budget=1, clock=clock, sleep=lambda seconds: clock.sleep(seconds + 3))
    throttle.wait()
    throttle.wait()
    assert throttle.slots()[-1] == clock.now
    assert throttle.reserve().at == pytest.approx(clock.now + 5)


def test_a_push_moves_reserved_slots_and_new_ones_and_keeps_them_apart(tmp_path, clock):
    throttle = Throttle(tmp_path / "log", budget=2, clock=clock, sleep=clock.sleep)
    start = clock.now
    for _ in range(6):
        throttle.reserve()
    throttle.push(30)
    throttle.push(10)
    assert [at - start for at in throttle.slots()] == pytest.approx([0, 30, 33, 35, 38, 40])
    assert throttle.reserve().at - start == pytest.approx(43)


def test_whoever_sleeps_while_the_slots_are_pushed_sleeps_on(tmp_path, clock):
    pushed = []

    def sleep(seconds: float) -> None:
        if not pushed:
            pushed.append(seconds)
            throttle.push(60)
        clock.sleep(seconds)

    throttle = Throttle(tmp_path / "log", budget=1, clock=clock, sleep=sleep)
    start = clock.now
    throttle.wait()
    assert throttle.wait() == pytest.approx(60)
    assert clock.now == pytest.approx(start + 60)


def test_a_clock_set_back_does_not_stop_the_company_for_hours(throttle, clock):
    throttle.reserve()
    clock.now -= LONGEST_AHEAD_SECONDS + 3600
    assert throttle.reserve().at == clock.now


def test_old_slots_are_forgotten(throttle, clock):
    for _ in range(100):
        throttle.wait()
        clock.now += 1
    assert len(throttle.slots()) <= 11


def test_another_budget_and_window_can_be_agreed(tmp_path, clock):
    throttle = Throttle(tmp_path / "log", budget=3, window=60, clock=clock, sleep=clock.sleep)
    slots = [throttle.reserve().at for _ in range(10)]
    assert_within_budget(slots, budget=3, window=60)


def test_a_directory_that_cannot_be_written_is_one_clear_error(tmp_path, clock):
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(StateUnusable, match=r"request log .*are-cykel\.sqlite cannot be used"):
        Throttle(tmp_path / "file" / "are-cykel.sqlite", clock=clock).wait()


def test_a_damaged_log_is_one_clear_error(tmp_path, clock):
    (tmp_path / "log").write_bytes(b"no database at all" * 100)
    with pytest.raises(StateUnusable, match="delete the file"):
        Throttle(tmp_path / "log", clock=clock).wait()


def test_a_full_disk_is_one_clear_error(throttle, clock, monkeypatch):
    monkeypatch.setattr(
        throttle, "_connection", lambda: (_ for _ in ()).throw(sqlite3.OperationalError("database or disk is full"))
    )
    with pytest.raises(StateUnusable, match="disk is full"):
        throttle.wait()


def test_a_log_someone_else_keeps_locked_is_one_clear_error(throttle, monkeypatch):
    monkeypatch.setattr("fortnox_assets.fortnox.throttle.LONGEST_LOCK_WAIT_SECONDS", 0.01)
    throttle.reserve()
    other = sqlite3.connect(throttle._path, isolation_level=None)
    other.execute("begin exclusive")
    try:
        with pytest.raises(StateUnusable, match="locked"):
            throttle.reserve()
    finally:
        other.close()
