"""Tasks with their lanes and their videos: what is known, and what follows from it at a time."""

from collections import defaultdict
from collections.abc import Callable, Iterator
from concurrent.futures import Executor
from dataclasses import replace
from pathlib import Path

from wan_notebook.catalog import MODELS
from wan_notebook.simulator.answers import INTERNAL
from wan_notebook.simulator.clock import Clock
from wan_notebook.simulator.store import Store, Task
from wan_notebook.simulator.timeline import Lane, Span
from wan_notebook.simulator.workshop import Workshop

OTHER_PLACES = 5
"""Places of a lane whose model has left the catalogue since."""


class Ledger:
    """All tasks of a state folder.

    Args:
        store: keeps them.
        clock: tells when a video was made.
        videos: folder of the videos.
        executor: makes the worker that makes them.
    """

    def __init__(self, store: Store, clock: Clock, videos: Path, executor: Callable[[], Executor]) -> None:
        self._store = store
        self._clock = clock
        self._lanes: dict[tuple[str, str], Lane] = {}
        self._waiting: dict[str, list[str]] = defaultdict(list)
        self.workshop = Workshop(videos, executor, self._made)

    def open(self) -> None:
        """Begin on the running loop; videos that were not finished are made again."""
        self.workshop.open()
        for task in list(self._store.all()):
            self._lane(task).put(task.task_id, task.facts)
            self._order(task)

    def close(self) -> None:
        """Stop making and let the folder go."""
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

    def busy(self, now: float) -> bool:
        """Return whether any task has not ended."""
        return any(lane.unfinished(now) for lane in self._lanes.values())

    def _lane(self, task: Task) -> Lane:
        key = (task.account, task.model)
        if key not in self._lanes:
            model = MODELS.get(task.model)
            self._lanes[key] = Lane(model.running if model else OTHER_PLACES)
        return self._lanes[key]

    def _keep(self, task: Task) -> None:
        self._store.put(task)
        self._lane(task).put(task.task_id, task.facts)

    def _order(self, task: Task) -> None:
        """Have the task's video made, unless it was made, is not wanted, or lies there already."""
        facts = task.facts
        if task.video is None or facts.made is not None or facts.canceled is not None:
            return
        self._waiting[task.video.name].append(task.task_id)
        if self.workshop.order(task.video):
            self._made(task.video.name, well=True)

    def _made(self, name: str, *, well: bool) -> None:
        """Note for every task that waits for this video that it is there, or cannot be made."""
        error = None if well else (INTERNAL.code, INTERNAL.message)
        for task_id in self._waiting.pop(name, []):
            task = self._store.get(task_id)
            if task is not None and task.facts.canceled is None:
                facts = replace(task.facts, made=self._clock.now())
                self._keep(replace(task, facts=facts, error=error))
