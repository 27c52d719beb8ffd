"""From a reply to a value or an error, for every reply there can be."""

import json
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wan_notebook.catalog import Status
from wan_notebook.service import (
    AnswerLostError,
    KeyRefusedError,
    MissingError,
    NotTheServiceError,
    ServiceError,
    ServiceFaultError,
    TaskAnswer,
    ThrottledError,
    Usage,
    nothing_created,
    url_expires_at,
)
from wan_notebook.service.reading import Reply, read_created, read_task

HOST = "https://dashscope-intl.aliyuncs.com/api/v1"
CREATED = {"output": {"task_status": "PENDING", "task_id": "0385dc79"}, "request_id": "r-1"}
SUCCEEDED: dict[str, Any] = {
    "request_id": "r-2",
    "output": {
        "task_id": "0385dc79",
        "task_status": "SUCCEEDED",
        "submit_time": "2026-01-20 11:00:00.123",
        "scheduled_time": "2026-01-20 11:00:00.456",
        "end_time": "2026-01-20 11:02:30.789",
        "orig_prompt": "狐狸 🦊",
        "video_url": "https://host.example/a.mp4?Expires=1768964550&Signature=x",
        "task_metrics": {"TOTAL": 1},
    },
    "usage": {
        "duration": 5,
        "input_video_duration": 0,
        "output_video_duration": 5,
        "video_count": 1,
        "SR": 720,
        "ratio": "16:9",
    },
}


def reply(body: object, status: int = 200, **more: Any) -> Reply:
    """Return a reply with this body: bytes as they are, else as JSON."""
    content = body if isinstance(body, bytes) else json.dumps(body).encode()
    return Reply(status=status, content=content, base_url=HOST, **more)


def answered(**output: Any) -> TaskAnswer:
    """Return the answer to a query with some fields of the output changed."""
    return read_task(reply({**SUCCEEDED, "output": {**SUCCEEDED["output"], **output}}))


def used(**usage: Any) -> Usage:
    """Return usage with these fields."""
    return Usage.model_validate(usage)


def test_a_created_task_is_read() -> None:
    """Id, status and request id arrive; fields nobody documented are passed over."""
    created = read_created(reply({**CREATED, "surprise": [1]}))
    assert (created.task_id, created.status, created.request_id) == ("0385dc79", Status.PENDING, "r-1")


@pytest.mark.parametrize("output", [{"task_id": "a"}, {"task_id": " a "}, {"task_id": "a", "task_status": 3}])
def test_a_created_task_needs_only_its_id(output: dict[str, Any]) -> None:
    """An id is never thrown away for what is missing beside it."""
    assert read_created(reply({"output": output})).task_id == "a"


def test_a_finished_task_is_read() -> None:
    """Every documented field arrives; times printed in UTC+8 become UTC."""
    answer = read_task(reply(SUCCEEDED))
    assert answer.status is Status.SUCCEEDED
    assert answer.submit_time == datetime(2026, 1, 20, 3, 0, 0, 123000, tzinfo=UTC)
    assert answer.end_time == datetime(2026, 1, 20, 3, 2, 30, 789000, tzinfo=UTC)
    assert answer.orig_prompt == "狐狸 🦊"
    assert answer.url_expires_at == datetime(2026, 1, 21, 3, 2, 30, tzinfo=UTC)
    assert answer.usage is not None
    assert (answer.usage.SR, answer.usage.ratio, answer.usage.raw) == (720, "16:9", SUCCEEDED["usage"])


@pytest.mark.parametrize("word", ["PENDING", "RUNNING", "SUCCEEDED", "FAILED", "CANCELED", "UNKNOWN"])
def test_the_words_of_the_service_are_known(word: str) -> None:
    """Each status word of the service is ours too."""
    assert answered(task_status=word).status == Status(word)


@pytest.mark.parametrize("word", ["SUSPENDED", "EXPIRED", "QUEUED", "succeeded"])
def test_another_status_word_counts_as_running(word: str) -> None:
    """The task is asked for again, and the word itself is kept; our own words are not the service's."""
    answer = answered(task_status=word)
    assert (answer.status, answer.raw_status) == (Status.RUNNING, word)


def test_an_unknown_task_is_an_answer() -> None:
    """UNKNOWN comes with HTTP 200 and nothing else (section 4.3)."""
    answer = read_task(reply({"request_id": "r", "output": {"task_id": "t", "task_status": "UNKNOWN"}}))
    assert (answer.status, answer.usage, answer.url_expires_at) == (Status.UNKNOWN, None, None)


def test_a_failed_task_brings_its_reason() -> None:
    """Code and message of a task that FAILED are part of the answer."""
    answer = answered(task_status="FAILED", code="InvalidParameter", message="The size is not match")
    assert (answer.code, answer.message) == ("InvalidParameter", "The size is not match")


