"""One kernel killed and another that resumes, and what must hold between the records and the simulator."""

import gc
import json
import shutil
import sqlite3
from collections import Counter
from collections.abc import Callable, Sequence
from contextlib import closing
from dataclasses import dataclass
from decimal import Decimal
from functools import partial
from pathlib import Path
from typing import Any

from tests.soak.dying import Death, doom
from tests.soak.forks import Called, KernelClock, Shared, ended, forked
from wan_notebook.catalog import Request
from wan_notebook.records import FILE_NAME, Budget, Left, Record, Store
from wan_notebook.service import ApiKey
from wan_notebook.tasks import Connection, Folders, Studio

KILLED = -9
WAIT = 50.0
"""Real seconds a kernel waits for its tasks at most."""
CAP = Budget(Decimal(1_000_000), "CNY")


@dataclass
class Lane:
    """Where kernels are started and killed, one after the other.

    Attributes:
        folder: for their homes.
        clock: theirs and the simulator's.
        called: what the simulator was asked.
        video: the bytes of every video.
        picture: a file to upload.
    """

    folder: Path
    clock: Shared
    called: Called
    video: bytes
    picture: Path


class Trial:
    """One home, in which kernels are killed.

    Args:
        lane: where.
        name: of the home; in every prompt.
    """

    def __init__(self, lane: Lane, name: str) -> None:
        self.lane = lane
        self.home = lane.folder / name
        self.home.mkdir(parents=True)
        self._name = name
        self._told = self.home.with_suffix(".txt")
        self.made: dict[str, str] = {}
        self.posts = 0
        self.queried: Counter[str] = Counter()
        self.fetched: Counter[str] = Counter()
        lane.clock.reset()

    def request(self, number: int, *, upload: bool = False) -> Request:
        """Return a request whose prompt no other has."""
        usual: dict[str, Any] = {"prompt": f"{self._name} 狐狸 {number}", "resolution": "720P", "duration": 2}
        if upload:
            media = [{"type": "first_frame", "url": str(self.lane.picture)}]
            return Request("wan2.7-i2v", media=media, seed=number, **usual)
        return Request("wan2.7-t2v", seed=number, **usual)

    def studio(self, clock: KernelClock | None = None) -> Studio:
        """Open a kernel's studio."""
        connection = Connection(base_url=self.lane.called.base_url, region="beijing", simulated=True)
        clock = clock or KernelClock(self.lane.clock)
        return Studio(connection, ApiKey(f"sk-{self._name}"), Folders(self.home), clock=clock)

    def run(self, work: Callable[[], object]) -> int:
        """Let a kernel live and die, take note of its calls, and return its exit code."""
        return self.end_of(self.start(work))

    def start(self, work: Callable[[], object]) -> int:
        """Let a kernel live, and return the id of its process."""
        return forked(work, self._told)

    def end_of(self, pid: int) -> int:
        """Wait for a kernel's end, take note of its calls, and return its exit code."""
        code = ended(pid)
        self.note()
        assert code in {0, KILLED}, f"{self._name}: {code} {self._words()}"
        return code

    def note(self) -> None:
        """Take note of the calls since the last time."""
        for what, name, prompt in self.lane.called.news():
            self.posts += what == "post"
            self.queried[name] += what == "query"
            self.fetched[name] += what == "fetch"
            if what == "made":
                self.made[name] = prompt

    def _words(self) -> str:
        return self._told.read_text() if self._told.exists() else ""

    def open_calls(self) -> int:
        """Return how many rows have a create call whose answer nobody has written down."""
        with closing(sqlite3.connect(self.home / FILE_NAME)) as file:
            assert file.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
            if not file.execute("SELECT 1 FROM sqlite_master WHERE name = 'tasks'").fetchall():
                return 0  # the kernel died before it had made the table
            states = file.execute("SELECT status FROM tasks").fetchall()
        return sum(state in {"SUBMITTING", "UNCONFIRMED"} for (state,) in states)

    def records(self) -> tuple[list[Record], Left]:
        """Return the records, all of which must be readable, and what they cost."""
        store = Store.open(self.home)
        try:
            (left,) = store.left(simulated=True, within=[CAP])
            return store.select(), left
        finally:
            store.close()

    def told(self) -> dict[str, Any]:
        """Return what a kernel has written down."""
        return dict(json.loads(self._words()))

    def resumed(self, *, submit: bool = False) -> dict[str, Any]:
        """Resume in a fresh kernel, wait until all has ended, and return what it told."""
        assert self.run(partial(resume, self, submit=submit)) == 0, self._words()
        return self.told()

    def remove(self) -> None:
        """Take the home away: nobody needs to look at it, and thousands of videos fill a disk."""
        shutil.rmtree(self.home)

    def tell(self, **facts: Any) -> None:
        """Write down what a kernel has to tell."""
        self._told.write_text(json.dumps(facts))


def send(trial: Trial, count: int, death: Death) -> None:
    """Be the kernel that sends so many tasks, and dies at a point."""
    send_all(
        trial, [trial.request(number, upload=death.point.upload) for number in range(count)], death=death
    )


def send_all(
    trial: Trial, requests: Sequence[Request], clock: KernelClock | None = None, death: Death | None = None
) -> None:
    """Be the kernel that sends tasks and waits for them."""
    studio = trial.studio(clock)
    if death is not None:
        doom(studio, death)
    for task in [studio.submit(request) for request in requests]:
        task.wait(WAIT, progress=False)
    studio.close()


def resume(trial: Trial, *, submit: bool = False, death: Death | None = None) -> None:
    """Be the kernel that resumes."""
    studio = trial.studio()
    if death is not None:
        doom(studio, death)
    tasks = studio.resume(submit=submit)
    for task in tasks:
        assert task.wait(WAIT, progress=False).done, task
    trial.tell(tasks=len(tasks), said=tasks.sentences, trouble=[task.trouble for task in tasks])
    studio.close()


def warm(lane: Lane) -> None:
    """Live a kernel's life here, so that each fork has loaded what it needs; no thread is left of it."""
    trial = Trial(lane, "warm")
    send_all(trial, [trial.request(0, upload=True)])
    resume(trial)
    trial.note()
    gc.collect()
    gc.freeze()  # what is there stays, and forks need not copy it to look through it
