"""The list of tasks: what is asked, what is read, and that no trouble looks like an empty list."""

import asyncio
import json
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.service.loopback import Loopback, http, serving
from tests.simulators import a_simulator
from wan_notebook.catalog import Request, SettingError, Status
from wan_notebook.service import (
    AccessError,
    AnswerLostError,
    ApiKey,
    NotTheServiceError,
    ServiceClient,
    ServiceError,
    ServiceFaultError,
    TaskPage,
    ThrottledError,
)
from wan_notebook.service.listing import list_query
from wan_notebook.service.reading import Reply, read_page
from wan_notebook.simulator import MovableClock, Settings

NOON = datetime(2026, 1, 20, 12, tzinfo=UTC)
ROW: dict[str, Any] = {
    "api_key_id": "1",
    "gmt_create": 1768910400123,
    "start_time": 1768910401000,
    "end_time": 1768910490000,
    "model_name": "wan2.7-t2v",
    "region": "cn-beijing",
    "request_id": "r",
    "status": "SUCCEEDED",
    "task_id": "t-1",
}
PAGE: dict[str, Any] = {
    "request_id": "r",
    "data": [ROW],
    "page_no": 1,
    "page_size": 10,
    "total_page": 1,
    "total": 1,
}


def read(body: object, status: int = 200) -> TaskPage:
    """Return what a reply with this body is read as: bytes as they are, else as JSON."""
    content = body if isinstance(body, bytes) else json.dumps(body).encode()
    return read_page(Reply(status=status, content=content, base_url="https://host.example/api/v1"))


def ask(*arguments: Any, **more: Any) -> tuple[TaskPage, Loopback]:
    """Return the page that a server gives, and the server."""

    async def run() -> tuple[TaskPage, Loopback]:
        async with serving(http(200, json.dumps(PAGE).encode())) as server:
            client = ServiceClient(f"{server.url}/api/v1", ApiKey("sk-test"))
            try:
                return await client.list(*arguments, **more), server
            finally:
                await client.aclose()

    return asyncio.run(run())


def test_a_list_sends_what_the_documents_say() -> None:
    """Times as the service writes them, in its own zone; no model unless one is wanted."""
    _, server = ask(NOON - timedelta(hours=24), NOON)
    query = "start_time=20260119200000&end_time=20260120200000&page_no=1&page_size=100"
    assert server.path() == f"GET /api/v1/tasks?{query}"
    zone = timezone(timedelta(hours=-5))
    _, server = ask(NOON.astimezone(zone), NOON + timedelta(minutes=1), "wan2.7-t2v", page=3, size=7)
    query = "start_time=20260120200000&end_time=20260120200100&page_no=3&page_size=7&model_name=wan2.7-t2v"
    assert server.path() == f"GET /api/v1/tasks?{query}"


@pytest.mark.parametrize("span", [timedelta(0), timedelta(seconds=-1), timedelta(hours=24, seconds=1)])
def test_a_time_the_service_does_not_list_is_not_asked_for(span: timedelta) -> None:
    """The sentence tells the limit."""
    with pytest.raises(SettingError, match="24 hours"):
        list_query(NOON, NOON + span, None, 1, 10)


def test_a_row_is_read() -> None:
    """Times in milliseconds become UTC."""
    page = read(PAGE)
    row = page.rows[0]
    assert (row.task_id, row.model, row.status) == ("t-1", "wan2.7-t2v", Status.SUCCEEDED)
    assert row.created == NOON.replace(microsecond=123000)
    assert row.start == NOON + timedelta(seconds=1)
    assert row.end == NOON + timedelta(seconds=90)
    assert (page.unread, page.page, page.size, page.pages, page.total) == (0, 1, 10, 1, 1)


@pytest.mark.parametrize(
    ("written", "moment"),
    [
        ("1768910400000", NOON),
        (1768910400, NOON),
        (1768910400000.0, NOON),
        ("2026-01-20 20:00:00.000", NOON),
        ("2026-01-20T12:00:00Z", NOON),
        *((strange, None) for strange in (None, 0, -5, True, "soon", 1e300, [1], {"a": 1}, "NaN")),
    ],
)
def test_a_time_is_read_however_it_is_written(written: object, moment: datetime | None) -> None:
    """A time that cannot be read costs no row."""
    assert read({"data": [{"task_id": "t", "gmt_create": written}]}).rows[0].created == moment


def test_a_row_needs_only_its_id() -> None:
    """A state that is missing or new is not known, so that the task is asked for."""
    page = read(
        {"data": [{"task_id": 7}, {"task_id": "b", "status": "ARCHIVED"}, {"task_id": "c", "status": 1}]}
    )
    assert [row.task_id for row in page.rows] == ["7", "b", "c"]
    assert {row.status for row in page.rows} == {Status.UNKNOWN}
    assert {(row.model, row.created, row.start, row.end) for row in page.rows} == {(None, None, None, None)}


