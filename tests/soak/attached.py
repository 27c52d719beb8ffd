"""Many tasks under way when their kernel is killed: the next one has them all at once."""

import os
import threading
import time
from collections import Counter
from dataclasses import replace
from functools import partial
from multiprocessing.synchronize import Barrier
from pathlib import Path

from tests.soak.agreeing import check
from tests.soak.forks import KernelClock, Shared, die, simulating
from tests.soak.killed import KILLED, WAIT, Lane, Trial
from wan_notebook.catalog import Status, add_models, find_model
from wan_notebook.simulator import Settings
from wan_notebook.tasks import Task

MODEL = "wan2.7-t2v"
TASKS = 50
QUEUE = 1800.0
"""Seconds for which every task is PENDING; then all are RUNNING, which the next kernel must find out."""
WAITS = Settings(limits=False, queue_seconds=(QUEUE, QUEUE), run_seconds=(600, 600))


def attached(_number: int, _barrier: Barrier, folder: Path, video: bytes, picture: Path) -> Counter[str]:
    """Kill a kernel with its tasks under way, and return how many milliseconds the next took to have them.

    Raises:
        AssertionError: it had not all, or made a create call.
    """
    clock = Shared()
    add_models(replace(find_model(MODEL), running=1000))  # in this process and those forked from it
    with simulating(folder / "simulator", WAITS, clock, video) as called:
        lane = Lane(folder / "lane", clock, called, video, picture)
        trial = Trial(lane, "many")
        assert trial.run(partial(_send, trial)) == KILLED
        assert (len(trial.made), trial.posts) == (TASKS, TASKS)
        clock.move(QUEUE)
        assert trial.run(partial(_attach, trial)) == KILLED
        told = trial.told()
        assert trial.posts == TASKS
        trial.resumed()
        check(trial)
    return Counter({"tasks": told["tasks"], "milliseconds": round(told["seconds"] * 1000)})


def _send(trial: Trial) -> None:
    """Send all tasks, and die as soon as each has its id."""
    studio = trial.studio()
    tasks = [studio.submit(trial.request(number)) for number in range(TASKS)]
    _wait_for(tasks, Status.PENDING)
    die()


def _attach(trial: Trial) -> None:
    """Resume in real time, and die as soon as each task is known to run."""
    begun = time.monotonic()
    studio = trial.studio(KernelClock(trial.lane.clock, jumps=False))
    tasks = studio.resume()
    _wait_for(tasks, Status.RUNNING)
    trial.tell(tasks=len(tasks), seconds=time.monotonic() - begun, pid=os.getpid())
    die()


def _wait_for(tasks: list[Task], status: Status) -> None:
    """Wait until every task is in a state.

    Raises:
        AssertionError: it took too long.
    """
    there = threading.Event()

    def look(_task: Task) -> None:
        if all(task.status is status for task in tasks):
            there.set()

    for task in tasks:
        task.on_change(look)
    look(tasks[0])
    assert there.wait(WAIT), Counter(task.status for task in tasks)
