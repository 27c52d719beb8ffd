"""Simulators of tests: in a thread that nobody waits for, or left behind by a kernel."""

import contextlib
import os
import signal
from collections.abc import Callable, Iterator
from concurrent.futures import Executor, Future, ThreadPoolExecutor
from pathlib import Path

from wan_notebook.simulator import Settings, serve_in_thread
from wan_notebook.simulator.clock import Clock
from wan_notebook.simulator.making.workshop import in_thread
from wan_notebook.simulator.process import ADDRESS_FILE, join
from wan_notebook.simulator.server import InThread

CLOSE_SECONDS = 60
"""How long a video may take that is being made at the end."""

_aside = ThreadPoolExecutor(thread_name_prefix="stops-simulators")
_stopping: list[Future[None]] = []


@contextlib.contextmanager
def a_simulator(
    settings: Settings,
    folder: Path,
    clock: Clock | None = None,
    *,
    videos: Path | None = None,
    executor: Callable[[], Executor] = in_thread,
) -> Iterator[InThread]:
    """Run a simulator while the block runs, as `serve_in_thread` does, and let it stop while the tests go on.

    uvicorn takes a fifth of a second to stop, all of it asleep. What it serves is closed before the block is
    left: the next simulator may use the same videos.
    """
    with contextlib.ExitStack() as running:
        simulator = running.enter_context(
            serve_in_thread(settings, folder, clock, videos=videos, executor=executor)
        )
        try:
            yield simulator
        finally:
            _close(simulator)
            _stopping.append(_aside.submit(running.pop_all().close))


def _close(simulator: InThread) -> None:
    """End what a simulator makes and let its folder go, on its own thread, as it would itself at the end."""
    ledger = simulator._house.ledger
    closed: Future[None] = Future()

    def close() -> None:
        ledger.close()
        closed.set_result(None)

    assert ledger.workshop._loop is not None
    ledger.workshop._loop.call_soon_threadsafe(close)
    closed.result(CLOSE_SECONDS)


def wait_stopped() -> None:
    """Wait until each simulator has stopped; raise what went wrong with one."""
    while _stopping:
        _stopping.pop().result()


def stop_simulators(root: Path) -> None:
    """End every simulator whose state folder lies below `root`."""
    for address in root.rglob(ADDRESS_FILE):
        running = join(address.parent)
        if running is not None:
            os.kill(running.pid, signal.SIGTERM)
