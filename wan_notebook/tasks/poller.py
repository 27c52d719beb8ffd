"""Asks the service how tasks stand: one poller for a studio, on the engine's loop.

A few tasks are asked for one by one, each by its timetable. Of many the list is read in pages, and only those
it shows as ended are asked for. All calls keep one pace, those waiting longest go first, and a task is never
asked for twice at once. Times are compared to the wall clock after short naps, so that a machine that slept,
or a clock that was set, delays nothing for long.
"""

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Callable
from datetime import datetime
from typing import TypeVar

from wan_notebook.catalog import WanError
from wan_notebook.service import ServiceClient, ServiceError, TaskAnswer, TaskPage
from wan_notebook.tasks.clock import Clock
from wan_notebook.tasks.remote import RemoteList
from wan_notebook.tasks.turns import NAP, Turns
from wan_notebook.tasks.waiting import Entry, Waiting, Watched

T = TypeVar("T")


class Poller:
    """Asks for tasks; its coroutines run on the engine's loop only.

    While nobody waits it does nothing: the work is begun by the first who waits and ended by the last.

    Args:
        client: makes the calls.
        clock: tells the time.
    """

    def __init__(self, client: ServiceClient, clock: Clock) -> None:
        self._client = client
        self._clock = clock
        self._turns = Turns(clock)
        self._waiting = Waiting()
        self._wake = asyncio.Event()
        self._list = RemoteList(client, self._turns, clock, self._waiting, self._wake)
        self._serving: asyncio.Task[None] | None = None

    async def answer(self, watched: Watched) -> TaskAnswer:
        """Wait for the next news of a task, and return it.

        News is the answer to a query; of many tasks also a row of the list that shows another state.

        Raises:
            ServiceError: the service refused, failed, or was not reached; wait again to have it asked again.
        """
        entry = self._waiting.enter(watched, self._clock.now())
        entry.waiters += 1
        self._wake.set()
        if self._serving is None:
            self._serving = asyncio.create_task(self._serve())
            self._serving.add_done_callback(self._ended)
        try:
            await asyncio.wait({entry.heard})  # several may wait for it: who is cancelled must not cancel it
            return entry.heard.result()
        finally:
            entry.waiters -= 1
            if not entry.waiters:
                await self._leave(entry)

    async def paced(self, call: Callable[[], Awaitable[T]]) -> T:
        """Make another call, such as a cancel, when its turn among all calls of the account has come.

        Raises:
            ServiceError: whatever the call raises.
        """
        return await self._turns.paced(call)

    def pages(
        self, start: datetime, end: datetime, model: str | None = None
    ) -> AsyncGenerator[TaskPage, None]:
        """Yield the list of the account's tasks created between two times, page by page to the last.

        Raises:
            SettingError: the times cannot be asked for.
            ServiceError: a page could not be had.
        """
        return self._list.pages(start, end, model)

    async def _leave(self, entry: Entry) -> None:
        """Let go of an entry nobody waits for, and end the work when it was the last."""
        self._waiting.leave(entry)
        serving = self._serving
        if serving is not None and not self._waiting:
            self._serving = None
            serving.cancel()
            await asyncio.wait({serving})

    def _ended(self, serving: asyncio.Task[None]) -> None:
        """Tell everybody when the work itself has failed, which must not leave them waiting."""
        error = None if serving.cancelled() else serving.exception()
        if error is not None and self._serving is serving:
            self._serving = None
            for entry in self._waiting:
                self._waiting.fail(entry, error)

    async def _serve(self) -> None:
        """Ask for what is due, again and again."""
        async with asyncio.TaskGroup() as calls:
            while True:
                now = self._clock.now()
                if self._list.due(now):
                    self._list.reading = calls.create_task(self._list.read())
                elif self._due(now) is None:
                    await self._nap(self._quiet(now))
                else:
                    began = await self._turns.turn()
                    entry = self._due(began)  # another may have become more urgent meanwhile
                    if entry is not None:
                        entry.call = calls.create_task(self._ask(entry, began))

    def _due(self, now: datetime) -> Entry | None:
        """Return the task to ask for now: of those whose time has come the one that waits longest."""
        listed = self._list.used(now)
        idle = self._waiting.idle()
        ready = [entry for entry in idle if (entry.wanted or not listed) and not entry.left(now)]
        return min(ready, key=lambda entry: entry.past.rest.end, default=None)

    def _quiet(self, now: datetime) -> float | None:
        """Return the seconds until something is due, None while only answers are awaited."""
        listed, pause = self._list.used(now), self._list.left(now)
        idle = self._waiting.idle()
        left = [entry.left(now) for entry in idle if entry.wanted or not listed]
        if listed and pause is not None:
            left += [max(entry.left(now), pause) for entry in idle if not entry.wanted]
        return min(left, default=None)

    async def _nap(self, seconds: float | None) -> None:
        """Sleep this long, or until something changes."""
        self._wake.clear()
        ends = {asyncio.create_task(self._woken())}
        if seconds is not None:
            ends.add(asyncio.create_task(self._slept(min(seconds, NAP))))
        try:
            await asyncio.wait(ends, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for end in ends:
                end.cancel()

    async def _woken(self) -> None:
        await self._wake.wait()

    async def _slept(self, seconds: float) -> None:
        await self._clock.sleep(seconds)

    async def _ask(self, entry: Entry, began: datetime) -> None:
        """Ask for one task, and tell who waits."""
        task_id = entry.watched.task_id
        try:
            answer = await self._turns.heeded(began, lambda: self._client.query(task_id))
        except WanError as error:
            wish = error.retry_after if isinstance(error, ServiceError) else None
            entry.failed(self._clock.now(), wish)
            self._waiting.fail(entry, error)
        else:
            self._waiting.answer(entry, answer, self._clock.now())
