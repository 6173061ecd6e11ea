"""The rate limit: 25 requests in any 5 seconds for each integration and company.

https://www.fortnox.se/developer/guides-and-good-to-know/rate-limits-for-fortnox-api. What a 429 looks like is not
published, so its body and Retry-After can be chosen.
"""

import threading
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class RateLimit:
    """``requests`` in any ``seconds``; what a refusal carries, and whether it counts. ``requests=0`` is no limit."""

    requests: int = 25
    seconds: float = 5.0
    body: bytes = b"{}"
    retry_after: int | None = None
    counts_refused: bool = False


class RateLimiter:
    """A sliding window for each (client id, tenant). Its ``limit`` may be changed while it serves."""

    def __init__(self, limit: RateLimit, clock: Callable[[], float]) -> None:
        self.limit = limit
        self._clock = clock
        self._lock = threading.Lock()
        self._windows: dict[tuple[str, int], deque[float]] = {}

    def admits(self, client_id: str, tenant: int) -> bool:
        """Whether one more request is within the limit; if so, it is counted."""
        if not self.limit.requests:
            return True
        with self._lock:
            window = self._windows.setdefault((client_id, tenant), deque())
            now = self._clock()
            while window and window[0] <= now - self.limit.seconds:
                window.popleft()
            admitted = len(window) < self.limit.requests
            if admitted or self.limit.counts_refused:
                window.append(now)
            return admitted
