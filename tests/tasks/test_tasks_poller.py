"""The poller against an account in memory: pace, fairness, many tasks, and trouble of every kind.

Time is the loop's own, so an hour passes in a moment.
"""

import asyncio
from collections.abc import Awaitable, Callable
from functools import partial
from itertools import pairwise
from statistics import mean

import httpx
import pytest

from tests.account import NEVER, TOO_FAST, Account, ended, watch
from tests.virtual import VirtualClock, run
from wan_notebook.catalog import Status
from wan_notebook.service import ServiceError, ServiceFaultError
from wan_notebook.tasks.poller import Poller
from wan_notebook.tasks.remote import MANY
from wan_notebook.tasks.schedule import LONGEST_GAP, SOONEST, Timetable
from wan_notebook.tasks.turns import NAP

UNKNOWN = Timetable([], (60, 300))
USUAL = Timetable([60 + number for number in range(60)], (60, 300))
Work = Callable[[Poller, Account], Awaitable[None]]


def polled(work: Work, clock: VirtualClock | None = None) -> Account:
    """Do some work with a poller and an account of its own, and return the account.

    The service has a clock of its own; ours may be given, to be set by somebody.
    """

    async def begun() -> Account:
        account = Account()
        await work(Poller(account.client(), clock or VirtualClock()), account)
        assert asyncio.all_tasks() == {asyncio.current_task()}
        assert not account.doubled
        return account

    return run(begun())


async def all_ended(
    poller: Poller, account: Account, seconds: list[float], timetable: Timetable = USUAL
) -> list[float]:
    """Make tasks of these lengths, wait for all, and return how late the end of each is known."""
    tasks = [account.add(length) for length in seconds]
    return await asyncio.gather(*(ended(poller, account, task_id, timetable) for task_id in tasks))


def spread(count: int, low: float = 60, high: float = 120) -> list[float]:
    """Return so many lengths between two, as far apart as can be."""
    return [low + (high - low) * number / count for number in range(count)]


def between(account: Account, low: float, high: float) -> int:
    """Return how many calls came between two moments, in seconds since the first."""
    return sum(low <= call - account.calls[0] < high for call in account.calls)


def test_a_task_is_asked_for_by_its_timetable() -> None:
    """Soon after its begin, where like tasks ended, and no more once it has ended."""

    async def work(poller: Poller, account: Account) -> None:
        begun = account.now()
        assert (await all_ended(poller, account, [90]))[0] < 3
        assert account.calls[0] - begun == pytest.approx(SOONEST)
        await asyncio.sleep(3600)

    account = polled(work)
    assert account.asked["task-0"] <= 12
    assert account.calls[-1] - account.calls[0] < 93


def test_every_answer_is_news() -> None:
    """Who waits hears each of them, also where nothing has changed."""

    async def work(poller: Poller, account: Account) -> None:
        watched = watch(account, account.add(90, queue=20), USUAL)
        assert [(await poller.answer(watched)).status for _ in range(2)] == [Status.PENDING, Status.RUNNING]

    assert polled(work).asked["task-0"] == 2


def test_a_task_found_again_is_asked_for_at_once() -> None:
    """It was made long ago, by a kernel that is gone."""

    async def work(poller: Poller, account: Account) -> None:
        watched = watch(account, account.add(90), USUAL)
        await asyncio.sleep(100)
        begun = account.now()
        assert (await poller.answer(watched)).status is Status.SUCCEEDED
        assert account.now() - begun < 0.2

    polled(work)


def test_two_who_wait_for_one_task_share_its_queries() -> None:
    """Never two at once, and each gets the answer; one who leaves takes nothing from the other."""

    async def work(poller: Poller, account: Account) -> None:
        watched = watch(account, account.add(90), USUAL)
        waits = [asyncio.create_task(poller.answer(watched)) for _ in range(3)]
        await asyncio.sleep(SOONEST + 0.05)  # the query is under way
        waits[0].cancel()
        answers = await asyncio.gather(*waits, return_exceptions=True)
        assert isinstance(answers[0], asyncio.CancelledError)
        assert answers[1] is answers[2]

    assert polled(work).asked["task-0"] == 1


def test_nothing_runs_when_nobody_waits() -> None:
    """The last who leaves ends the work, and the query under way; who comes back has it begun again."""

    async def work(poller: Poller, account: Account) -> None:
        watched = watch(account, account.add(90), USUAL)
        wait = asyncio.create_task(poller.answer(watched))
        await asyncio.sleep(SOONEST + 0.05)
        wait.cancel()
        await asyncio.wait({wait})
        assert asyncio.all_tasks() == {asyncio.current_task()}
        assert not account.under_way
        await asyncio.sleep(3600)
        assert len(account.calls) == 1
        assert (await poller.answer(watched)).status is Status.SUCCEEDED

    polled(work)


