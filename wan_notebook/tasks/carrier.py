"""The tasks of one open studio: a handle each, and a thread in which they are carried to their ends."""

import threading
from collections.abc import Callable, Collection, Coroutine, Iterable
from concurrent.futures import Future
from contextlib import suppress
from typing import Any, TypeVar

from wan_notebook.catalog import FINAL, SettingError, Status, text
from wan_notebook.records import LEASE, Owner, Record, RecordsError
from wan_notebook.service import ServiceClient
from wan_notebook.tasks.clock import Clock
from wan_notebook.tasks.engine import Engine
from wan_notebook.tasks.runner import Runner
from wan_notebook.tasks.task import Task, TaskOwner

T = TypeVar("T")


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
            self._engine.run(self._carry(task))
            if self._owner.leased and not self._renewing:
                self._renewing = True
                self._engine.run(self._renew())
        return task

    def stop(self) -> None:
        """Carry nothing any longer; tasks go on at the service, and others may claim them."""
        self._engine.stop(self._client.aclose)
        with suppress(RecordsError):  # a lease that could not be given up runs out by itself
            self._owner.close()

    async def _carry(self, task: Task) -> None:
        """Carry a task to its end; the outermost boundary of the engine, where errors reach the user."""
        try:
            await self._runner.carry(task.record, task.change)
        except Exception as error:  # noqa: BLE001 - nothing above would show it
            reason = f"{type(error).__name__}: {error}"
            task.change(task.record, text("tasks.trouble.internal", reason=reason))
        finally:
            self._ended()  # a cell that waits must not end before its form shows it
            task.end()

    async def _renew(self) -> None:
        """Keep the lease on the tasks, where the folder knows no locks."""
        while True:
            await self._clock.sleep(LEASE.total_seconds() / 4)
            with suppress(RecordsError):  # the next try may succeed before the lease runs out
                self._owner.renew()
