"""The tasks somebody waits to hear of, and until when each is left alone; no calls here."""

import asyncio
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from wan_notebook.catalog import FINAL, Status
from wan_notebook.service import TaskAnswer, jittered
from wan_notebook.tasks.pacing import Rest
from wan_notebook.tasks.schedule import SOONEST, Timetable


@dataclass(frozen=True, kw_only=True)
class Watched:
    """A task to ask for.

    Attributes:
        task_id: its id.
        since: when it was submitted.
        status: where it stood last.
        timetable: when tasks like it are asked for.
    """

    task_id: str
    since: datetime
    status: Status
    timetable: Timetable


@dataclass(kw_only=True)
class Past:
    """What is remembered of a task from one answer to the next.

    Attributes:
        begun: when it was submitted, or first waited for where that seems to be later.
        rest: until when it is left alone.
        failures: queries in a row that brought an error.
    """

    begun: datetime
    rest: Rest
    failures: int = 0


@dataclass(eq=False, kw_only=True)
class Entry:
    """A task somebody waits to hear of.

    Attributes:
        watched: the task.
        past: what is remembered of it.
        heard: gets the answer or the error.
        waiters: how many wait.
        wanted: whether the list says that it has ended, or nothing, so that the task itself is asked for.
        call: the query under way.
    """

    watched: Watched
    past: Past
    heard: asyncio.Future[TaskAnswer]
    waiters: int = 0
    wanted: bool = False
    call: asyncio.Task[None] | None = None

    def left(self, now: datetime) -> float:
        """Return the seconds for which it is left alone."""
        return self.past.rest.left(now)

    def still_runs(self, now: datetime) -> None:
        """Note that it has not ended yet, so that it is left alone as its timetable says."""
        self.past.begun = min(self.past.begun, now)  # its age counts anew when the clock was set back
        age = (now - self.past.begun).total_seconds()
        self.past.failures = 0
        self.past.rest = Rest.of(now, self.watched.timetable.after(age) - age)

    def failed(self, now: datetime, retry_after: float | None) -> None:
        """Note that a query brought no answer, so that it is asked again after a growing pause."""
        self.past.failures += 1
        self.past.rest = Rest.of(now, jittered(self.past.failures, retry_after))


class Waiting:
    """All tasks somebody waits to hear of."""

    def __init__(self) -> None:
        self._entries: dict[str, Entry] = {}
        self._past: dict[str, Past] = {}

    def __len__(self) -> int:
        return len(self._entries)

    def __iter__(self) -> Iterator[Entry]:
        return iter(tuple(self._entries.values()))

    def idle(self) -> list[Entry]:
        """Return those for which no query is under way."""
        return [entry for entry in self._entries.values() if entry.call is None]

    def get(self, task_id: str) -> Entry | None:
        """Return the entry of a task, None when nobody waits for it."""
        return self._entries.get(task_id)

    def enter(self, watched: Watched, now: datetime) -> Entry:
        """Return the entry under which a task is waited for; who waits for the same task shares it.

        One not heard of before is asked for at once, as soon as it is old enough.
        """
        entry = self._entries.get(watched.task_id)
        if entry is None:
            begun = min(watched.since, now)
            young = max(SOONEST - (now - begun).total_seconds(), 0.0)
            past = self._past.setdefault(watched.task_id, Past(begun=begun, rest=Rest.of(now, young)))
            heard = asyncio.get_running_loop().create_future()
            entry = self._entries[watched.task_id] = Entry(watched=watched, past=past, heard=heard)
        return entry

    def leave(self, entry: Entry) -> None:
        """Let go of an entry nobody waits for, and of its query."""
        self._forget(entry)
        if entry.call is not None:
            entry.call.cancel()

    def answer(self, entry: Entry, answer: TaskAnswer, now: datetime) -> None:
        """Give an answer to those who wait for it."""
        self._forget(entry)
        entry.still_runs(now)
        if answer.status in FINAL:
            self._past.pop(entry.watched.task_id, None)
        entry.heard.set_result(answer)

    def fail(self, entry: Entry, error: BaseException) -> None:
        """Give an error to those who wait for an answer."""
        self._forget(entry)
        entry.heard.set_exception(error)
        entry.heard.exception()  # whoever waited may just have been cancelled: then nobody looks at it

    def _forget(self, entry: Entry) -> None:
        if self._entries.get(entry.watched.task_id) is entry:
            del self._entries[entry.watched.task_id]
