"""The only place that decides to try again, and how long to wait before it.

What may pass is known by its class, FortnoxTransient: 429, 5xx, resets, timeouts, truncated or empty bodies, errors
inside a 200, a 401 to a token that had just been fetched. Every wait, the number of tries and the sum of waits are
bounded.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

from fortnox_assets.fortnox.counters import RequestCounters, RequestCounts
from fortnox_assets.fortnox.errors import FortnoxError, FortnoxTransient

T = TypeVar("T")


@dataclass(frozen=True, kw_only=True)
class Backoff:
    """How patient to be, in seconds and tries. A call is tried ``tries`` times at most, the first included.

    ``tries_when_settled`` is for failures that probably will not pass. ``tries_when_refused`` is for calls whose access
    token was refused, and then its successor: each try renews it once, after ``wait_when_refused``.
    """

    tries: int = 6
    tries_when_settled: int = 3
    tries_when_refused: int = 2
    wait_when_refused: float = 3.0
    first_wait: float = 1.0
    factor: float = 2.0
    longest_wait: float = 60.0
    longest_wait_asked_for: float = 300.0
    longest_total: float = 900.0
    rate_limit_window: float = 5.0

    def wait_after(self, tried: int, error: FortnoxTransient, random: Callable[[], float]) -> float | None:
        """Seconds to wait after try number ``tried`` failed; None: give up. ``random`` answers 0 to 1.

        Tries whose tokens were refused are numbered by themselves: a server error before them is no reason to give up.

        What Fortnox asks for is honoured, unless it is longer than anyone should wait for. A 429 without
        ``Retry-After`` waits out its window; anything else waits twice as long each time, less up to half at random so
        that processes that failed together do not come back together.
        """
        if tried >= self._tries(error):
            return None
        if error.refused:
            return self.wait_when_refused
        if error.retry_after is not None:
            # Zero, or a date rounded down to the second, would use up all tries in an instant.
            return max(error.retry_after, self.first_wait) if error.retry_after <= self.longest_wait_asked_for else None
        growth = self.factor ** (tried - 1)
        if error.rate_limited:
            return min(self.rate_limit_window * growth, self.longest_wait)
        return min(self.first_wait * growth, self.longest_wait) * (1 - random() / 2)

    def _tries(self, error: FortnoxTransient) -> int:
        if error.refused:
            return self.tries_when_refused
        return self.tries if error.settled is None else self.tries_when_settled


class Retrier:
    """Runs calls as ``backoff`` says. ``slow_down`` takes the waits after a 429, which concern every process."""

    def __init__(
        self,
        backoff: Backoff,
        counters: RequestCounters,
        *,
        sleep: Callable[[float], object],
        slow_down: Callable[[float], object],
        random: Callable[[], float],
    ) -> None:
        self._backoff = backoff
        self._counters = counters
        self._sleep = sleep
        self._slow_down = slow_down
        self._random = random

    def run(self, call: Callable[[], T]) -> T:
        """``call()``, tried again while it fails transiently.

        Raises: what ``call`` raises; a FortnoxTransient only when it did not pass, or what it then turns out to be.
        """
        tried, refused, waited = 0, 0, 0.0
        while True:
            tried += 1
            try:
                return call()
            except FortnoxTransient as error:
                refused += error.refused
                wait = self._backoff.wait_after(refused if error.refused else tried, error, self._random)
                self._counters.add(RequestCounts(rate_limited=int(error.rate_limited)))
                if wait is None or waited + wait > self._backoff.longest_total:
                    raise _given_up(error, tried, waited) from error
                self._wait(wait, error)
                waited += wait

    def _wait(self, wait: float, error: FortnoxTransient) -> None:
        if error.rate_limited:
            # The throttle makes this call, and every other of the company, wait; it counts the seconds.
            self._slow_down(wait)
            self._counters.add(RequestCounts(retries=1))
        else:
            self._sleep(wait)
            self._counters.add(RequestCounts(retries=1, seconds_waited=wait))


def _given_up(error: FortnoxTransient, tried: int, waited: float) -> FortnoxError:
    if error.settled is not None:
        return error.settled
    asked = f"; Fortnox asked to wait {error.retry_after:.0f} s" if error.retry_after else ""
    return FortnoxTransient(
        f"{error}{asked}; gave up after {tried} {'try' if tried == 1 else 'tries'} in {waited:.0f} s",
        code=error.code,
        retry_after=error.retry_after,
        rate_limited=error.rate_limited,
    )