@pytest.mark.parametrize(
    "field", ["submit_time", "end_time", "orig_prompt", "video_url", "code", "request_id", "task_id"]
)
@pytest.mark.parametrize("value", [None, [], {}, "", "\ud83d", True, "0001-01-01 00:00:00", {"a": 1}])
def test_a_surprise_in_one_field_loses_nothing_else(field: str, value: object) -> None:
    """A paid success stays one."""
    answer = answered(**{field: value})
    assert answer.status is Status.SUCCEEDED
    assert answer.model_dump_json()


@pytest.mark.parametrize("value", ["2026-01-20T03:00:00Z", "2026-01-20 11:00:00", "2026-01-20 11:00:00.000"])
def test_times_with_and_without_a_zone_are_read(value: str) -> None:
    """A zone that is there counts; without one it is UTC+8."""
    assert answered(end_time=value).end_time == datetime(2026, 1, 20, 3, tzinfo=UTC)


@pytest.mark.parametrize(
    "value", ["soon", "2026-13-45 99:00:00", 1768964550, "0001-01-01 00:00:00", "9" * 5000]
)
def test_a_malformed_time_is_unknown(value: object) -> None:
    """No wrong time is better than a guess."""
    assert answered(end_time=value).end_time is None


@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        (5, "5"),
        (5.02, "5.02"),
        ("5", "5"),
        ("5.5", "5.5"),
        (0, "0"),
        (-1, None),
        (True, None),
        ("NaN", None),
        (float("inf"), None),
        ("five", None),
        (1e9, None),
        ([5], None),
        (None, None),
    ],
)
def test_seconds_are_read_whatever_their_type(value: object, seconds: str | None) -> None:
    """Whole, fractional and printed numbers are the same; what is no length of a video is unknown."""
    assert used(duration=value).duration == (None if seconds is None else Decimal(seconds))


@pytest.mark.parametrize(
    ("usage", "mode", "billed"),
    [
        ({"duration": 5, "output_video_duration": 5}, "t2v", "5"),
        ({"duration": 15, "input_video_duration": 5, "output_video_duration": 10}, "r2v", "15"),
        ({"duration": 10, "input_video_duration": 5, "output_video_duration": 10}, "r2v", "15"),
        ({"duration": 10.04, "input_video_duration": 5.02, "output_video_duration": 5.02}, "edit", "10.04"),
        ({"duration": "15"}, "i2v", "15"),
        ({"duration": 12}, "r2v", "12"),
        ({"output_video_duration": 4}, "r2v", "4"),
        ({"output_video_duration": 4}, "t2v", "4"),
        ({"video_duration": 5, "video_count": 1}, "t2v", "5"),
        ({"duration": 0}, "t2v", "0"),
        ({"SR": 720}, "t2v", None),
    ],
)
def test_the_billed_seconds_follow_the_mode(usage: dict[str, Any], mode: str, billed: str | None) -> None:
    """Output for t2v and i2v, input and output for r2v and edit, exactly to the hundredth."""
    found = used(**usage).billed_seconds(mode)
    assert found == (None if billed is None else Decimal(billed))


@pytest.mark.parametrize(
    ("url", "hours"),
    [
        ("https://h/a.mp4?Expires=1768878000", 0),
        ("https://h/a.mp4?x=1&Expires=1768881600&y", 1),
        ("https://h/a.mp4", 24),
        ("https://h/a.mp4?Expires=soon", 24),
        ("https://h/a.mp4?Expires=" + "9" * 30, 24),
        ("https://h/a.mp4?Expires=" + "9" * 5000, 24),
        ("http://[", 24),
        (None, 24),
    ],
)
def test_a_link_ends_when_it_says_else_a_day_after_the_task(url: str | None, hours: int) -> None:
    """The link's own word wins over the rule."""
    end = datetime(2026, 1, 20, 3, tzinfo=UTC)
    assert url_expires_at(url, end) == end + timedelta(hours=hours)


def test_an_unknown_end_is_unknown() -> None:
    """Without a link and an end there is nothing to count from."""
    assert url_expires_at(None, None) is None


NO_ID = [
    b"",
    b"   ",
    b"{",
    b'{"output":{"task_id":"0385',
    b"{}",
    {"output": None},
    {"output": {"task_id": ""}},
    {"output": {"task_id": "  "}},
    {"output": {"task_id": None}},
    {"output": {"task_id": ["a"]}},
    {"output": ["a"]},
    {"request_id": "r"},
    {"code": "InvalidParameter", "message": "x", "request_id": "r"},
    b'{"a":' * 5000,
    b'{"a":' + b"9" * 5000 + b"}",
]


@pytest.mark.parametrize("body", NO_ID)
def test_a_success_without_an_id_is_an_answer_lost(body: object) -> None:
    """A task may exist; the sentence warns of paying twice."""
    with pytest.raises(AnswerLostError, match="paid twice") as caught:
        read_created(reply(body))
    assert not nothing_created(caught.value)


@pytest.mark.parametrize("status", [500, 502, 503, 504, 599])
@pytest.mark.parametrize("body", [b"", b"<html>", CREATED, {"code": "InvalidParameter", "message": "No."}])
def test_a_server_error_on_create_is_an_answer_lost(status: int, body: object) -> None:
    """Even with a code that would otherwise refuse: a gateway may speak after the service acted."""
    with pytest.raises(AnswerLostError) as caught:
        read_created(reply(body, status))
    assert caught.value.status == status


