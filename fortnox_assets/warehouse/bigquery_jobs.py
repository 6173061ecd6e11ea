"""Runs BigQuery jobs so that a lost answer does no harm: the name of a job says which work it is.

A job that may already have been started is looked for under its name before it is sent again, so that rows are not
loaded twice. A job that failed for a passing reason is started again under the next name, after a wait, so many times.
"""

import logging
import random
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any, TypeVar

import requests
from google.api_core.exceptions import Conflict, GoogleAPICallError, NotFound
from google.auth.exceptions import TransportError
from google.cloud import bigquery

from fortnox_assets.warehouse.bigquery_access import LABELS, first_line, reason_of

# Seconds before each new try, up to half longer by chance; six to nine minutes in all. BigQuery cancels all but one of
# the transactions that change one table at once: so many of our runs need this long to pass one after the other.
WAITS = (1, 2, 4, 8, 16, 32, 60, 60, 60, 60, 60)
LONGEST_JOB_SECONDS = 3600
REQUEST_SECONDS = 120

# https://cloud.google.com/bigquery/docs/error-messages (read 2026-11): those that say to try again.
PASSING_REASONS = frozenset(
    {
        *("backendError", "badGateway", "internalError", "jobBackendError", "jobInternalError"),
        *("jobRateLimitExceeded", "rateLimitExceeded", "tableUnavailable", "timeout"),
    }
)
# Two statements that change one table at the same time.
CONTENTION = ("could not serialize access", "concurrent update", "transaction is aborted due to", "too many dml")
LOST = (
    requests.exceptions.ConnectionError,
    requests.exceptions.ChunkedEncodingError,
    requests.exceptions.Timeout,
    TransportError,
)
_TOO_BUSY = frozenset({429, 500, 502, 503, 504})
_LONGEST_LABEL = 63

_log = logging.getLogger(__name__)


# A load job or a query job, whose common parent the library keeps to itself.
Job = Any
Answer = TypeVar("Answer")
# For each request: the library's own retries would wait where nobody sees it, and longer than we do.
ONCE: Mapping[str, Any] = {"retry": None, "timeout": REQUEST_SECONDS}


@dataclass(frozen=True, kw_only=True)
class Jobs:
    """Runs jobs of ``client`` one at a time."""

    client: bigquery.Client
    sleep: Callable[[float], None] = time.sleep
    tell: Callable[[str], None] = _log.info
    waits: Sequence[float] = field(default=WAITS)
    # Runs that got in each other's way must not come back at the same moment.
    spread: Callable[[], float] = random.random

    def run(self, name: str, submit: Callable[[str], Job]) -> Any:
        """The finished job that ``submit(job id)`` starts, tried again while what goes wrong may pass.

        ``name`` must be the same for the same work and for nothing else. What goes wrong for good is let through.
        """
        number = 0
        for tries, wait in enumerate((*self.waits, None)):
            job = None
            try:
                job = self._begun(f"{name}-{number}", submit, again=tries > 0)
                job.result(retry=None, timeout=LONGEST_JOB_SECONDS)
            except (GoogleAPICallError, *LOST) as error:
                if wait is None or not may_pass(error):
                    raise
                number += 1 if job is not None and job.error_result else 0
                self._wait(wait, name, error)
            else:
                return job
        raise AssertionError("the last try either returns or raises")

    def query(
        self, name: str, sql: str, parameters: Sequence[Any] = (), labels: Mapping[str, str] | None = None
    ) -> bigquery.QueryJob:
        """The finished job of one statement."""
        config = bigquery.QueryJobConfig(query_parameters=list(parameters), labels={**LABELS, **(labels or {})})

        def submit(job_id: str) -> Job:
            return self.client.query(sql, job_config=config, job_id=job_id, job_retry=None, **ONCE)

        finished: bigquery.QueryJob = self.run(name, submit)
        return finished

    def call(self, what: str, request: Callable[[], Answer]) -> Answer:
        """The answer of a request that does the same however often it is sent, tried again like a job."""
        for wait in (*self.waits, None):
            try:
                return request()
            except (GoogleAPICallError, *LOST) as error:
                if wait is None or not may_pass(error):
                    raise
                self._wait(wait, what, error)
        raise AssertionError("the last try either returns or raises")

    def _wait(self, seconds: float, what: str, error: Exception) -> None:
        wait = round(seconds * (1 + self.spread() / 2), 1)
        self.tell(f"{what}: {first_line(error)}; trying again in {wait} s")
        self.sleep(wait)

    def _begun(self, job_id: str, submit: Callable[[str], Job], *, again: bool) -> Job:
        if again:
            with suppress(NotFound):
                return self._found(job_id)
        try:
            return submit(job_id)
        except Conflict:
            return self._found(job_id)

    def _found(self, job_id: str) -> Job:
        return self.client.get_job(job_id, **ONCE)


def may_pass(error: Exception) -> bool:
    """Whether the same thing may work a little later."""
    if isinstance(error, LOST):
        return not isinstance(error, requests.exceptions.SSLError)
    said = str(error).lower()
    if any(words in said for words in CONTENTION):
        return True
    reason = reason_of(error)
    if reason:
        return reason in PASSING_REASONS
    return getattr(error, "code", None) in _TOO_BUSY


def label_value(text: str) -> str:
    """``text`` as the value of a label: lower case, at most 63 characters, nothing but letters, digits, - and _."""
    kept = "".join(each if each.isalnum() or each in "-_" else "_" for each in text.lower())
    return kept[:_LONGEST_LABEL]
