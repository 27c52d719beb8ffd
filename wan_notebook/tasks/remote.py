"""Reads the service's list of tasks: for many tasks at once, a page of it costs one call for all on it."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import aclosing
from datetime import datetime, timedelta

from wan_notebook.catalog import Status
from wan_notebook.service import (
    LONGEST_SPAN,
    ServiceClient,
    ServiceError,
    TaskPage,
    TaskRow,
    may_retry_query,
    pause,
)
from wan_notebook.tasks.clock import Clock
from wan_notebook.tasks.lifecycle import may_follow
from wan_notebook.tasks.pacing import Rest
from wan_notebook.tasks.turns import Turns
from wan_notebook.tasks.waiting import Waiting

MANY = 40
"""Tasks above which the list is read instead of asking for each."""
WORTHWHILE = 4
"""Tasks a page of the list must stand for on average: an account may have many tasks of others."""
GAP = 3.0
"""Seconds from one reading of the list to the next."""
REFUSED_GAP = 600.0
"""Seconds without the list after the service refused it."""
CROWDED_GAP = 60.0
"""Seconds without the list after it had too many pages."""
MOST_PAGES = 1000
"""A list that is longer does not end."""
MARGIN = timedelta(minutes=1)
AHEAD = timedelta(minutes=10)
"""How far the service's clock may be behind and ahead of ours for the list to hold our tasks."""


class RemoteList:
    """The list, read again and again while many tasks are waited for.

    Args:
        client: makes the calls.
        turns: whose turn it is.
        clock: tells the time.
        waiting: the tasks that are waited for.
        wake: set when one of them is to be asked for.

    Attributes:
        reading: the reading under way, or the last one.
    """

    def __init__(
        self, client: ServiceClient, turns: Turns, clock: Clock, waiting: Waiting, wake: asyncio.Event
    ) -> None:
        self._client = client
        self._turns = turns
        self._clock = clock
        self._waiting = waiting
        self._wake = wake
        self._failures = 0
        self._next = self._unused = Rest(clock.now(), clock.now())
        self.reading: asyncio.Task[None] | None = None

    async def pages(
        self, start: datetime, end: datetime, model: str | None = None
    ) -> AsyncGenerator[TaskPage, None]:
        """Yield the pages of the tasks created between two times, to the last.

        Raises:
            SettingError: the times cannot be asked for.
            ServiceError: a page could not be had.
        """
        for number in range(1, MOST_PAGES + 1):
            page = await self._page(start, end, model, number)
            yield page
            if page.last(number):
                return

    async def _page(self, start: datetime, end: datetime, model: str | None, number: int) -> TaskPage:
        return await self._turns.paced(lambda: self._client.list(start, end, model, number))

    def used(self, now: datetime) -> bool:
        """Return whether there are so many tasks that the list is read instead of asking for each."""
        return len(self._waiting) > MANY and not self._unused.left(now)

    def left(self, now: datetime) -> float | None:
        """Return the seconds until it may be read again, None while it is being read."""
        if self.reading is not None and not self.reading.done():
            return None
        return self._next.left(now)

    def due(self, now: datetime) -> bool:
        """Return whether to read it now: a task's time has come, and all it showed as ended are asked."""
        if not self.used(now) or self.left(now) != 0:
            return False
        ready = [entry for entry in self._waiting.idle() if not entry.left(now)]
        return bool(ready) and not any(entry.wanted for entry in ready)

    async def read(self) -> None:
        """Read the list, and note what it says of the tasks that are waited for."""
        now, many = self._clock.now(), len(self._waiting)
        self._next = Rest.of(now, GAP)
        sought = {entry.watched.task_id: entry for entry in self._waiting.idle()}
        oldest = min([now, *(entry.past.begun for entry in sought.values())]) - MARGIN
        end = now + AHEAD
        try:
            async with aclosing(self.pages(max(oldest, end - LONGEST_SPAN), end)) as pages:
                async for page in pages:
                    for row in page.rows:
                        sought.pop(row.task_id, None)
                        self._listed(row)
                    if page.pages is not None and page.pages * WORTHWHILE > many:
                        self._unused = Rest.of(self._clock.now(), CROWDED_GAP)
                        break
        except ServiceError as error:
            self._failed(error)
        else:
            self._failures = 0
            for entry in sought.values():
                entry.wanted = True
        finally:
            self._wake.set()

    def _listed(self, row: TaskRow) -> None:
        """Note what a row says of a task; what has ended, or seems so, is asked for."""
        entry = self._waiting.get(row.task_id)
        if entry is None or entry.call is not None:
            return
        now, before = self._clock.now(), entry.watched.status
        if row.status not in {Status.PENDING, Status.RUNNING}:
            entry.wanted = True
            entry.past.rest = Rest(now, now)
            self._wake.set()
        elif row.status is not before and may_follow(before, row.status):
            self._waiting.answer(entry, row.answer(), now)
        else:
            entry.wanted = False
            entry.still_runs(now)

    def _failed(self, error: ServiceError) -> None:
        """Note that it could not be read: again a little later, or much later when it is refused."""
        now = self._clock.now()
        if not may_retry_query(error):
            self._unused = Rest.of(now, REFUSED_GAP)
            return
        self._failures += 1
        self._next = Rest.of(now, pause(self._failures, error.retry_after))
        for entry in self._waiting.idle():
            if not entry.left(now):
                entry.past.rest = self._next
                self._waiting.fail(entry, error)
