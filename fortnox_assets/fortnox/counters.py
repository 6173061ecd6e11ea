"""What the client has done so far, in figures."""

import threading
from dataclasses import dataclass, fields


@dataclass(frozen=True, kw_only=True)
class RequestCounts:
    """Figures at one moment; ``later - earlier`` is what happened in between.

    ``requests``: sent to the API, retries included, the token endpoint not. ``retries``: calls tried again.
    ``rate_limited``: answers with status 429. ``seconds_waited``: for the rate budget and between retries, summed over
    threads. ``bytes_received``: bodies after decompression.
    """

    requests: int = 0
    retries: int = 0
    rate_limited: int = 0
    seconds_waited: float = 0.0
    bytes_received: int = 0

    def __sub__(self, earlier: "RequestCounts") -> "RequestCounts":
        return RequestCounts(
            **{each.name: getattr(self, each.name) - getattr(earlier, each.name) for each in fields(self)}
        )

    def __add__(self, other: "RequestCounts") -> "RequestCounts":
        return RequestCounts(
            **{each.name: getattr(self, each.name) + getattr(other, each.name) for each in fields(self)}
        )


class RequestCounters:
    """Counts from several threads at once; every figure of :class:`RequestCounts` can also be read directly."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._counts = RequestCounts()

    def add(self, more: RequestCounts) -> None:
        """Count ``more`` on top."""
        with self._lock:
            self._counts += more

    def snapshot(self) -> RequestCounts:
        """The figures now, which later counting does not change."""
        with self._lock:
            return self._counts

    @property
    def requests(self) -> int:
        """Requests sent so far."""
        return self.snapshot().requests

    @property
    def retries(self) -> int:
        """Calls tried again so far."""
        return self.snapshot().retries

    @property
    def rate_limited(self) -> int:
        """Answers with status 429 so far."""
        return self.snapshot().rate_limited

    @property
    def seconds_waited(self) -> float:
        """Seconds waited so far, summed over threads."""
        return self.snapshot().seconds_waited

    @property
    def bytes_received(self) -> int:
        """Bytes of answers so far."""
        return self.snapshot().bytes_received
