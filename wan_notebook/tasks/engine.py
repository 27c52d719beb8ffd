"""One background thread with one event loop; everything that waits runs there.

Widget callbacks arrive on the kernel's main thread or on a subshell's, with another loop each time
(jupyter.md, "Which thread a widget callback runs in"), and a busy cell stops the kernel's own loop. So work
is handed over, and only to this thread.
"""

import asyncio
import threading
from collections.abc import Callable, Coroutine
from concurrent.futures import Future
from contextlib import suppress
from typing import Any, TypeVar, cast

T = TypeVar("T")
Work = Callable[[], Coroutine[Any, Any, None]]

STOP_SECONDS = 5.0
"""How long `stop` waits for the thread to end."""


class Engine:
    """A thread with a loop, started by the first piece of work. Start and stop may be repeated."""

    def __init__(self, name: str = "wan-notebook-engine") -> None:
        self._name = name
        self._lock = threading.Lock()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._thread: threading.Thread | None = None
        self._work: set[asyncio.Task[Any]] = set()

    @property
    def running(self) -> bool:
        """Whether the thread is alive."""
        return self._thread is not None and self._thread.is_alive()

    @property
    def inside(self) -> bool:
        """Whether the caller is the engine's own thread, which cannot wait for itself."""
        return threading.current_thread() is self._thread

    def run(self, work: Coroutine[Any, Any, T]) -> Future[T]:
        """Start a coroutine on the engine's loop and return its future; callable from any thread."""
        return asyncio.run_coroutine_threadsafe(self._tracked(work), self._started())

    def begin(self, work: Coroutine[Any, Any, None]) -> None:
        """Start a coroutine nobody asks the result of; a future for each of many tasks is memory lost."""
        loop = self._started()
        loop.call_soon_threadsafe(lambda: loop.create_task(self._tracked(work)))

    def stop(self, last: Work | None = None) -> None:
        """Cancel what runs, do one last piece of work on the loop, and end the thread."""
        with self._lock:
            loop, thread = self._loop, self._thread
            self._loop = self._thread = None
        if loop is None or thread is None:
            return
        with suppress(TimeoutError):
            asyncio.run_coroutine_threadsafe(self._wind_up(last), loop).result(STOP_SECONDS)
        loop.call_soon_threadsafe(loop.stop)
        thread.join(STOP_SECONDS)

    def _started(self) -> asyncio.AbstractEventLoop:
        with self._lock:
            if self._loop is None:
                self._loop = asyncio.new_event_loop()
                self._thread = threading.Thread(
                    target=_serve, args=(self._loop,), name=self._name, daemon=True
                )
                self._thread.start()
            return self._loop

    async def _tracked(self, work: Coroutine[Any, Any, T]) -> T:
        """Run a piece of work, noted so that it can be cancelled."""
        task = cast("asyncio.Task[Any]", asyncio.current_task())
        self._work.add(task)
        try:
            return await work
        finally:
            self._work.discard(task)

    async def _wind_up(self, last: Work | None) -> None:
        """Cancel every piece of work, wait until all have ended, then do what is left to do.

        Only what was started here is cancelled: a task that a library has started for it is the library's to
        end, and may not even have begun.
        """
        work = tuple(self._work)
        for task in work:
            task.cancel()
        await asyncio.gather(*work, return_exceptions=True)
        if last is not None:
            await last()
        loop = asyncio.get_running_loop()
        await loop.shutdown_asyncgens()
        # Looking up a host's name starts threads of asyncio's own.
        await loop.shutdown_default_executor()


def _serve(loop: asyncio.AbstractEventLoop) -> None:
    """Run the loop until it is stopped, then close it."""
    asyncio.set_event_loop(loop)
    try:
        loop.run_forever()
    finally:
        loop.close()
