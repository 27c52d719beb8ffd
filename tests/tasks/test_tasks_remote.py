"""The list of tasks: its pages, when it is worth reading, and what becomes of tasks it does not show."""

import asyncio
import json
from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Any

import httpx
import pytest

from tests.account import NEVER, Account, ended, watch
from tests.virtual import VirtualClock, run
from wan_notebook.catalog import SettingError, Status
from wan_notebook.service import AccessError
from wan_notebook.tasks.poller import Poller
from wan_notebook.tasks.remote import CROWDED_GAP, GAP, MANY, MOST_PAGES, REFUSED_GAP
from wan_notebook.tasks.schedule import Timetable

USUAL = Timetable([60 + number for number in range(60)], (60, 300))
Work = Callable[[Poller, Account], Awaitable[None]]


def polled(work: Work, **account: Any) -> Account:
    """Do some work with a poller and an account, and return the account."""

    async def begun() -> Account:
        service = Account(**account)
        await work(Poller(service.client(), VirtualClock()), service)
        assert asyncio.all_tasks() == {asyncio.current_task()}
        return service

    return run(begun())


async def many_ended(
    poller: Poller, account: Account, seconds: float = 60, count: int = MANY + 5
) -> list[float]:
    """Wait for so many tasks of this length, and return how late the end of each is known."""
    tasks = [account.add(seconds) for _ in range(count)]
    async with asyncio.TaskGroup() as group:  # unlike `gather` it leaves nobody behind when it is canceled
        waits = [group.create_task(ended(poller, account, task_id, USUAL)) for task_id in tasks]
    return [wait.result() for wait in waits]


async def many_running(poller: Poller, account: Account, seconds: float, count: int = MANY + 5) -> None:
    """Wait so long for so many tasks that do not end."""
    with pytest.raises(TimeoutError):
        await asyncio.wait_for(many_ended(poller, account, NEVER, count), seconds)


async def ids(poller: Poller, account: Account, model: str | None = None) -> list[str]:
    """Return the ids on all pages of the last hour."""
    end = account.clock.now() + timedelta(minutes=1)
    pages = poller.pages(end - timedelta(hours=1), end, model)
    return [row.task_id async for page in pages for row in page.rows]


