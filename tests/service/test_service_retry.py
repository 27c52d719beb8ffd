"""What may be repeated and after how long."""

import json
import math
from datetime import UTC, datetime, timedelta, timezone
from email.utils import format_datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wan_notebook.catalog import SettingError
from wan_notebook.service import (
    AnswerLostError,
    DownloadError,
    Facts,
    KeyRefusedError,
    LinkExpiredError,
    NotTheServiceError,
    PartGoneError,
    ServiceError,
    ServiceFaultError,
    StorageError,
    ThrottledError,
    TransferError,
    UnreachableError,
    failure,
    may_retry_create,
    may_retry_download,
    may_retry_query,
    nothing_created,
    pause,
)
from wan_notebook.service.reading import Reply, read_created
from wan_notebook.service.retry import wish

NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)
ADVICE = "fault"
jitters = st.floats(0, 1)


def error(kind: type[ServiceError], status: int | None) -> ServiceError:
    """Return an error of this kind and status."""
    return kind(Facts(status=status), ADVICE)


@pytest.mark.parametrize(
    ("kind", "status", "nothing", "create", "query"),
    [
        (UnreachableError, None, True, True, True),
        (ThrottledError, 429, True, True, True),
        (ThrottledError, 400, True, True, True),
        (ThrottledError, 503, False, False, True),
        (KeyRefusedError, 401, True, False, False),
        (KeyRefusedError, 200, False, False, False),
        (AnswerLostError, None, False, False, True),
        (AnswerLostError, 400, False, False, True),
        (AnswerLostError, 500, False, False, True),
        (ServiceFaultError, 500, False, False, True),
        (ServiceFaultError, 400, False, False, True),
        (NotTheServiceError, 200, False, False, True),
        (NotTheServiceError, 302, False, False, True),
        (NotTheServiceError, 404, True, False, True),
        (NotTheServiceError, 408, False, False, True),
        (NotTheServiceError, 499, False, False, True),
        (ThrottledError, 408, False, False, True),
        (ServiceError, None, False, False, False),
    ],
)
def test_what_may_be_repeated(
    kind: type[ServiceError],
    status: int | None,
    nothing: bool,  # noqa: FBT001 - a column
    create: bool,  # noqa: FBT001 - a column
    query: bool,  # noqa: FBT001 - a column
) -> None:
    """A create only when nothing was made and waiting helps; a query whenever it may help."""
    found = error(kind, status)
    assert (nothing_created(found), may_retry_create(found), may_retry_query(found)) == (
        nothing,
        create,
        query,
    )


@given(st.sampled_from(ServiceError.__subclasses__()), st.none() | st.integers(100, 599))
def test_a_create_is_never_repeated_while_a_task_may_exist(
    kind: type[ServiceError], status: int | None
) -> None:
    """Whatever the error, repeating implies that nothing was made, and that implies 4xx or no connection."""
    found = error(kind, status)
    assert not may_retry_create(found) or nothing_created(found)
    refused = status is not None and 400 <= status < 500
    assert not nothing_created(found) or refused or isinstance(found, UnreachableError)


@pytest.mark.parametrize(
    ("status", "code", "again"),
    [
        (429, "Throttling", True),
        (429, "Throttling.RateQuota", True),
        (429, "Throttling.BurstRate", True),
        (429, "Throttling.AllocationQuota", True),
        (400, "Throttling.AllocationQuota", True),
        (429, None, True),
        (400, "InvalidURL.ConnectionRefused", True),
        (400, "InvalidURL.Timeout", True),
        (400, "InvalidURL", False),
        (400, "InvalidParameter", False),
        (400, "InvalidParameter.DataInspection", False),
        (400, "DataInspectionFailed", False),
        (400, "IPInfringementSuspect", False),
        (400, "Arrearage", False),
        (400, "InvalidFile.Duration", False),
        (400, "BadRequest.TooLarge", False),
        (401, "InvalidApiKey", False),
        (403, "AccessDenied", False),
        (403, "AllocationQuota.FreeTierOnly", False),
        (404, "ModelNotFound", False),
        (429, "PostpaidBillOverdue", False),
        (429, "CommodityNotPurchased", False),
    ],
)
def test_a_documented_refusal_is_final_unless_waiting_helps(
    status: int,
    code: str | None,
    again: bool,  # noqa: FBT001 - a column
) -> None:
    """Nothing was made by any of them, but only those that pass by themselves are asked for again."""
    content = json.dumps({"code": code, "message": "No."}).encode()
    with pytest.raises(ServiceError) as refused:
        read_created(Reply(status=status, content=content, base_url="https://service.example"))
    assert nothing_created(refused.value)
    assert may_retry_create(refused.value) is again


def test_a_failed_task_was_made() -> None:
    """The same code that refuses a create is no proof when it comes from a task."""
    assert not nothing_created(failure("InvalidParameter", "Field required: input.prompt"))


@pytest.mark.parametrize(
    ("found", "again"),
    [
        (TransferError("cut"), True),
        (LinkExpiredError("gone"), False),
        (StorageError("full"), False),
        (PartGoneError("tidied"), True),
        (DownloadError("no video"), False),
        (SettingError("folder"), False),
    ],
)
def test_which_downloads_are_tried_again(found: SettingError | DownloadError, again: bool) -> None:  # noqa: FBT001 - a column
    """Only faults of the way there pass by themselves."""
    assert may_retry_download(found) is again


def test_the_pause_doubles_from_one_second_to_thirty() -> None:
    """Without jitter and wishes the pauses are the documented ones."""
    assert [pause(attempt, jitter=0) for attempt in range(1, 9)] == [1, 2, 4, 8, 16, 30, 30, 30]


@given(st.integers(-5, 10**9), st.none() | st.floats(0, allow_nan=False), jitters)
def test_the_pause_keeps_its_bounds(attempt: int, retry_after: float | None, jitter: float) -> None:
    """Never under a second, never over two minutes and jitter, never sooner than the service asked."""
    seconds = pause(attempt, retry_after, jitter)
    assert 1 <= seconds <= 120 + 15
    assert seconds >= min(retry_after or 0, 120)


@given(st.integers(1, 50), jitters)
def test_the_pause_never_shrinks(attempt: int, jitter: float) -> None:
    """Each further try waits at least as long."""
    assert pause(attempt, jitter=jitter) <= pause(attempt + 1, jitter=jitter)


@pytest.mark.parametrize(
    ("header", "seconds"),
    [
        (None, None),
        ("0", 0),
        ("7", 7),
        (" 120 ", 120),
        ("0\x1f", 0),
        ("-3", None),
        ("soon", None),
        ("", None),
        (format_datetime(NOW + timedelta(seconds=9), usegmt=True), 9),
        (format_datetime((NOW + timedelta(seconds=9)).astimezone(timezone(timedelta(hours=8)))), 9),
        (format_datetime(NOW - timedelta(days=1), usegmt=True), 0),
        ("Sat, 21 Nov 2026 12:00:05 -0000", 5),
        (f"Sat, 21 Nov {10**20} 12:00:05 GMT", None),
        (f"Sat, 21 Nov 2026 12:00:05 +{10**20}", None),
        ("9" * 5000, math.inf),
    ],
)
def test_a_retry_after_header_is_read(header: str | None, seconds: float | None) -> None:
    """Seconds and HTTP dates are understood, everything else asks for nothing."""
    assert wish(header, NOW) == seconds


@given(st.text())
def test_no_retry_after_header_breaks_anything(header: str) -> None:
    """Any text gives seconds from 0 up, or none."""
    found = wish(header, NOW)
    assert found is None or found >= 0
