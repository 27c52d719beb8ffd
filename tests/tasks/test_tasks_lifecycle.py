"""The life of a task as a pure state machine."""

from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.builders import START, a_record
from wan_notebook.catalog import FINAL, Status, VideoState, find_model
from wan_notebook.service import (
    AnswerLostError,
    Created,
    Facts,
    KeyRefusedError,
    ServiceError,
    ServiceFaultError,
    TaskAnswer,
    ThrottledError,
    UnreachableError,
)
from wan_notebook.tasks import lifecycle


def answer(status: str, **output: Any) -> TaskAnswer:
    """Return a query's answer with this status."""
    usage = output.pop("usage", None)
    body = {"request_id": "r-1", "output": {"task_id": "t", "task_status": status, **output}, "usage": usage}
    return TaskAnswer.model_validate(body)


def under_way(status: Status = Status.PENDING, **changes: Any) -> Any:
    """Return a record of a task the service is busy with."""
    return a_record(
        status=status, scheduled_at=None, finished_at=None, cost=None, billed_s=None, video=None, **changes
    )


@given(old=st.sampled_from(sorted(FINAL)), new=st.sampled_from(list(Status)))
def test_final_states_are_never_left(old: Status, new: Status) -> None:
    """Whatever is said later, a finished task stays as it ended."""
    assert not lifecycle.may_follow(old, new)


@given(words=st.lists(st.sampled_from(["PENDING", "RUNNING", "SUCCEEDED", "FAILED", "CANCELED", "UNKNOWN"])))
def test_any_sequence_of_answers_only_moves_forward(words: list[str]) -> None:
    """A late or repeated answer never takes a task back."""
    record = under_way()
    order = [Status.PENDING, Status.RUNNING]
    for word in words:
        before = record.status
        changes = lifecycle.answered(record, answer(word), START + timedelta(seconds=30))
        record = under_way(status=changes.get("status", before))
        if before in FINAL:
            assert record.status is before
        elif record.status in order:
            assert order.index(record.status) >= order.index(before)


@pytest.mark.parametrize(
    ("error", "status"),
    [
        (UnreachableError(Facts(message="refused"), "unreachable"), Status.NOT_CREATED),
        (KeyRefusedError(Facts(code="InvalidApiKey", status=401), "key"), Status.REFUSED),
        (ThrottledError(Facts(code="Throttling", status=429), "throttled"), Status.REFUSED),
        (AnswerLostError(Facts(message="cut"), "lost_create"), Status.UNCONFIRMED),
        (ServiceFaultError(Facts(code="InternalError", status=500), "fault"), Status.UNCONFIRMED),
    ],
)
def test_a_create_without_id_ends_by_what_is_known(error: ServiceError, status: Status) -> None:
    """Only a lost answer leaves open whether something was made."""
    changes = lifecycle.not_created(error, START)
    assert changes["status"] is status
    assert ("finished_at" in changes) == (status is not Status.UNCONFIRMED)
    assert changes["error_message"]


def test_what_fails_before_the_create_call_made_nothing() -> None:
    """A free call that failed first, even unreadably, cannot have made a task."""
    lost = AnswerLostError(Facts(message="cut"), "lost_create")
    assert lifecycle.not_sent(lost, START)["status"] is Status.NOT_CREATED


def test_created_keeps_id_and_request() -> None:
    """The id is in the record as soon as it is known."""
    made = Created.model_validate({"output": {"task_id": "t-9", "task_status": "PENDING"}, "request_id": "q"})
    assert lifecycle.created(made) == {"status": Status.PENDING, "task_id": "t-9", "request_id": "q"}


def test_success_settles_the_cost_from_usage() -> None:
    """Billed seconds and tier of the usage decide, not what was asked."""
    usage = {"duration": 4, "output_video_duration": 4, "input_video_duration": 0, "SR": 1080}
    told = answer(
        "SUCCEEDED",
        usage=usage,
        video_url="http://127.0.0.1/v.mp4?Expires=1800000000",
        submit_time="2026-11-21 14:30:00.000",
        scheduled_time="2026-11-21 14:30:02.000",
        end_time="2026-11-21 14:31:00.000",
    )
    changes = lifecycle.answered(under_way(), told, START)
    assert changes["cost"] == Decimal(4)
    assert changes["billed_s"] == 4.0
    assert changes["submitted_at"] == START
    assert changes["finished_at"] == START + timedelta(minutes=1)
    assert changes["url_expires_at"].timestamp() == 1800000000


def settled(model: str = "wan2.7-t2v", **usage: Any) -> dict[str, Any]:
    """Return the changes of a task that succeeded with a usage."""
    told = answer("SUCCEEDED", usage={"SR": 720, **usage}, video_url="http://h/v.mp4")
    body = {"model": model, "input": {"prompt": "A fox"}, "parameters": {}}
    record = under_way(model=model, mode=find_model(model).mode, body=body)
    return lifecycle.answered(record, told, START)


OWN = """
currency = "CNY"
date = 2026-11-01
source = "my contract"

[[price]]
models = ["wan2.7-t2v"]
scope = "mainland"
per_second = {{ "720P" = {price} }}
"""


def own_list(folder: Path, patch: pytest.MonkeyPatch, price: str) -> None:
    """Put a price list of one price in force."""
    file = folder / "own.toml"
    file.write_text(OWN.format(price=price))
    patch.setenv("WAN_NOTEBOOK_PRICES", str(file))


def test_figures_that_do_not_add_up_are_noted() -> None:
    """The cost follows what is billed, and a remark says that the length is another."""
    changes = settled("wan2.7-r2v", duration=9, output_video_duration=4, input_video_duration=0)
    assert changes["cost"] == Decimal("2.4")
    assert changes["remark"].startswith("The service counts 9 s as the length")


def test_where_prices_disagree_the_higher_is_noted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Both bounds stand in the remark."""
    own_list(tmp_path, monkeypatch, '["0.5", "0.7"]')
    changes = settled(duration=4, output_video_duration=4, input_video_duration=0)
    assert changes["cost"] == Decimal("2.8")
    assert "between 2.00 and 2.80 CNY" in changes["remark"]


def test_a_price_list_that_cannot_be_read_keeps_no_video_from_anybody(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The cost is unknown, the reason is noted, and the video is fetched."""
    own_list(tmp_path, monkeypatch, "?")
    changes = settled(duration=4, output_video_duration=4, input_video_duration=0)
    assert (changes["cost"], changes["video_state"]) == (None, VideoState.NONE)
    assert "own.toml" in changes["remark"]


def test_success_without_usage_has_no_known_cost() -> None:
    """An unknown cost is unknown, never 0."""
    changes = lifecycle.answered(under_way(), answer("SUCCEEDED", video_url="http://h/v.mp4"), START)
    assert changes["status"] is Status.SUCCEEDED
    assert "cost" not in changes


def test_failure_keeps_code_and_message() -> None:
    """Why it failed is in the record."""
    told = answer("FAILED", code="InvalidParameter", message="Field required: input.prompt")
    changes = lifecycle.answered(under_way(Status.RUNNING), told, START)
    assert changes["error_code"] == "InvalidParameter"
    assert changes["error_message"] == "Field required: input.prompt"


@pytest.mark.parametrize(("hours", "status"), [(23, None), (25, Status.EXPIRED)])
def test_unknown_is_final_only_after_a_day(hours: int, status: Status | None) -> None:
    """Earlier it means a wrong host, a wrong key or a delay."""
    changes = lifecycle.answered(under_way(), answer("UNKNOWN"), START + timedelta(hours=hours))
    assert changes.get("status") is status
