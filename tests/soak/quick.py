"""A simulator in a process of its own on a clock that runs fast, and the same clock for a studio."""

import asyncio
import contextlib
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Executor, Future
from dataclasses import dataclass, field
from datetime import UTC, datetime
from multiprocessing import get_context
from multiprocessing.connection import Connection as End
from pathlib import Path
from typing import Any

import httpx

from wan_notebook.simulator import Settings
from wan_notebook.simulator.process import STATUS_PATH
from wan_notebook.simulator.server import House, Server, base_url
from wan_notebook.simulator.store import Store, Task

START_SECONDS = 60.0


@dataclass(frozen=True)
class Fast:
    """A clock for a simulator that runs so many times faster since a moment, the same in all processes."""

    speed: float
    begun: float = field(default_factory=time.time)

    def now(self) -> float:
        """Return seconds since 1970-01-01 UTC."""
        return self.begun + (time.time() - self.begun) * self.speed


@dataclass(frozen=True)
class FastClock:
    """The same clock for the engine."""

    fast: Fast

    def now(self) -> datetime:
        """Return the fast time."""
        return datetime.fromtimestamp(self.fast.now(), UTC)

    async def sleep(self, seconds: float) -> None:
        """Return after so many of its seconds."""
        await asyncio.sleep(seconds / self.fast.speed)


class Blank(Executor):
    """Leaves an empty file where a video would be: nobody fetches it."""

    def submit(self, _fn: Callable[..., Any], /, *given: Any, **_named: Any) -> "Future[Any]":
        """Make the file at once; `given` are the video and its path."""
        made: Future[Any] = Future()
        given[1].touch()
        made.set_result(None)
        return made


class Ready(Executor):
    """Puts a video that was made before where one is to be made.

    Args:
        video: its bytes.
    """

    def __init__(self, video: bytes) -> None:
        self._video = video

    def submit(self, _fn: Callable[..., Any], /, *given: Any, **_named: Any) -> "Future[Any]":
        """Write the file at once; `given` are the video and its path."""
        made: Future[Any] = Future()
        given[1].write_bytes(self._video)
        made.set_result(None)
        return made


@dataclass
class Away:
    """A simulator in another process.

    Attributes:
        base_url: address for a client.
        folder: its state folder.
    """

    base_url: str
    folder: Path

    def status(self) -> dict[str, Any]:
        """Return what its status page says."""
        page = self.base_url.replace("/api/v1", STATUS_PATH)
        return dict(httpx.get(page, trust_env=False).raise_for_status().json())

    def tasks(self) -> list[Task]:
        """Return every task it has made, once it has stopped."""
        store = Store(self.folder, 0.0, wait=START_SECONDS)
        try:
            return list(store.all())
        finally:
            store.close()


@contextlib.contextmanager
def away(settings: Settings, folder: Path, fast: Fast) -> Iterator[Away]:
    """Run a simulator in another process while the block runs."""
    context = get_context("spawn")
    reader, writer = context.Pipe(duplex=False)
    child = context.Process(target=_serve, args=(settings, folder, fast, writer), daemon=True)
    child.start()
    writer.close()
    try:
        assert reader.poll(START_SECONDS), "the simulator did not start"
        yield Away(base_url(reader.recv()), folder)
    finally:
        child.terminate()
        child.join()


def _serve(settings: Settings, folder: Path, fast: Fast, ready: "End[int, int]") -> None:
    Server(House(folder, settings, fast, Blank), 0, ready.send).run()
