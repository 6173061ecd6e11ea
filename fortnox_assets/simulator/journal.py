"""What was asked of the simulator, for tests and for whoever watches a run."""

import threading
import time
from collections import Counter, deque
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

REMEMBERED_REQUESTS = 100_000
WINDOW_SECONDS = 5.0


@dataclass(frozen=True, kw_only=True, slots=True)
class LoggedRequest:
    """One request and its answer. ``tenant`` is None where no company was involved; ``query`` is as it was sent."""

    tenant: int | None
    method: str
    path: str
    query: str
    status: int
    fault: str | None = None


class Journal:
    """Requests in the order they were answered: the last ``REMEMBERED_REQUESTS`` one by one, all of them counted.

    ``most_in_a_window`` is the most requests a tenant made in any five seconds, refused ones included. ``mutations``
    are the GETs that changed something in Fortnox. A pipeline that only reads leaves it empty.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._requests: deque[LoggedRequest] = deque(maxlen=REMEMBERED_REQUESTS)
        self._statuses: Counter[tuple[int | None, int]] = Counter()
        self._faults: Counter[str] = Counter()
        self._recent: dict[int, deque[float]] = {}
        self.most_in_a_window: Counter[int] = Counter()
        self.mutations: list[LoggedRequest] = []

    def note(self, request: LoggedRequest) -> None:
        """Remember an answered request."""
        with self._lock:
            self._requests.append(request)
            if request.tenant is not None:
                self._slide(request.tenant, time.monotonic())
            self._statuses[request.tenant, request.status] += 1
            if request.fault:
                self._faults[request.fault] += 1

    def _slide(self, tenant: int, now: float) -> None:
        window = self._recent.setdefault(tenant, deque())
        window.append(now)
        while window[0] <= now - WINDOW_SECONDS:
            window.popleft()
        self.most_in_a_window[tenant] = max(self.most_in_a_window[tenant], len(window))

    def requests(self, tenant: int | None = None, path: str = "") -> tuple[LoggedRequest, ...]:
        """Remembered requests, of one tenant or of all, whose path begins with ``path``."""
        with self._lock:
            chosen = tuple(self._requests)
        return tuple(each for each in chosen if tenant in (None, each.tenant) and each.path.startswith(path))

    def clear(self) -> None:
        """Forget everything."""
        with self._lock:
            self._requests.clear()
            self._statuses.clear()
            self._faults.clear()
            self._recent.clear()
            self.most_in_a_window.clear()
            self.mutations.clear()

    def statistics(self) -> Mapping[str, Any]:
        """Counts by tenant and status, of faults, and the mutating calls, ready for JSON."""
        with self._lock:
            tenants: dict[str, dict[str, int]] = {}
            for (tenant, status), count in sorted(self._statuses.items(), key=str):
                tenants.setdefault("none" if tenant is None else str(tenant), {})[str(status)] = count
            return {
                "requests": sum(self._statuses.values()),
                "by_tenant_and_status": tenants,
                "faults": dict(self._faults),
                "most_requests_in_5_seconds": {str(each): count for each, count in self.most_in_a_window.items()},
                "mutations": [each.path for each in self.mutations],
            }