def test_one_who_leaves_stops_only_his_own_query() -> None:
    """The others go on."""

    async def work(poller: Poller, account: Account) -> None:
        stopped, other = account.add(90), account.add(90)
        waits = [asyncio.create_task(poller.answer(watch(account, one, USUAL))) for one in (stopped, other)]
        await asyncio.sleep(SOONEST + 0.02)
        assert account.under_way == {stopped}
        waits[0].cancel()
        assert (await waits[1]).status is Status.RUNNING
        assert account.asked == {stopped: 1, other: 1}

    polled(work)


def test_as_many_ends_as_queries_are_allowed() -> None:
    """All are known, a few seconds late, within the rate and without a "too many"."""

    async def work(poller: Poller, account: Account) -> None:
        late = await all_ended(poller, account, spread(400, 60, 84))
        assert mean(late) <= 6
        assert max(late) <= 12

    account = polled(work)
    assert account.refused == 0
    assert account.busiest_second() <= 18
    assert {account.asked[f"task-{number}"] for number in range(400)} == {1}


def test_many_tasks_are_read_from_the_list() -> None:
    """Above forty a page costs one call for all on it, and only what has ended is asked for itself."""

    async def work(poller: Poller, account: Account) -> None:
        running = [account.add(NEVER, queue=30) for _ in range(MANY)]
        stay = [asyncio.create_task(ended(poller, account, task_id, USUAL)) for task_id in running]
        late = await all_ended(poller, account, spread(40))
        assert mean(late) < 3
        for wait in stay:
            wait.cancel()
        await asyncio.wait(stay)

    account = polled(work)
    assert {account.asked[f"task-{number}"] for number in range(MANY)} == {0}
    assert {account.asked[f"task-{MANY + number}"] for number in range(40)} == {1}
    assert account.asked["list"] < 50


def test_what_the_list_shows_is_news_too() -> None:
    """A task that begins to run is told from the list, with its times; one that goes on is no news."""

    async def work(poller: Poller, account: Account) -> None:
        running = [account.add(NEVER) for _ in range(MANY)]
        stay = [asyncio.create_task(ended(poller, account, one, USUAL)) for one in running]
        task_id = account.add(NEVER, queue=20)
        answer = await poller.answer(watch(account, task_id, UNKNOWN))
        assert answer.status is Status.RUNNING
        assert answer.scheduled_time is not None
        assert account.asked[task_id] == 0
        for wait in stay:
            wait.cancel()
        await asyncio.wait(stay)

    polled(work)


def test_those_who_wait_longest_go_first() -> None:
    """When the pace is too slow for all, all are asked equally often."""

    async def work(poller: Poller, account: Account) -> None:
        account.trouble = lambda path: httpx.Response(403, json={}) if path == "tasks" else None
        tasks = [account.add(NEVER) for _ in range(200)]
        dense = Timetable([10.0 + number / 100 for number in range(50)], (10, 11))
        waits = [asyncio.create_task(ended(poller, account, task_id, dense)) for task_id in tasks]
        await asyncio.sleep(40)
        asked = [account.asked[task_id] for task_id in tasks]
        assert max(asked) - min(asked) <= 1
        for wait in waits:
            wait.cancel()
        await asyncio.wait(waits)

    polled(work)


def test_too_many_lowers_the_rate_and_it_recovers() -> None:
    """Another program uses up the account for half a minute."""
    count = 40

    async def work(poller: Poller, account: Account) -> None:
        begun = account.now()

        def busy(_path: str) -> httpx.Response | None:
            passed = account.now() - begun
            return httpx.Response(429, json=TOO_FAST) if 70 < passed < 100 else None

        account.trouble = busy
        late = await all_ended(poller, account, spread(count, 75, 200), UNKNOWN)
        assert max(late) < 75

    account = polled(work)
    assert between(account, 72, 97) < 25
    assert between(account, 125, 150) > 60


def test_the_wish_of_the_service_holds_for_all() -> None:
    """One "too many" that names a minute keeps everybody quiet for it."""

    async def work(poller: Poller, account: Account) -> None:
        once = [httpx.Response(429, json=TOO_FAST, headers={"Retry-After": "60"})]
        account.trouble = lambda _path: once.pop() if once else None
        await all_ended(poller, account, [30, 30, 30])

    account = polled(work)
    quiet = max(later - earlier for earlier, later in pairwise(account.calls))
    assert 60 <= quiet < 61.5


@pytest.mark.parametrize("count", [5, 60])
@pytest.mark.parametrize(
    "wrong",
    [
        httpx.Response(500, json={}),
        httpx.Response(503, text="<html>"),
        httpx.Response(504, text=""),
        httpx.Response(200, text='{"output": {"task'),
        httpx.Response(302, headers={"Location": "http://login.test/"}),
        httpx.ConnectError("no route"),
        httpx.ReadTimeout("silence"),
        httpx.RemoteProtocolError("cut"),
        ConnectionResetError("reset"),
        1e6,
    ],
    ids=str,
)
def test_ten_minutes_without_the_service_lose_nothing(
    wrong: httpx.Response | Exception | float, count: int
) -> None:
    """Every end is known soon after it is back, and asking meanwhile was seldom."""

    async def work(poller: Poller, account: Account) -> None:
        begun = account.now()
        account.trouble = lambda _path: wrong if 50 < account.now() - begun < 650 else None
        late = await all_ended(poller, account, spread(count))
        assert max(late) < 650 - 60 + 110  # up to 45 s until the next try, and up to 60 s of silence

    account = polled(work)
    assert account.refused == 0
    assert sum(account.asked.values()) < count * 40


