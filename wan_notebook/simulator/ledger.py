"""Tasks with their lanes and their videos: what is known, and what follows from it at a time."""

import asyncio
import logging
import threading
from collections import defaultdict
from collections.abc import Callable, Iterator
from concurrent.futures import Executor
from dataclasses import replace
from functools import partial
from pathlib import Path

from wan_notebook.catalog import UnknownModelError, find_model
from wan_notebook.simulator.answers import INTERNAL
from wan_notebook.simulator.clock import Clock
from wan_notebook.simulator.making.workshop import Workshop
from wan_notebook.simulator.preparing import Prepared, Preparer
from wan_notebook.simulator.store import Store, Task
from wan_notebook.simulator.timeline import Lane, Span
from wan_notebook.simulator.unusable import UnusableError

OTHER_PLACES = 5
"""Places of a lane whose model has left the catalogue since."""

_log = logging.getLogger(__name__)


class Ledger:
    """All tasks of a state folder.

    Args:
        store: keeps them.
        clock: tells when a video was made.
        videos: folder of the videos.
        executor: makes the worker that makes them.
        preparer: fetches the media of tasks.
    """

    def __init__(
        self,
        store: Store,
        clock: Clock,
        videos: Path,
        executor: Callable[[], Executor],
        preparer: Preparer,
    ) -> None:
        self._store = store
        self._clock = clock
        self._preparer = preparer
        self._preparing: set[asyncio.Task[Prepared]] = set()
        self._prepared = threading.Event()
        self._prepared.set()
        self._lanes: dict[tuple[str, str], Lane] = {}
        self._waiting: dict[str, list[str]] = defaultdict(list)
        self.workshop = Workshop(videos, executor, self._made)

    def open(self) -> None:
        """Begin on the running loop; what was not finished is begun again."""
        self.workshop.open()
        for task in list(self._store.all()):
            self._lane(task).put(task.task_id, task.facts)
            self._order(task)

    def close(self) -> None:
        """Stop preparing and making, and let the folder go."""
        for job in self._preparing:
            job.cancel()
        self.workshop.close()
        self._store.close()

    def add(self, task: Task) -> None:
        """Take in a new task; it is on disk before this returns."""
        self._keep(task)
        self._order(task)

    def get(self, task_id: str) -> Task | None:
        """Return a task, whoever's it is."""
        return self._store.get(task_id)

    def of(self, account: str) -> Iterator[Task]:
        """Yield the tasks of an account in the order of creation."""
        return (task for task in self._store.all() if task.account == account)

    def count(self) -> int:
        """Return how many tasks the folder holds, whoever's they are; those of two days ago are forgotten."""
        return sum(1 for _ in self._store.all())

    def span(self, task: Task, now: float) -> Span:
        """Return when a task starts and ends, as far as is known."""
        return self._lane(task).span(task.task_id, now)

    def cancel(self, task: Task, now: float) -> None:
        """Note that a task was canceled."""
        self._keep(replace(task, facts=replace(task.facts, canceled=now)))

    def unfinished(self, account: str, model: str, now: float) -> int:
        """Return how many tasks of an account and model have not ended."""
        lane = self._lanes.get((account, model))
        return lane.unfinished(now) if lane else 0

    def wait(self, timeout: float) -> bool:
        """Wait, on another thread, until every video there can be is made; return whether that came true."""
        return self._prepared.wait(timeout) and self.workshop.wait(timeout)

    def busy(self, now: float) -> bool:
        """Return whether any task has not ended."""
        return any(lane.unfinished(now) for lane in self._lanes.values())

    def _lane(self, task: Task) -> Lane:
        key = (task.account, task.model)
        if key not in self._lanes:
            self._lanes[key] = Lane(_places(task.model))
        return self._lanes[key]

    def _keep(self, task: Task) -> None:
        self._store.put(task)
        self._lane(task).put(task.task_id, task.facts)

    def _order(self, task: Task) -> None:
        """Have the task's video made, unless it was made, is not wanted, or lies there already."""
        facts = task.facts
        if facts.refused or facts.made is not None or facts.canceled is not None:
            return
        if task.video is None:
            self._prepare(task)
            return
        self._waiting[task.video.name].append(task.task_id)
        if self.workshop.order(task.video):
            self._made(task.video.name, well=True)

    def _prepare(self, task: Task) -> None:
        """Begin to fetch a task's media, beside the loop's other work."""
        job = asyncio.get_running_loop().create_task(self._preparer.prepare(task))
        self._preparing.add(job)
        self._prepared.clear()
        job.add_done_callback(partial(self._settle, task.task_id))

    def _settle(self, task_id: str, job: "asyncio.Task[Prepared]") -> None:
        """Have the video made when the media are here; without them the task ends."""
        try:
            task = self._store.get(task_id)
            if job.cancelled() or task is None or task.facts.canceled is not None:
                return
            problem = job.exception()
            if problem is None:
                self._take_over(task, job.result())
            else:
                self._fail(task, problem)
        finally:
            self._preparing.discard(job)
            if not self._preparing:
                self._prepared.set()

    def _take_over(self, task: Task, prepared: Prepared) -> None:
        ready = replace(task, video=prepared.video, usage=prepared.usage, values=dict(prepared.values))
        self._keep(ready)
        self._order(ready)

    def _fail(self, task: Task, problem: BaseException) -> None:
        """End a task whose media cannot be had, as soon as it has a place to run."""
        error = INTERNAL.code, INTERNAL.message
        if isinstance(problem, UnusableError):
            error = problem.code, problem.message
        else:
            _log.error("task %s could not be prepared: %r", task.task_id, problem)
        facts = replace(task.facts, run=0.0, made=self._clock.now())
        self._keep(replace(task, facts=facts, error=error))

    def _made(self, name: str, *, well: bool) -> None:
        """Note for every task that waits for this video that it is there, or cannot be made."""
        error = None if well else (INTERNAL.code, INTERNAL.message)
        for task_id in self._waiting.pop(name, []):
            task = self._store.get(task_id)
            if task is not None and task.facts.canceled is None:
                facts = replace(task.facts, made=self._clock.now())
                self._keep(replace(task, facts=facts, error=error))


def _places(model_id: str) -> int:
    """Return how many tasks of a model one account may have running."""
    try:
        return find_model(model_id).running
    except UnknownModelError:
        return OTHER_PLACES
