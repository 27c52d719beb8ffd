"""A studio on a simulator in a thread, both on one clock that jumps instead of waiting."""

import asyncio
import contextlib
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from tests.simulators import a_simulator
from wan_notebook.service import ApiKey
from wan_notebook.simulator import MovableClock, Settings
from wan_notebook.simulator.server import InThread
from wan_notebook.tasks import Connection, Folders, Studio


class JumpingClock:
    """A clock for the engine: a sleep moves the simulator's clock on and returns when its videos are made."""

    def __init__(self, clock: MovableClock) -> None:
        self.clock = clock
        self.slept: list[float] = []
        self.waited: Callable[[], object] = lambda: None

    def now(self) -> datetime:
        """Return the simulator's time."""
        return datetime.fromtimestamp(self.clock.now(), UTC)

    async def sleep(self, seconds: float) -> None:
        """Let the time pass at once."""
        self.slept.append(seconds)
        self.clock.move(seconds)
        self.waited()
        await asyncio.sleep(0)  # who waits for others lets them do something


@contextlib.contextmanager
def a_studio(
    folder: Path, settings: Settings | None = None, *, key: str = "sk-test", **options: Any
) -> Iterator[tuple[Studio, InThread]]:
    """Give a studio in `folder` and the simulator it talks to, both closed at the end."""
    clock = JumpingClock(MovableClock())
    with a_simulator(settings or Settings(), folder / ".sim", clock.clock) as simulator:
        clock.waited = simulator.wait_made
        connection = Connection(base_url=simulator.base_url, region="beijing", simulated=True)
        studio = Studio(connection, ApiKey(key), Folders(folder), clock=clock, **options)
        try:
            yield studio, simulator
        finally:
            studio.close()
