"""Studios and a simulator on one clock that goes on only while none of them does anything.

With several tasks under way a clock that jumps with each sleep would let hours pass during one call; this one
waits until every call has its answer, and then jumps to the next who sleeps.
"""

import asyncio
import contextlib
import heapq
import math
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Executor
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import count
from pathlib import Path
from typing import Any

from tests.simulators import a_simulator
from tests.soak.quick import Blank
from wan_notebook.catalog import Request, Status
from wan_notebook.service import ApiKey, ServiceClient
from wan_notebook.simulator import Disturbance, MovableClock, Settings
from wan_notebook.simulator.server import InThread
from wan_notebook.tasks import Connection, Folders, Studio, Task

TICK = 0.001
"""Real seconds; the clock jumps when nothing has happened in the last one."""
KEY = "sk-test"
NO_VIDEO = Disturbance("download", "expired")
SENDING = {Status.QUEUED, Status.SUBMITTING}

Sleeper = tuple[float, int, asyncio.AbstractEventLoop, "asyncio.Future[None]"]


class PatientClock:
    """A clock for engines: who sleeps is woken at once, in order, as soon as everybody sleeps.

    Args:
        clock: the simulator's.

    Attributes:
        longest: seconds; it stands still when everybody sleeps longer.
    """

    def __init__(self, clock: MovableClock) -> None:
        self.clock = clock
        self.longest = math.inf
        self.waited: Callable[[], object] = lambda: None
        self._lock = threading.Lock()
        self._numbers = count()
        self._sleepers: list[Sleeper] = []
        self._waking: set[int] = set()
        self._calls = 0
        self._changes = 0
        self._stopped = threading.Event()
        self._thread = threading.Thread(target=self._pass, name="patient-clock", daemon=True)
        self._thread.start()

    def now(self) -> datetime:
        """Return the simulator's time."""
        return datetime.fromtimestamp(self.clock.now(), UTC)

    async def sleep(self, seconds: float) -> None:
        """Return once everybody else sleeps longer."""
        loop = asyncio.get_running_loop()
        woken: asyncio.Future[None] = loop.create_future()
        with self._lock:
            number = next(self._numbers)
            heapq.heappush(self._sleepers, (self.clock.now() + seconds, number, loop, woken))
            self._changes += 1
        try:
            await woken
        finally:
            with self._lock:
                self._sleepers = [one for one in self._sleepers if one[1] != number]
                heapq.heapify(self._sleepers)
                self._waking.discard(number)
                self._changes += 1

    @contextlib.contextmanager
    def call(self) -> Iterator[None]:
        """Stand still while the block runs."""
        with self._lock:
            self._calls += 1
        try:
            yield
        finally:
            with self._lock:
                self._calls -= 1
                self._changes += 1

    def stop(self) -> None:
        """Wake nobody any more."""
        self._stopped.set()
        self._thread.join()

    def _pass(self) -> None:
        seen = -1
        while not self._stopped.wait(TICK):
            with self._lock:
                quiet = not self._calls and not self._waking and self._changes == seen
                seen = self._changes
                left = self._sleepers[0][0] - self.clock.now() if quiet and self._sleepers else math.inf
                if left == math.inf or left > self.longest:
                    continue
                sleeper = heapq.heappop(self._sleepers)
                self._waking.add(sleeper[1])
            self.clock.move(max(left, 0))
            self.waited()
            with contextlib.suppress(RuntimeError):  # its loop has just been closed
                sleeper[2].call_soon_threadsafe(_wake, sleeper[3])


def _wake(sleeper: "asyncio.Future[None]") -> None:
    if not sleeper.done():
        sleeper.set_result(None)


@dataclass
class House:
    """A simulator, and the studios that use it.

    Attributes:
        folder: the studios' home unless they have another.
        simulator: what answers.
        clock: everybody's.
    """

    folder: Path
    simulator: InThread
    clock: PatientClock
    _open: list[Studio] = field(default_factory=list)

    def studio(self, **options: Any) -> Studio:
        """Open another studio on the log in `folder`."""
        connection = Connection(base_url=self.simulator.base_url, region="beijing", simulated=True)
        studio = Studio(connection, ApiKey(KEY), Folders(self.folder), clock=self.clock, **options)
        self._watch(studio._client)
        self._open.append(studio)
        return studio

    def _watch(self, client: ServiceClient) -> None:
        """Let the clock stand still during the calls of a client."""
        reply = client._reply

        async def watched(*given: Any, **named: Any) -> Any:
            with self.clock.call():
                return await reply(*given, **named)

        client._reply = watched  # type: ignore[method-assign]

    def lose(self, *ways: str) -> None:
        """Let the answers of the next create calls be lost, each in its way."""
        self.simulator.disturb(*(Disturbance.read(f"create:{way}:next1") for way in ways))

    def calm(self) -> None:
        """Let nothing go wrong any more but the fetching of videos there are not."""
        self.simulator.calm()
        self.simulator.disturb(NO_VIDEO)

    def sent(self, *submits: Callable[[], Task]) -> list[Task]:
        """Submit within a second of each other, and return the tasks once none is being sent any more.

        The list can be read only then.
        """
        self.clock.longest = 1.0
        self.simulator.disturb(Disturbance("list", "503-before"))
        tasks = [submit() for submit in submits]
        while any(task.status in SENDING for task in tasks):
            tasks[-1].wait(0.002, progress=False)
        self.calm()
        self.clock.longest = math.inf
        return tasks

    def foreign(self, request: Request) -> str:
        """Have another program of this account make a task, and return its id."""

        async def made() -> str:
            client = ServiceClient(self.simulator.base_url, ApiKey(KEY))
            try:
                return (await client.create(request.model.path, request.draft())).task_id
            finally:
                await client.aclose()

        with self.clock.call():
            return asyncio.run(made())

    def close(self) -> None:
        """Close the studios, then stop the clock."""
        for studio in self._open:
            studio.close()
        self.clock.stop()


@contextlib.contextmanager
def a_house(
    folder: Path, settings: Settings | None = None, *, executor: Callable[[], Executor] = Blank
) -> Iterator[House]:
    """Give a simulator that makes empty videos unless told otherwise, and studios on it."""
    moved = MovableClock()
    usual = Settings(run_seconds=(60, 60), queue_seconds=(0, 0))
    with a_simulator(settings or usual, folder / ".sim", moved, executor=executor) as simulator:
        simulator.disturb(*([NO_VIDEO] if executor is Blank else []))
        house = House(folder / "home", simulator, PatientClock(moved))
        house.clock.waited = simulator.wait_made
        try:
            yield house
        finally:
            house.close()
