"""Who wants to know how far an extraction has come."""

from typing import Protocol


class Progress(Protocol):
    """Told while rows arrive; called from the thread that runs the extraction."""

    def listed(self, endpoint: str, rows: int, total: int | None) -> None:
        """``rows`` of ``total`` list rows have arrived; the total is None where Fortnox does not say."""

    def detailed(self, endpoint: str, done: int, total: int) -> None:
        """``done`` of ``total`` calls that are made one a row, or one a key, have been answered."""

    def done(self, endpoint: str, rows: int) -> None:
        """Everything has arrived: ``rows`` rows."""


class Silent:
    """A progress nobody watches."""

    def listed(self, endpoint: str, rows: int, total: int | None) -> None:
        """Say nothing."""

    def detailed(self, endpoint: str, done: int, total: int) -> None:
        """Say nothing."""

    def done(self, endpoint: str, rows: int) -> None:
        """Say nothing."""
