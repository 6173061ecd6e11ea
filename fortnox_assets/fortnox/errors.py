"""Everything that can go wrong between us and Fortnox, and which of it an answer means.

    FortnoxError
    ├── FortnoxUnavailable    this company cannot have this endpoint: scope, licence, right or feature is missing
    ├── FortnoxUnauthorised   a person must act: credentials, consent, unknown tenant
    ├── FortnoxNotFound       there is no such document
    ├── FortnoxBadRequest     Fortnox refuses the question itself: filter, parameter, route
    │   └── PagePastEnd       the page asked for lies behind the last one
    ├── FortnoxTransient      it may work later; raised to the caller when the retries are used up
    ├── UnexpectedAnswer      a good answer that does not have the promised shape
    ├── IncompleteListing     the rows of a listing never added up to Fortnox's own totals
    ├── FileTooLarge          a file has more bytes than may be fetched
    ├── ForbiddenPath         the client refuses to ask: not on the allow-list, or it would change data
    ├── ConnectionClosed      the client was closed while a call was waiting
    └── StateUnusable         the state directory cannot be used: unwritable, full, locked, damaged

Messages are one line and never hold a token or a secret. Codes and wordings: https://www.fortnox.se/developer/guides-and-good-to-know/errors
and what integrators have recorded.
"""

# ruff: noqa: N818 - what went wrong is the name; "Error" on each would say nothing more

from enum import StrEnum


class FortnoxError(Exception):
    """Something between us and Fortnox failed; ``code`` is Fortnox's own number where it gave one."""

    def __init__(self, message: str, *, code: int | None = None) -> None:
        super().__init__(message)
        self.code = code


class Missing(StrEnum):
    """Why an endpoint is not available for a company."""

    SCOPE = "missing_scope"
    LICENCE = "missing_licence"
    RIGHT = "missing_right"
    FEATURE = "feature_unavailable"


class FortnoxUnavailable(FortnoxError):
    """The endpoint is not available for this company, whose others still are; ``reason`` says what is missing."""

    def __init__(self, message: str, *, reason: Missing = Missing.FEATURE, code: int | None = None) -> None:
        super().__init__(message, code=code)
        self.reason = reason


class FortnoxUnauthorised(FortnoxError):
    """Nothing works until a person has corrected the credentials or renewed the consent; the message says which."""


class FortnoxNotFound(FortnoxError):
    """The document does not exist (any more)."""


class FortnoxBadRequest(FortnoxError):
    """Fortnox understood and refused; asking again gives the same answer."""


class PagePastEnd(FortnoxBadRequest):
    """The page lies past the end of the list, which is shorter than it was."""


class FortnoxTransient(FortnoxError):
    """A failure that may pass.

    ``retry_after``: seconds Fortnox asked us to wait, if it did. ``rate_limited``: the API's budget was exceeded.
    ``refused``: the access token is not taken, and neither is the one that was fetched in its place.
    ``settled``: what the failure means if it does not pass, where that is known.
    """

    def __init__(
        self,
        message: str,
        *,
        code: int | None = None,
        retry_after: float | None = None,
        rate_limited: bool = False,
        refused: bool = False,
        settled: FortnoxError | None = None,
    ) -> None:
        super().__init__(message, code=code)
        self.retry_after = retry_after
        self.rate_limited = rate_limited
        self.refused = refused
        self.settled = settled


class UnexpectedAnswer(FortnoxError):
    """A successful answer without what was promised, e.g. no wrapper key."""


class IncompleteListing(FortnoxError):
    """Rows received and Fortnox's totals disagree: ``received`` distinct rows of ``total_resources``."""

    def __init__(self, message: str, *, received: int = 0, total_resources: int | None = None) -> None:
        super().__init__(message)
        self.received = received
        self.total_resources = total_resources


class FileTooLarge(FortnoxError):
    """The file has more bytes than may be fetched; ``size`` is how many, or how many there were when it was left."""

    def __init__(self, message: str, *, size: int = 0) -> None:
        super().__init__(message)
        self.size = size


class ForbiddenPath(FortnoxError):
    """The client does not call this path."""


class ConnectionClosed(FortnoxError):
    """The client was closed while a call was waiting for its turn."""


class StateUnusable(FortnoxError):
    """A file under the state directory cannot be read or written; the message says which and what to do."""