@pytest.mark.parametrize("status", [500, 502, 503, 504])
@pytest.mark.parametrize("body", [b"", b"<html>", {"code": "InternalError", "message": "Oops."}])
def test_a_server_error_on_query_is_a_fault_of_the_service(status: int, body: object) -> None:
    """Asking again costs nothing."""
    with pytest.raises(ServiceFaultError):
        read_task(reply(body, status))


@pytest.mark.parametrize("body", [b"", b"{", {"output": {"task_id": "t"}}, {"output": {"task_status": ""}}])
def test_a_query_without_a_status_is_an_answer_lost(body: object) -> None:
    """The task goes on, and the sentence says so."""
    with pytest.raises(AnswerLostError, match="goes on"):
        read_task(reply(body))


PAGE = b"<!doctype html>\n<html><title>Welcome</title>"


@pytest.mark.parametrize("status", [200, 403, 404, 405])
@pytest.mark.parametrize("body", [PAGE, b"OK", b"[1, 2]", b"null"])
@pytest.mark.parametrize("read", [read_created, read_task])
def test_a_page_is_not_the_service(status: int, body: bytes, read: Any) -> None:
    """The sentence names the host, shows how the answer begins and says to check the base_url."""
    with pytest.raises(NotTheServiceError, match="base_url") as caught:
        read(reply(body, status))
    assert "dashscope-intl.aliyuncs.com" in str(caught.value)
    assert body[:15].decode() in str(caught.value)
    assert nothing_created(caught.value) is (status >= 400)


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_a_redirect_is_an_error(status: int) -> None:
    """It is not followed, and where it points is said."""
    with pytest.raises(NotTheServiceError, match=r"redirects to https://elsewhere\.example/login") as caught:
        read_created(reply(b"", status, location="https://elsewhere.example/login"))
    assert not nothing_created(caught.value)


@pytest.mark.parametrize("body", [b"<html>slow down", b"", {"code": "Throttling", "message": "Slow."}])
def test_too_many_calls_are_throttled_in_any_form(body: object) -> None:
    """A gateway's 429 counts as the service's, with its wish."""
    with pytest.raises(ThrottledError) as caught:
        read_created(reply(body, 429, retry_after=7.0))
    assert caught.value.retry_after == 7.0


@pytest.mark.parametrize(
    "body",
    [
        {"code": "InvalidApiKey", "message": "No API-key provided.", "request_id": "r"},
        {"error": {"code": "invalid_api_key", "message": "No API-key provided."}, "request_id": "r"},
        {"error": {"code": "invalid_api_key", "message": "No API-key provided."}, "id": "r"},
    ],
)
def test_flat_and_wrapped_errors_are_read(body: object) -> None:
    """Native and compatible-mode hosts say the same."""
    with pytest.raises(KeyRefusedError, match="No API-key provided") as caught:
        read_task(reply(body, 401))
    assert caught.value.request_id == "r"


@pytest.mark.parametrize("body", [{"detail": "Not Found"}, {"code": None}, {"code": ["x"], "message": 5}])
def test_a_refusal_without_a_code_is_explained_by_its_status(body: object) -> None:
    """JSON of another kind is still a no."""
    with pytest.raises(MissingError):
        read_created(reply(body, 404))


def test_a_byte_order_mark_does_no_harm() -> None:
    """Some gateways put one before the JSON."""
    assert read_created(reply(b"\xef\xbb\xbf" + json.dumps(CREATED).encode())).task_id == "0385dc79"


scalars = st.none() | st.booleans() | st.integers() | st.floats() | st.text()
jsons = st.recursive(
    scalars,
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["output", "task_id", "task_status", "usage", "code", "message", "error", "SR"])
            | st.text(),
            inner,
            max_size=5,
        )
    ),
    max_leaves=12,
)


@given(jsons, st.integers(100, 599), st.sampled_from([read_created, read_task]))
def test_any_json_is_a_value_or_an_error_of_ours(body: object, status: int, read: Any) -> None:
    """Nothing else ever comes out, and every error has its sentence."""
    try:
        outcome = read(reply(body, status)).status
    except ServiceError as error:
        outcome = str(error)
    assert isinstance(outcome, Status) or outcome.endswith(".")


@given(st.binary(max_size=200), st.integers(100, 599), st.sampled_from([read_created, read_task]))
def test_any_bytes_are_an_error_of_ours(body: bytes, status: int, read: Any) -> None:
    """Bytes that are no answer never become one."""
    with pytest.raises(ServiceError):
        read(reply(body, status))


@given(jsons)
def test_any_usage_bills_nothing_negative(usage: object) -> None:
    """Whatever usage holds, the seconds are unknown or from 0 up."""
    answer = read_task(reply({**SUCCEEDED, "usage": usage}))
    billed = answer.usage.billed_seconds("r2v") if answer.usage else None
    assert billed is None or billed >= 0
