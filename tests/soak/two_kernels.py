"""Two kernels on one log: each asks for its own tasks only, until one is killed and the other has all."""

import os
import signal
import threading
import time
from collections import Counter
from functools import partial
from pathlib import Path

from tests.soak.agreeing import check
from tests.soak.forks import KernelClock
from tests.soak.killed import KILLED, WAIT, Lane, Trial
from wan_notebook.catalog import Status
from wan_notebook.service import ServiceClient, TaskAnswer
from wan_notebook.tasks import Studio, Task

EACH = 2
"""Tasks of each kernel; together fewer than run at once."""


class Pipe:
    """A word from one process to another."""

    def __init__(self) -> None:
        self._out, self._in = os.pipe()

    def say(self) -> None:
        """Say it."""
        os.write(self._in, b".")

    def wait(self) -> None:
        """Wait for it."""
        os.read(self._out, 1)

    def close(self) -> None:
        """Let go of it."""
        os.close(self._out)
        os.close(self._in)


class NotingClient(ServiceClient):
    """A client that writes down each task it asks for, before it asks."""

    file: Path

    async def query(self, task_id: str) -> TaskAnswer:
        """Ask for a task."""
        with self.file.open("a") as lines:
            lines.write(f"{task_id}\n")
        return await super().query(task_id)


def two_kernels(lane: Lane, seed: int) -> Counter[str]:
    """Let two kernels work side by side, kill one, and return what was there.

    Raises:
        AssertionError: one asked for, or fetched, what was the other's.
    """
    trial = Trial(lane, f"pair-{seed}")
    at_work, killed = (Pipe(), Pipe()), Pipe()
    first = trial.start(partial(_first, trial, at_work[0]))
    at_work[0].wait()
    second = trial.start(partial(_second, trial, at_work[1], killed))
    at_work[1].wait()
    apart = _asked(trial, 0), _asked(trial, 1)
    os.kill(first, signal.SIGKILL)
    assert trial.end_of(first) == KILLED
    _check_apart(trial, apart)
    killed.say()
    assert trial.end_of(second) == 0, trial._words()
    for pipe in (*at_work, killed):
        pipe.close()
    return _judged(trial, apart)


def _asked(trial: Trial, number: int) -> Counter[str]:
    """Return how often a kernel has asked for which task."""
    return Counter(_notes(trial, number).read_text().split())


def _notes(trial: Trial, number: int) -> Path:
    return trial.home / f"asked-{number}"


def _check_apart(trial: Trial, apart: tuple[Counter[str], Counter[str]]) -> None:
    own = [set(asked) & set(trial.made) for asked in apart]
    assert [len(names) for names in own] == [EACH, EACH], apart
    assert not own[0] & own[1], apart


def _judged(trial: Trial, apart: tuple[Counter[str], Counter[str]]) -> Counter[str]:
    """Check what the kernel that lived made of all, and return what was there."""
    told, rows = trial.told(), check(trial)
    assert told["others"] == 0, "tasks of a living kernel were taken"
    assert told["taken"] == EACH, told
    assert [row.status for row in rows] == [Status.SUCCEEDED] * EACH * 2
    asked = _asked(trial, 0) + _asked(trial, 1)
    for name in trial.made:
        assert 0 <= asked[name] - trial.queried[name] <= 1, "a query nobody made"  # the last of the dead one
        assert trial.fetched[name] == 1, "a video was fetched twice"
    assert trial.posts == 2 * EACH
    queries = sum((asked & Counter(dict.fromkeys(trial.made, 10**6))).values())
    slowest = round(told["seconds"] * 1000)
    return Counter({"pairs": 1, "queries": queries, "milliseconds to take over": slowest, "tasks": len(rows)})


def _open(trial: Trial, number: int) -> tuple[Studio, list[Task]]:
    """Open a kernel's studio and send its tasks."""
    studio = trial.studio(KernelClock(trial.lane.clock, jumps=False))
    _notes(trial, number).touch()
    studio._client.__class__ = NotingClient
    vars(studio._client)["file"] = _notes(trial, number)
    return studio, [studio.submit(trial.request(number * EACH + one)) for one in range(EACH)]


def _running(tasks: list[Task]) -> None:
    """Wait until the service has said of every task that it runs."""
    there = threading.Event()

    def look(_task: Task) -> None:
        if all(task.status is Status.RUNNING for task in tasks):
            there.set()

    for task in tasks:
        task.on_change(look)
    look(tasks[0])
    assert there.wait(WAIT), tasks


def _first(trial: Trial, at_work: Pipe) -> None:
    studio, tasks = _open(trial, 0)
    _running(tasks)
    at_work.say()
    for task in [*tasks, *studio.resume()]:
        task.wait(WAIT, progress=False)
    signal.pause()  # it lives on, and holds what it has


def _second(trial: Trial, at_work: Pipe, killed: Pipe) -> None:
    studio, tasks = _open(trial, 1)
    _running(tasks)
    others = studio.resume()
    at_work.say()
    killed.wait()
    begun = time.monotonic()
    taken = studio.resume()
    seconds = time.monotonic() - begun
    for task in [*tasks, *taken]:
        assert task.wait(WAIT, progress=False).done, task
    trial.tell(others=len(others), taken=len(taken), seconds=seconds)
    studio.close()