def test_an_entry_without_an_id_is_counted() -> None:
    """Who looks for a task must know that it may be among what could not be read."""
    page = read({"data": [ROW, {"status": "RUNNING"}, None, "t-2", {"task_id": ""}]})
    assert ([row.task_id for row in page.rows], page.unread) == (["t-1"], 4)


@pytest.mark.parametrize(
    "body", [{}, {"data": None}, {"data": {}}, {"data": "[]"}, [], [ROW], None, b"", b'{"data":[']
)
def test_what_holds_no_list_is_not_an_empty_one(body: object) -> None:
    """An error, never a page without rows."""
    with pytest.raises((AnswerLostError, NotTheServiceError)):
        read(body)


@pytest.mark.parametrize(
    ("status", "code", "error"),
    [
        (429, "Throttling.RateQuota", ThrottledError),
        (403, "AccessDenied", AccessError),
        (500, "InternalError", ServiceFaultError),
        (503, "", ServiceFaultError),
    ],
)
def test_a_refusal_is_raised(status: int, code: str, error: type[ServiceError]) -> None:
    """The same classes as for a query."""
    with pytest.raises(error):
        read({"code": code, "message": "no", "data": []}, status)


@pytest.mark.parametrize(
    ("told", "last"),
    [
        ({"total_page": 3}, 3),
        ({"total_page": 3, "total": 999, "page_size": 10}, 3),
        ({"total": 21, "page_size": 10}, 3),
        ({"total_page": "2"}, 2),
        ({"total_page": None, "total": None}, None),
        ({"total_page": True, "total": 21, "page_size": 0}, None),
    ],
)
def test_the_last_page_is_known(told: dict[str, Any], last: int | None) -> None:
    """By what the service says; else the list goes on until a page is empty."""
    pages = [page for page in range(1, 9) if read({"data": [ROW], **told}).last(page)]
    assert pages == ([] if last is None else list(range(last, 9)))
    assert read({"data": [], **told}).last(1)


def test_an_unread_entry_does_not_end_the_list() -> None:
    """A page of nothing but surprises is no empty page."""
    assert not read({"data": [None]}).last(1)


def test_a_row_answers_for_a_task_under_way() -> None:
    """State and times go on as those of a query."""
    answer = read({"data": [{**ROW, "status": "RUNNING", "end_time": None}]}).rows[0].answer()
    assert (answer.task_id, answer.status, answer.end_time) == ("t-1", Status.RUNNING, None)
    assert answer.submit_time == NOON.replace(microsecond=123000)
    assert answer.scheduled_time == NOON + timedelta(seconds=1)


@given(
    st.recursive(
        st.none() | st.booleans() | st.floats() | st.text(),
        lambda one: st.lists(one) | st.dictionaries(st.sampled_from([*ROW, *PAGE]), one),
        max_leaves=12,
    )
)
def test_any_json_gives_a_page_or_an_error_of_ours(body: object) -> None:
    """No surprise of the service becomes an exception that nobody expects."""
    try:
        page = read(json.dumps(body).encode())
    except ServiceError:
        return
    assert isinstance(body, dict)
    assert len(page.rows) + page.unread == len(body["data"])


def test_the_list_of_the_simulator(tmp_path: Path) -> None:
    """Newest first, in pages, of one model or of all, only those of the time asked for."""
    request = Request("wan2.7-t2v", prompt="a fox", resolution="720P", duration=2, seed=7)
    clock = MovableClock()

    async def use(base_url: str) -> tuple[list[str], list[TaskPage], TaskPage, TaskPage]:
        client = ServiceClient(base_url, ApiKey("sk-test"))
        began = datetime.fromtimestamp(clock.now(), UTC)
        ids = []
        for _ in range(3):
            ids.append((await client.create(request.model.path, request.body())).task_id)
            clock.move(60)
        span = began, began + timedelta(hours=1)
        pages = [await client.list(*span, page=page, size=2) for page in (1, 2)]
        other = await client.list(*span, "wan2.6-t2v")
        early = await client.list(began, began + timedelta(seconds=90), "wan2.7-t2v")
        await client.aclose()
        return ids, pages, other, early

    with a_simulator(Settings(), tmp_path / "simulator", clock) as simulator:
        ids, pages, other, early = asyncio.run(use(simulator.base_url))
    assert [row.task_id for page in pages for row in page.rows] == ids[::-1]
    assert [page.last(number) for number, page in enumerate(pages, 1)] == [False, True]
    assert (other.rows, other.unread, other.last(1)) == ((), 0, True)
    assert [row.task_id for row in early.rows] == ids[1::-1]
    assert early.rows[-1].created == datetime.fromtimestamp(clock.now() - 180, UTC)
