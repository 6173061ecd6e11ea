"""Tells people that a run failed: in Dagster's log always, to Slack or a webhook when the settings name one.

Another way to tell is another :class:`Notifier` among those that :func:`notifiers` returns.
"""

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Protocol

import httpx

from fortnox_assets.settings import Environment

LONGEST_WAIT_SECONDS = 10.0
CONNECT_ATTEMPTS = 3
MOST_REASONS = 10


class NotifyError(RuntimeError):
    """Nobody could be told; the message says where and why, without the address, which is a secret."""


@dataclass(frozen=True, kw_only=True)
class Notice:
    """One failed run: its job, its partition (empty for reports), why each step failed, where to see it."""

    job: str
    partition: str
    run_id: str
    reasons: tuple[str, ...]
    link: str = ""

    @property
    def text(self) -> str:
        """The notice for a person, a line for each reason."""
        where = f" of {self.partition}" if self.partition else ""
        more = len(self.reasons) - MOST_REASONS
        lines = [f"{self.job}{where} failed (run {self.run_id})", *self.reasons[:MOST_REASONS]]
        return "\n".join([*lines, *([f"and {more} more"] if more > 0 else []), *([self.link] if self.link else [])])


class Notifier(Protocol):
    """One way to tell people."""

    def tell(self, notice: Notice) -> None:
        """Tells them. Raises: NotifyError."""


@dataclass(frozen=True, kw_only=True)
class LogNotifier:
    """Tells whoever reads the log."""

    log: logging.Logger

    def tell(self, notice: Notice) -> None:
        """One error with all lines."""
        self.log.error("%s", notice.text)


@dataclass(frozen=True, kw_only=True)
class WebhookNotifier:
    """Posts JSON to an address: Slack's ``{"text": ...}``, or every part by name for programs."""

    name: str
    url: str
    slack: bool
    transport: httpx.BaseTransport | None = None

    def __repr__(self) -> str:
        return f"WebhookNotifier({self.name})"

    def tell(self, notice: Notice) -> None:
        """Posts once, with a few attempts to connect. Raises: NotifyError when it was not accepted."""
        try:
            with httpx.Client(
                transport=self.transport or httpx.HTTPTransport(retries=CONNECT_ATTEMPTS - 1),
                timeout=LONGEST_WAIT_SECONDS,
            ) as client:
                status = client.post(self.url, json=self._body(notice)).status_code
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            raise NotifyError(f"{self.name}: could not be told: {type(error).__name__}") from None
        if not httpx.codes.is_success(status):
            raise NotifyError(f"{self.name}: did not accept the notice: {status}")

    def _body(self, notice: Notice) -> dict[str, Any]:
        if self.slack:
            return {"text": notice.text}
        return {
            "job": notice.job,
            "partition": notice.partition,
            "run_id": notice.run_id,
            "reasons": list(notice.reasons),
            "link": notice.link,
        }


def notifiers(environment: Environment, log: logging.Logger) -> Sequence[Notifier]:
    """Everyone who is told, the log first."""
    found: list[Notifier] = [LogNotifier(log=log)]
    if environment.fortnox_slack_webhook_url:
        url = environment.fortnox_slack_webhook_url.get_secret_value()
        found.append(WebhookNotifier(name="FORTNOX_SLACK_WEBHOOK_URL", url=url, slack=True))
    if environment.fortnox_webhook_url:
        url = environment.fortnox_webhook_url.get_secret_value()
        found.append(WebhookNotifier(name="FORTNOX_WEBHOOK_URL", url=url, slack=False))
    return found
