"""What may be repeated, and after how long: pure rules (design.md, decision 5; protocol.md, section 7).

A create costs money and has no idempotency key, so it is repeated only when nothing can have been made. A
query and a download change nothing, so they may be repeated whenever that can help.
"""

import random
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

from wan_notebook.catalog import WanError
from wan_notebook.service.errors import (
    AnswerLostError,
    MediaUnreachableError,
    NotTheServiceError,
    PartGoneError,
    ServiceError,
    ServiceFaultError,
    ThrottledError,
    TransferError,
    UnreachableError,
)

FIRST_PAUSE = 1.0  # seconds
LONGEST_PAUSE = 30.0  # seconds; a service that recovers is noticed within half a minute
LONGEST_WISH = (
    120.0  # seconds; longest Retry-After that is followed, rate limits recover within about a minute
)

_REFUSALS = frozenset(range(400, 500)) - {408, 499}
"""HTTP statuses of a refusal; the two left out are a gateway's words for a call it gave up on."""


def nothing_created(error: ServiceError) -> bool:
    """Return whether a create that ended so surely made no task.

    So it is when no connection was made, and when the answer is a refusal (most of HTTP 4xx). Everything
    else, a code for a fault of the service included, leaves open whether a task exists.
    """
    if isinstance(error, UnreachableError):
        return True
    if isinstance(error, AnswerLostError | ServiceFaultError):
        return False
    return error.status in _REFUSALS


def may_retry_create(error: ServiceError) -> bool:
    """Return whether the same create may be sent again by itself: nothing was made, and waiting can help."""
    passing = isinstance(error, UnreachableError | ThrottledError | MediaUnreachableError)
    return passing and nothing_created(error)


def may_retry_query(error: ServiceError) -> bool:
    """Return whether the same query may be sent again by itself: it can help, and asking costs nothing."""
    passing = UnreachableError | AnswerLostError | NotTheServiceError | ServiceFaultError | ThrottledError
    return isinstance(error, passing)


def may_retry_download(error: WanError) -> bool:
    """Return whether the same download may be tried again by itself."""
    return isinstance(error, TransferError | PartGoneError)


def pause(attempt: int, retry_after: float | None = None, jitter: float = 0.5) -> float:
    """Return the seconds to wait before the next try.

    Args:
        attempt: tries made so far, from 1; the pause doubles with each, from 1 s to 30 s.
        retry_after: seconds the service asked for; followed up to 120 s.
        jitter: a number drawn from 0 to 1, by which waiting clients are spread over half of the pause more.
    """
    doublings = min(max(attempt, 1) - 1, 30)
    backoff = min(FIRST_PAUSE * 2.0**doublings, LONGEST_PAUSE)
    wish = min(retry_after or 0.0, LONGEST_WISH)
    return max(backoff, wish) + backoff * jitter / 2


def jittered(attempt: int, retry_after: float | None = None) -> float:
    """Return the same, the jitter drawn at random."""
    return pause(attempt, retry_after, random.random())  # noqa: S311 - jitter is no secret


def wish(header: str | None, now: datetime) -> float | None:
    """Return the seconds a Retry-After header asks to wait, None when it asks for nothing that can be read.

    Args:
        header: a whole number of seconds or an HTTP date.
        now: the present, with its zone.
    """
    if header is None:
        return None
    number = header.strip()
    if number.isdecimal():
        return float(number)
    try:
        until = parsedate_to_datetime(header)
    except (ValueError, OverflowError):  # the second for numbers beyond all calendars
        return None
    aware = until if until.tzinfo else until.replace(tzinfo=UTC)
    return max((aware - now).total_seconds(), 0.0)
