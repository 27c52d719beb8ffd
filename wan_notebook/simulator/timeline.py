"""Where a task stands at a time, as a pure function of the stored facts of its lane.

A lane is the tasks of one account and model. Nothing here runs or waits: a task is RUNNING because the time
asked about lies between its start and its end, both computed from facts.
"""

import heapq
import math
from collections.abc import Iterable
from dataclasses import dataclass

from wan_notebook.catalog import Status

NEVER = math.inf


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """What is known of one task; times in seconds since 1970, lengths in seconds.

    Attributes:
        created: when it was taken in.
        queue: how long it is PENDING even if a place is free.
        run: how long it is RUNNING at least.
        limited: whether it takes one of the lane's places.
        refused: whether it FAILS after `queue` without running (a schema fault).
        made: when its video was there or could not be made, None while it is being made.
        canceled: when it was canceled.
    """

    created: float
    queue: float
    run: float
    limited: bool = True
    refused: bool = False
    made: float | None = None
    canceled: float | None = None


@dataclass(frozen=True, slots=True)
class Span:
    """When a task starts and ends; `NEVER` while that is not known."""

    start: float
    end: float

    def status(self, now: float) -> Status:
        """Return PENDING, RUNNING or SUCCEEDED; how an end is to be called is the caller's to know."""
        if now >= self.end:
            return Status.SUCCEEDED
        return Status.RUNNING if now >= self.start else Status.PENDING


def span(facts: Facts, free: list[float]) -> Span:
    """Return a task's span, given a heap of the times at which the lane's places become free.

    The heap is moved on when the task takes a place. A task ends when its run time is over *and* its video
    is there: slow making prolongs RUNNING.
    """
    ready = facts.created + facts.queue
    if facts.canceled is not None:
        return Span(NEVER, facts.canceled)
    if facts.refused:
        return Span(ready, ready)
    if not facts.limited:
        return Span(ready, _end(ready, facts))
    start = max(ready, free[0])
    end = _end(start, facts)
    heapq.heapreplace(free, end)
    return Span(start, end)


def _end(start: float, facts: Facts) -> float:
    return NEVER if facts.made is None else max(start + facts.run, facts.made)


def plan(tasks: Iterable[Facts], places: int) -> list[Span]:
    """Return the spans of all tasks of a lane, given in the order of their creation."""
    free = [-NEVER] * places
    return [span(facts, free) for facts in tasks]


class Lane:
    """The tasks of one account and model, kept so that asking stays quick when there are thousands.

    Its answers are those of `plan` over all its tasks: an end that has passed cannot change any more, so the
    tasks before the first open one are folded once.

    Args:
        places: how many tasks run at once.
    """

    def __init__(self, places: int) -> None:
        self._free = [-NEVER] * places
        self._open: dict[str, Facts] = {}
        self._ended: dict[str, Span] = {}

    def put(self, task_id: str, facts: Facts) -> None:
        """Take in a new task, or new facts of a known one."""
        if task_id not in self._ended:
            self._open[task_id] = facts

    def span(self, task_id: str, now: float) -> Span:
        """Return the span of one task."""
        facts = self._open.get(task_id)
        if facts is not None and not facts.limited:
            return span(facts, [])
        if task_id in self._ended:
            return self._ended[task_id]
        spans = self._plan(now)
        return self._ended.get(task_id) or spans[task_id]

    def unfinished(self, now: float) -> int:
        """Return how many tasks have not ended."""
        return sum(one.end > now for one in self._plan(now).values())

    def _plan(self, now: float) -> dict[str, Span]:
        """Return the spans of the open tasks, after setting aside the oldest that have ended."""
        free = list(self._free)
        spans: dict[str, Span] = {}
        for task_id, facts in list(self._open.items()):
            spans[task_id] = span(facts, free)
            if spans[task_id].end <= now and len(spans) == 1:
                self._ended[task_id] = spans.pop(task_id)
                self._free = list(free)
                del self._open[task_id]
        return spans
