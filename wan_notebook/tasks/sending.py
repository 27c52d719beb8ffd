"""Sends a task: its files first, then, when its turn has come, the one call that costs money.

The call is made again only when nothing can have been created. In between the task waits in its place, can be
canceled for nothing, and is sent by nobody after its kernel has died.
"""

import asyncio
import uuid
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from datetime import datetime
from itertools import count
from typing import Any

from wan_notebook.catalog import Status, WanError, find_model, text
from wan_notebook.records import Record, RecordsError, Store, TakenError
from wan_notebook.service import (
    Created,
    NotTheServiceError,
    ServiceClient,
    ServiceError,
    jittered,
    may_retry_create,
    may_retry_query,
)
from wan_notebook.tasks.carried import Report, change
from wan_notebook.tasks.clock import Clock
from wan_notebook.tasks.lifecycle import created, not_created, not_sent, waiting
from wan_notebook.tasks.turns import Turns
from wan_notebook.tasks.uploading import Uploader

CREATE_TRIES = 8
"""Create calls for one task while the service answers "too many": about two minutes with back-off."""
REACH_TRIES = 3
PLACE_PAUSE = 1.0
"""Seconds until the next in line looks again for a place; the others wait as many times as long."""
LONGEST_PLACE_PAUSE = 3.0
WRITE_PAUSE = 5.0
"""Seconds between tries to write down the id of a task that was made."""


class Sender:
    """Sends tasks; its coroutines run on the engine's loop only.

    Args:
        client: makes the calls.
        uploader: sends the files a request names.
        store: the records.
        clock: what time it is.
        owner: id of the open studio.
    """

    def __init__(
        self, client: ServiceClient, uploader: Uploader, store: Store, clock: Clock, owner: str
    ) -> None:
        self._client = client
        self._uploader = uploader
        self._store = store
        self._clock = clock
        self._owner = owner
        self._reached = False
        self._calling = asyncio.Lock()
        self._turns: dict[str, Turns] = {}

    async def send(self, record: Record, report: Report) -> Record:
        """Send a QUEUED task, and return its record with the task's id, or with what became of it."""
        try:
            await self._reach(record, report)
            request, media = await self._uploader.sent(record, lambda sentence: report(record, sentence))
        except WanError as error:
            return self._from_queue(record, report, **not_sent(error, self._clock.now()))
        body = request.draft()
        if media:
            record = self._from_queue(record, report, media=media)
        turns = self._turns.setdefault(record.model, Turns(self._clock, request.model.creates))
        tries = 0
        while True:
            tries += 1
            async with self._placed(record, report, turns) as (placed, began):
                if placed.status is not Status.SUBMITTING:
                    return placed
                try:
                    answer = await turns.heeded(began, lambda: self._client.create(request.model.path, body))
                except ServiceError as error:
                    refusal = error
                    if not may_retry_create(error) or tries == CREATE_TRIES:
                        return self._change(placed, report, not_created(error, self._clock.now()))
                    record = self._change(placed, report, waiting())
                    report(record, text("tasks.trouble.create", reason=str(error)))
                else:
                    return await self._kept(placed, report, answer)
            await self._pause(tries, refusal.retry_after)

    async def _reach(self, record: Record, report: Report) -> None:
        """Ask the service once, without cost, so that a wrong address or key shows before a create call."""
        for tries in count(1):
            if self._reached:
                return
            try:
                await self._client.query(str(uuid.uuid4()))
            except ServiceError as error:
                passing = may_retry_query(error) and not isinstance(error, NotTheServiceError)
                if not passing or tries == REACH_TRIES:
                    raise
                report(record, text("tasks.trouble.create", reason=str(error)))
                await self._pause(tries, error.retry_after)
            else:
                self._reached = True

    @asynccontextmanager
    async def _placed(
        self, record: Record, report: Report, turns: Turns
    ) -> AsyncIterator[tuple[Record, datetime]]:
        """Wait until the task has a place at the service, and give its record, which is then SUBMITTING.

        In another state it was canceled, or is another studio's by now. Its turn among the calls of its model
        comes before its place, so that what says SUBMITTING is sent at once; the turn's time is given too.
        While the block runs nothing else is sent: a kernel that dies leaves one call in question at most.
        """
        limit = find_model(record.model).running
        while record.status is Status.QUEUED and record.owner == self._owner:
            place = self._store.place(record.row, limit, self._clock.now())
            if place.free:
                async with self._calling:
                    began = await turns.turn()
                    if self._store.take_place(record.row, limit, self._clock.now(), self._owner):
                        yield self._told(record, report), began
                        return
            report(record, text("tasks.trouble.place", place=place.number, running=limit))
            await self._clock.sleep(min(PLACE_PAUSE * place.number, LONGEST_PLACE_PAUSE))
            record = self._store.get(record.row)
        yield self._told(record, report), self._clock.now()

    def _told(self, record: Record, report: Report) -> Record:
        """Tell how a row stands now, and return it."""
        record = self._store.get(record.row)
        report(record, None)
        return record

    async def _kept(self, record: Record, report: Report, answer: Created) -> Record:
        """Write down the id of the task; while that cannot be done it is shown, and tried again.

        Raises:
            TakenError: another studio looks for the task by now; it is told the id, which spares it that.
        """
        while True:
            try:
                return self._change(record, report, created(answer))
            except TakenError:
                with suppress(RecordsError):
                    self._store.change_from(record.row, Status.UNCONFIRMED, **created(answer))
                raise
            except RecordsError as error:
                words = {"task_id": answer.task_id, "reason": str(error)}
                report(record, text("tasks.trouble.unwritten", **words))
            await self._clock.sleep(WRITE_PAUSE)

    async def _pause(self, tries: int, retry_after: float | None) -> None:
        await self._clock.sleep(jittered(tries, retry_after))

    def _from_queue(self, record: Record, report: Report, **changes: Any) -> Record:
        """Change a task that waits; one that was canceled or taken meanwhile stays as it is."""
        fresh = self._store.change_from(record.row, Status.QUEUED, by=self._owner, **changes)
        if fresh is None:
            return self._told(record, report)
        report(fresh, None)
        return fresh

    def _change(self, record: Record, report: Report, changes: dict[str, Any]) -> Record:
        return change(self._store, record, report, changes)