@pytest.mark.parametrize("count", [0, 1, 29, 30, 31])
def test_all_pages_to_the_last(count: int) -> None:
    """Each once, in the order the service sends them."""

    async def work(poller: Poller, account: Account) -> None:
        made = [account.add(60) for _ in range(count)]
        assert await ids(poller, account) == made[::-1]

    assert polled(work, page=10).asked["list"] == max(1, -(-count // 10))


def test_only_the_tasks_of_a_model() -> None:
    """The service picks them out."""

    async def work(poller: Poller, account: Account) -> None:
        account.add(60)
        picture = account.add(60, model="wan2.7-i2v")
        assert await ids(poller, account, "wan2.7-i2v") == [picture]

    polled(work)


def test_a_list_without_an_end_is_left() -> None:
    """After a thousand pages something else is wrong."""

    async def work(poller: Poller, account: Account) -> None:
        page = json.dumps({"data": [{"task_id": "t", "status": "RUNNING"}]})
        account.trouble = lambda _path: httpx.Response(200, text=page)
        assert len(await ids(poller, account)) == MOST_PAGES

    polled(work)


def test_times_and_trouble_of_a_list_are_told() -> None:
    """Who asks for the list himself hears what is wrong."""

    async def work(poller: Poller, account: Account) -> None:
        now = account.clock.now()
        with pytest.raises(SettingError, match="24 hours"):
            await anext(poller.pages(now, now))
        account.trouble = lambda _path: httpx.Response(403, json={"code": "AccessDenied", "message": "no"})
        with pytest.raises(AccessError):
            await ids(poller, account)

    polled(work)


def test_a_refused_list_is_let_be_for_ten_minutes() -> None:
    """Each task is asked for instead, and nothing is lost."""

    async def work(poller: Poller, account: Account) -> None:
        refused = httpx.Response(403, json={"code": "AccessDenied", "message": "no"})
        account.trouble = lambda path: refused if path == "tasks" else None
        assert max(await many_ended(poller, account)) < 15
        assert account.asked["list"] == 1
        await asyncio.sleep(REFUSED_GAP - 100)
        await many_running(poller, account, 10)
        assert account.asked["list"] == 1
        await asyncio.sleep(60)
        await many_running(poller, account, 10)
        assert account.asked["list"] == 2

    polled(work)


def test_a_list_that_holds_too_many_of_others_is_let_be_for_a_minute() -> None:
    """So many pages would cost more than to ask for each."""

    async def work(poller: Poller, account: Account) -> None:
        for _ in range(200):
            account.add(NEVER)
        await many_running(poller, account, CROWDED_GAP)
        assert account.asked["list"] == 1
        await many_running(poller, account, CROWDED_GAP)
        assert account.asked["list"] == 2

    polled(work, page=10)


def test_a_list_is_not_read_more_often_than_it_changes() -> None:
    """However many tasks want to be asked for."""

    async def work(poller: Poller, account: Account) -> None:
        await many_running(poller, account, 90, 300)
        assert account.asked["list"] <= (90 / GAP + 1) * 3

    account = polled(work)
    assert set(account.asked) == {"list"}


def test_a_list_that_fails_is_read_again() -> None:
    """Those whose time had come are told, and know the end as soon as it works."""
    told: list[str] = []

    async def work(poller: Poller, account: Account) -> None:
        begun = account.now()

        def down(path: str) -> httpx.Response | None:
            if not 55 < account.now() - begun < 85:
                return None
            told.append(path)
            return httpx.Response(503, json={"code": "Down", "message": "down"})

        account.trouble = down
        first = asyncio.create_task(many_ended(poller, account))
        await asyncio.sleep(25)
        assert max(await many_ended(poller, account, 90)) < 65
        assert max(await first) < 65

    polled(work)
    assert "tasks" in told
    assert len(told) < 2 * MANY


def test_tasks_the_list_does_not_show_are_asked_for() -> None:
    """It may lag behind, or leave out what it does not know any more."""

    async def work(poller: Poller, account: Account) -> None:
        empty = {"data": [], "page_no": 1, "page_size": 100, "total_page": 0, "total": 0}
        account.trouble = lambda path: httpx.Response(200, json=empty) if path == "tasks" else None
        assert max(await many_ended(poller, account)) < 15

    assert polled(work).asked["task-0"] > 1


def test_a_row_without_a_known_word_is_asked_for() -> None:
    """What it says of a task may mean that it has ended."""

    async def work(poller: Poller, account: Account) -> None:
        rows = [{"task_id": f"task-{number}", "status": "PONDERING"} for number in range(MANY + 5)]
        page = {"data": rows, "total_page": 1}
        account.trouble = lambda path: httpx.Response(200, json=page) if path == "tasks" else None
        assert max(await many_ended(poller, account)) < 15

    polled(work)


def test_tasks_of_yesterday_are_asked_for_one_by_one() -> None:
    """The list reaches back a day; what it may not hold is not lost."""

    async def work(poller: Poller, account: Account) -> None:
        made = [watch(account, account.add(90_000), USUAL) for _ in range(MANY + 5)]
        await asyncio.sleep(90_000)
        answers = await asyncio.gather(*map(poller.answer, made))
        assert {answer.status for answer in answers} == {Status.SUCCEEDED}

    account = polled(work)
    assert account.asked["list"] == 1
    assert account.refused == 0


def test_a_task_being_asked_for_takes_nothing_from_the_list() -> None:
    """Its own answer is on the way, and tells more; never are two queries of it under way."""

    async def work(poller: Poller, account: Account) -> None:
        few = asyncio.create_task(many_ended(poller, account, 90, MANY))
        account.trouble = lambda path: 2.0 if path != "tasks" else None
        await asyncio.sleep(3.3)  # queries of the first are under way
        more = asyncio.create_task(many_ended(poller, account, 90, 20))
        assert max(await few) < 15
        assert max(await more) < 15

    assert not polled(work).doubled
