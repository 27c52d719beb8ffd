"""The tasks of one open studio: a handle each, and a thread in which they are carried to their ends."""

import asyncio
import threading
from collections.abc import Callable, Collection, Coroutine, Iterable
from concurrent.futures import Future
from contextlib import suppress
from typing import Any, TypeVar

from wan_notebook.catalog import FINAL, SettingError, Status, VideoState, text
from wan_notebook.records import LEASE, Owner, Record, RecordsError, TakenError
from wan_notebook.service import ServiceClient
from wan_notebook.tasks.clock import Clock
from wan_notebook.tasks.engine import Engine
from wan_notebook.tasks.runner import Runner
from wan_notebook.tasks.task import Task, TaskOwner

T = TypeVar("T")

NAP = 3.0
"""Seconds between looks whether the lease is old: a machine that slept must learn soon what it lost."""
GLANCE = 5.0
"""Seconds between looks at a row that another open studio carries."""


class Carrier:
    """Carries tasks, each once; may be called from any thread.

    Args:
        runner: knows how.
        client: closed at the end.
        owner: the open studio as the records know it.
        clock: what time it is.
        handed: whom handles ask.
        ended: called when a task has ended.
    """

    def __init__(
        self,
        runner: Runner,
        client: ServiceClient,
        owner: Owner,
        clock: Clock,
        handed: TaskOwner,
        ended: Callable[[], None],
    ) -> None:
        self._runner = runner
        self._client = client
        self._owner = owner
        self._clock = clock
        self._handed = handed
        self._ended = ended
        self._engine = Engine()
        self._lock = threading.Lock()
        self._tasks: dict[int, Task] = {}
        self._limits: dict[int, asyncio.Timeout] = {}
        self._renewing = False

    @property
    def owner(self) -> str:
        """The id rows bear that are carried here."""
        return self._owner.id

    def call(self, work: Coroutine[Any, Any, T]) -> T:
        """Do a piece of work in the thread, and return its result.

        Raises:
            SettingError: the thread itself asked, as a listener of a task does; it cannot wait for itself.
        """
        if self._engine.inside:
            work.close()
            raise SettingError(text("tasks.studio.inside"))
        return self._engine.run(work).result()

    def start(self, work: Coroutine[Any, Any, T]) -> Future[T]:
        """Start a piece of work in the thread."""
        return self._engine.run(work)

    def handle(self, record: Record) -> Task:
        """Return the one handle of a record."""
        with self._lock:
            return self._tasks.setdefault(record.row, Task(record, self._handed))

    def handles(self) -> list[Task]:
        """Return the handles made so far."""
        with self._lock:
            return list(self._tasks.values())

    def needs(self, record: Record) -> bool:
        """Return whether something is left to do for a task."""
        if record.status is Status.SUCCEEDED:
            return self._runner.lacks_video(record)
        return record.status not in FINAL

    def claimed(self, records: Iterable[Record]) -> list[Record]:
        """Return those tasks, as they stand now, that are this studio's: not those another open one carries.

        Raises:
            RecordsError: the log cannot be written.
        """
        rows: Collection[int] = [record.row for record in records]
        return self._runner.store.claim(rows, self._owner.id)

    def followed(self, record: Record) -> Task:
        """Carry a task of this studio on, unless that is done already, and return its handle."""
        task = self.handle(record)
        if task.begin():
            task.change(record, None)
            self._engine.begin(self._carry(task))
            if self._owner.leased and not self._renewing:
                self._renewing = True
                self._engine.begin(self._renew())
        return task

    def decided(self, task: Task) -> None:
        """Go on as the row of a task says, which its user has changed: what is being done is broken off."""
        self._engine.begin(self._decided(task))

    def stop(self) -> None:
        """Carry nothing any longer; tasks go on at the service, and others may claim them."""
        self._engine.stop(self._client.aclose)
        with suppress(RecordsError):  # a lease that could not be given up runs out by itself
            self._owner.close()

    async def _carry(self, task: Task) -> None:
        """Carry a task to its end; the outermost boundary of the engine, where errors reach the user."""
        try:
            while not await self._carried(task) and await self._regained(task):
                pass
        except Exception as error:  # noqa: BLE001 - nothing above would show it
            reason = f"{type(error).__name__}: {error}"
            task.change(task.record, text("tasks.trouble.internal", reason=reason))
        finally:
            self._ended()  # a cell that waits must not end before its form shows it
            task.end()

    async def _carried(self, task: Task) -> bool:
        """Carry a task as far as it goes; return False when that was broken off or it is another's now."""
        try:
            async with asyncio.timeout(None) as limit:
                self._limits[task.row] = limit
                await self._runner.carry(task.record, task.change)
        except TakenError:
            return False
        except TimeoutError:
            if not limit.expired():
                raise
        finally:
            self._limits.pop(task.row, None)
        return not limit.expired()

    async def _regained(self, task: Task) -> bool:
        """Show how a row stands while another open studio carries it; return whether to carry it on here."""
        while True:
            claimed = self.claimed([task.record])
            record = claimed[0] if claimed else self._runner.store.get(task.row)
            over = not self.needs(record) or _rests(record)
            task.change(record, None if claimed or over else text("tasks.trouble.elsewhere"))
            if claimed or over:
                return not over
            await self._clock.sleep(GLANCE)

    async def _decided(self, task: Task) -> None:
        """Break off what is being done for a task; begin anew where it had just come to its end."""
        if task.row in self._limits:
            self._break_off(task)
        elif task.done:
            for record in filter(self.needs, self.claimed([task.record])):
                self.followed(record)

    def _break_off(self, task: Task) -> None:
        limit = self._limits.pop(task.row, None)
        if limit is not None:
            limit.reschedule(asyncio.get_running_loop().time())

    async def _renew(self) -> None:
        """Keep the lease on the tasks, where the folder knows no locks."""
        while True:
            with suppress(RecordsError):  # the next try may succeed before the lease runs out
                if not self._owner.renew():
                    self._give_up()
            renewed = self._clock.now()
            while abs(self._clock.now() - renewed) < LEASE / 4:
                await self._clock.sleep(NAP)

    def _give_up(self) -> None:
        """Break off what is being done for tasks that are another studio's by now.

        A create call is left to its end, for its answer may be the only trace of what is paid for.
        """
        carried = [task for task in self.handles() if not task.done]
        own = {record.row for record in self.claimed(task.record for task in carried)}
        for task in carried:
            if task.row not in own and task.status is not Status.SUBMITTING:
                self._break_off(task)


def _rests(record: Record) -> bool:
    """Return whether who carries a task has done all it can: what is left is for its user to say."""
    asks = record.status is Status.UNCONFIRMED and record.remark is not None
    return asks or record.video_state is VideoState.FAILED