def test_errors_are_told_to_those_who_wait() -> None:
    """They may say so, and wait again; then it is asked again after a pause that grows."""

    async def work(poller: Poller, account: Account) -> None:
        account.trouble = lambda _path: httpx.Response(503, json={"code": "Down", "message": "down"})
        watched = watch(account, account.add(5), USUAL)
        for _ in range(8):
            with pytest.raises(ServiceFaultError, match="down"):
                await poller.answer(watched)

    calls = polled(work).calls
    pauses = [later - earlier for earlier, later in pairwise(calls)]
    assert pauses == sorted(pauses[:5]) + pauses[5:]
    assert min(pauses) >= 1
    assert 30 <= max(pauses) <= 45


@pytest.mark.parametrize("count", [1, 60])
def test_a_machine_that_slept(count: int) -> None:
    """Timers do not know of it, so the wall clock is looked at every few seconds."""
    clock = VirtualClock()

    async def work(poller: Poller, account: Account) -> None:
        wait = asyncio.create_task(all_ended(poller, account, [120.0] * count))
        await asyncio.sleep(30)
        clock.set_by = account.clock.set_by = 8 * 3600
        woken = asyncio.get_running_loop().time()
        await wait
        assert asyncio.get_running_loop().time() - woken < NAP + 0.2 + count / 15

    polled(work, clock)


@pytest.mark.parametrize("count", [1, 60])
@pytest.mark.parametrize("hours", [-30, -8, -0.01, 0.01, 8, 30])
def test_a_clock_that_was_set(count: int, hours: float) -> None:
    """Ours alone, by hours: all are known in time, with a few queries more."""
    clock = VirtualClock()

    async def work(poller: Poller, account: Account) -> None:
        wait = asyncio.create_task(all_ended(poller, account, spread(count)))
        await asyncio.sleep(30)
        clock.set_by = hours * 3600
        assert max(await wait) < LONGEST_GAP + 5

    assert polled(work, clock).asked["task-0"] <= 30


def test_a_fault_of_the_work_itself_reaches_everybody() -> None:
    """Nobody is left waiting for ever, and the next who waits has it begun again."""

    async def work(poller: Poller, account: Account) -> None:
        once: list[Exception] = [ZeroDivisionError("ours")]
        account.trouble = lambda _path: once.pop() if once else None
        watched = [watch(account, account.add(90), USUAL) for _ in range(3)]
        heard = await asyncio.gather(*map(poller.answer, watched), return_exceptions=True)
        for error in heard:
            assert isinstance(error, ExceptionGroup)
            assert error.subgroup(ZeroDivisionError) is not None
        assert (await poller.answer(watched[0])).status is Status.RUNNING

    polled(work)


def test_who_is_cancelled_with_the_fault_leaves_no_complaint() -> None:
    """An error nobody waits for any more is not told to the loop."""
    complaints: list[str] = []

    async def work(poller: Poller, account: Account) -> None:
        asyncio.get_running_loop().set_exception_handler(lambda _loop, said: complaints.append(str(said)))
        wait = asyncio.create_task(poller.answer(watch(account, account.add(90), USUAL)))

        def cancel(_path: str) -> Exception:
            wait.cancel()
            return ZeroDivisionError("ours")

        account.trouble = cancel
        await asyncio.wait({wait})
        assert wait.cancelled()

    polled(work)
    assert complaints == []


def test_other_calls_keep_the_pace_too() -> None:
    """Cancels and pages count with the queries."""

    async def work(poller: Poller, account: Account) -> None:
        begun = account.now()
        tasks = [account.add(100) for _ in range(50)]
        query = account.client().query
        answers = await asyncio.gather(*(poller.paced(partial(query, task_id)) for task_id in tasks))
        assert {answer.status for answer in answers} == {Status.RUNNING}
        assert account.now() - begun >= 49 / 17

    assert polled(work).refused == 0


def test_a_query_that_can_never_work_is_asked_seldom() -> None:
    """The service refuses it for a while, as after a key was changed; it is asked once a minute at most."""

    async def work(poller: Poller, account: Account) -> None:
        account.trouble = lambda _path: httpx.Response(401, json={"code": "InvalidApiKey", "message": "no"})
        watched = watch(account, account.add(90), USUAL)
        until = account.now() + 3600
        while account.now() < until:
            with pytest.raises(ServiceError):
                await poller.answer(watched)

    assert len(polled(work).calls) < 3600 / 30 + 10
    assert LONGEST_GAP == 60
