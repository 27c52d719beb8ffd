"""Runs a simulator under uvicorn: in a thread for tests, or as a process of its own."""

import contextlib
import math
import queue
import socket
import threading
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import Executor
from pathlib import Path

import uvicorn

from wan_notebook.simulator.app import API, Door
from wan_notebook.simulator.clock import Clock, SystemClock
from wan_notebook.simulator.desk import Desk
from wan_notebook.simulator.faults import Disturbance
from wan_notebook.simulator.fetching import MediaCache
from wan_notebook.simulator.ledger import Ledger
from wan_notebook.simulator.making.workshop import in_thread
from wan_notebook.simulator.preparing import Preparer
from wan_notebook.simulator.settings import Settings
from wan_notebook.simulator.store import Store
from wan_notebook.simulator.uploads import Uploads
from wan_notebook.simulator.wire import WireProtocol

HOST = "127.0.0.1"
"""The simulator is for this machine alone."""
STOP_SECONDS = 2
"""How long open connections may go on when it stops."""

START_SECONDS = 10
"""How long a thread may take to open its port."""


class House:
    """Everything a running simulator consists of, put together.

    Args:
        folder: state folder.
        settings: how it behaves.
        clock: tells the time.
        executor: makes the worker that makes videos.
        videos: folder of the videos and of the media fetched for them; several simulators may share one.
        wait: seconds to wait for another process to let the folder go.

    Raises:
        SettingError: the folder cannot be used.
    """

    def __init__(
        self,
        folder: Path,
        settings: Settings,
        clock: Clock,
        executor: Callable[[], Executor],
        *,
        videos: Path | None = None,
        wait: float = 0.0,
    ) -> None:
        store = Store(folder, clock.now(), wait)
        videos = videos or folder / "videos"
        uploads = Uploads(folder / "uploads", store.secret, clock.now())
        preparer = Preparer(MediaCache(videos / "media"), uploads, clock, settings.caption)
        self.ledger = Ledger(store, clock, videos, executor, preparer)
        desk = Desk(settings, clock, self.ledger, store.secret, uploads)
        self.door = Door(settings, clock, self.ledger, desk)
        self._clock = clock

    def unused(self, seconds: float) -> bool:
        """Return whether nobody called for this long and no task is under way."""
        now = self._clock.now()
        return now - self.door.last_call >= seconds and not self.ledger.busy(now)


class Server(uvicorn.Server):
    """uvicorn that tells when it is ready, and stops itself when unused.

    Args:
        house: what is served.
        port: port to listen on, 0 for any free one; uvicorn opens it itself, with TCP_NODELAY.
        ready: called on the server's loop with the port.
        idle_seconds: stop after this long without a call or a task.
    """

    def __init__(
        self, house: House, port: int, ready: Callable[[int], None], idle_seconds: float = math.inf
    ) -> None:
        config = uvicorn.Config(
            house.door.app(),
            host=HOST,
            port=port,
            log_config=None,
            access_log=False,
            http=WireProtocol,
            ws="none",
            lifespan="on",
            timeout_graceful_shutdown=STOP_SECONDS,
            callback_notify=self._stop_when_unused,
            timeout_notify=1,
        )
        super().__init__(config)
        self._house = house
        self._ready = ready
        self._idle_seconds = idle_seconds

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Open the port, then tell which it is."""
        await super().startup(sockets)
        if self.started:
            self._ready(self.servers[0].sockets[0].getsockname()[1])

    async def _stop_when_unused(self) -> None:
        self.should_exit = self.should_exit or self._house.unused(self._idle_seconds)


class InThread:
    """A simulator that runs in a thread of this process.

    Attributes:
        base_url: address for a client, up to ``/api/v1``.
    """

    def __init__(self, house: House, port: int) -> None:
        self._house = house
        self.base_url = base_url(port)

    @property
    def counters(self) -> Counter[str]:
        """Calls so far, by kind and by kind and outcome (a copy): ``counters["create.accepted"]``."""
        return Counter(self._house.door.counters)

    @property
    def tasks_made(self) -> int:
        """How many tasks there are, whether or not an answer told of them."""
        return self._house.ledger.count()

    def disturb(self, *disturbances: Disturbance) -> None:
        """Let calls go wrong from now on; the earlier disturbances stay in force."""
        self._house.door.plan.add(disturbances)

    def calm(self) -> None:
        """Let no more calls go wrong."""
        self._house.door.plan.clear()

    def wait_made(self, timeout: float = 30.0) -> bool:
        """Wait until no video is being made or prepared; return whether that came true in time."""
        return self._house.ledger.wait(timeout)


def base_url(port: int) -> str:
    """Return the address a client uses."""
    return f"http://{HOST}:{port}{API}"


@contextlib.contextmanager
def serve_in_thread(
    settings: Settings,
    folder: Path,
    clock: Clock | None = None,
    *,
    videos: Path | None = None,
    executor: Callable[[], Executor] = in_thread,
) -> Iterator[InThread]:
    """Run a simulator in a thread while the block runs.

    Args:
        settings: how it behaves.
        folder: state folder; entering again with the same one continues its tasks.
        clock: tells the time; by default the machine's.
        videos: folder of the videos, to share what was made between simulators.
        executor: makes the worker that makes videos.

    Raises:
        SettingError: the folder cannot be used.
    """
    house = House(folder, settings, clock or SystemClock(), executor, videos=videos)
    ports: queue.SimpleQueue[int] = queue.SimpleQueue()
    server = Server(house, 0, ports.put)
    thread = threading.Thread(target=server.run, name="wan-simulator", daemon=True)
    thread.start()
    try:
        yield InThread(house, ports.get(timeout=START_SECONDS))
    finally:
        server.should_exit = True
        thread.join()
