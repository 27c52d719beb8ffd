"""How often tasks are asked for and how late their end is known; a simulated clock drives both sides.

The service's own SDK is the peer.
"""

import asyncio
import functools
import random
from collections.abc import Awaitable, Callable
from pathlib import Path
from statistics import mean

from tests.account import Account, ended
from tests.bench.example import MODEL
from tests.bench.figures import Figure
from tests.virtual import VirtualClock, run
from wan_notebook.catalog import find_model
from wan_notebook.tasks.poller import Poller
from wan_notebook.tasks.schedule import Timetable

TASKS = 100
TOGETHER = 5
"""Tasks that run at once: as many as the service lets one account have."""
CROWD = 1000
HISTORY = 50
SECONDS = (60.0, 120.0)
SEEDS = range(10)
TYPICAL = find_model(MODEL).typical

Wait = Callable[[str], Awaitable[float]]
"""Waits for a task and returns how many seconds late its end is known."""


def polled(_folder: Path) -> tuple[Figure, Figure, Figure]:
    """Wait for tasks after like ones: queries times seconds late, queries, and seconds late."""
    ours = [few(seed, our_wait(Timetable(lengths(HISTORY, seed + 1000), TYPICAL))) for seed in SEEDS]
    (queries, late), (sdk_queries, sdk_late) = means(ours), of_sdk()
    return (
        Figure(queries * late, sdk_queries * sdk_late),
        Figure(queries, sdk_queries),
        Figure(late, sdk_late),
    )


def polled_fresh(_folder: Path) -> tuple[Figure, Figure]:
    """Wait for tasks of which only the published time is known: queries, and seconds late."""
    queries, late = means([few(seed, our_wait(Timetable([], TYPICAL))) for seed in SEEDS])
    sdk_queries, sdk_late = of_sdk()
    return Figure(queries, sdk_queries), Figure(late, sdk_late)


def crowded(_folder: Path) -> tuple[Figure, Figure]:
    """Wait for a thousand tasks at once: seconds late on average, and calls refused as too many."""

    async def work() -> tuple[float, int]:
        account = Account()
        wait = our_wait(Timetable([], TYPICAL))(account)
        tasks = [account.add(seconds) for seconds in lengths(CROWD, 1)]
        return mean(await asyncio.gather(*map(wait, tasks))), account.refused

    late, refused = run(work())
    return Figure(late), Figure(refused)


def lengths(count: int, seed: int) -> list[float]:
    """Return how many seconds so many tasks take."""
    order = random.Random(seed)  # noqa: S311 - an example
    return [order.uniform(*SECONDS) for _ in range(count)]


def few(seed: int, waits: Callable[[Account], Wait]) -> tuple[float, float]:
    """Return the queries and the seconds late per task, a few tasks at a time."""

    async def work() -> tuple[float, float]:
        account, places = Account(), asyncio.Semaphore(TOGETHER)
        wait = waits(account)

        async def one(seconds: float) -> float:
            async with places:
                return await wait(account.add(seconds))

        late = await asyncio.gather(*map(one, lengths(TASKS, seed)))
        return sum(account.asked.values()) / TASKS, mean(late)

    return run(work())


def our_wait(timetable: Timetable) -> Callable[[Account], Wait]:
    """Return how the package waits."""

    def waits(account: Account) -> Wait:
        poller = Poller(account.client(), VirtualClock())
        return lambda task_id: ended(poller, account, task_id, timetable)

    return waits


@functools.cache
def of_sdk() -> tuple[float, float]:
    """Return the SDK's queries and seconds late; it asks alike whatever is known of like tasks."""
    from tests.bench.sdk import sdk_wait  # noqa: PLC0415 - loading the SDK takes longer than most rows

    return means([few(seed, sdk_wait) for seed in SEEDS])


def means(pairs: list[tuple[float, float]]) -> tuple[float, float]:
    """Return the mean of each side."""
    queries, late = zip(*pairs, strict=True)
    return mean(queries), mean(late)
