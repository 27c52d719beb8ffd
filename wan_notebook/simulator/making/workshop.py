"""Makes the videos, one after the other, beside the loop that answers; keeps them by name in a folder."""

import asyncio
import logging
import multiprocessing
import os
import threading
from collections.abc import Callable
from concurrent.futures import BrokenExecutor, Executor, Future, ProcessPoolExecutor, ThreadPoolExecutor
from pathlib import Path
from typing import Protocol

from wan_notebook.simulator.making.video import Video

ATTEMPTS = 3
"""How often a video is begun when the process that makes it dies."""


class Finished(Protocol):
    """What is called when a video is made, or cannot be."""

    def __call__(self, name: str, *, well: bool) -> None:
        """Take note."""
        ...


_log = logging.getLogger(__name__)


def make(video: Video, path: Path) -> None:
    """Make a video at a path: whole or not at all."""
    from wan_notebook.simulator.making.encode import encode  # noqa: PLC0415 - PyAV is needed in the worker only

    part = path.with_name(f".{path.stem}.{os.getpid()}.part")
    try:
        encode(video, part)
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)


def in_process() -> Executor:
    """Return a worker process of low priority that ends with this one."""
    return ProcessPoolExecutor(1, multiprocessing.get_context("spawn"), initializer=_yield_to_others)


def in_thread() -> Executor:
    """Return a worker thread: quicker to start, for tests."""
    return ThreadPoolExecutor(1, thread_name_prefix="wan-simulator-maker")


def _yield_to_others() -> None:
    """Set the worker process up: low priority, deaf to Ctrl-C, gone with its parent."""
    import signal  # noqa: PLC0415 - runs in the worker

    signal.signal(signal.SIGINT, signal.SIG_IGN)
    if hasattr(os, "nice"):
        os.nice(10)
    threading.Thread(target=_end_with_parent, daemon=True).start()


def _end_with_parent() -> None:
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
    os._exit(1)


class Workshop:
    """Videos by name in a folder, and the one worker that makes them.

    All methods but `wait` are called on the loop that runs when it is opened.

    Args:
        folder: where the videos lie; made when missing.
        executor: makes the worker.
        finished: called on the loop with a video's name and whether it could be made.
    """

    def __init__(self, folder: Path, executor: Callable[[], Executor], finished: Finished) -> None:
        self._folder = folder
        self._new_executor = executor
        self._finished = finished
        self._executor: Executor | None = None
        self._attempts: dict[str, int] = {}
        self._loop: asyncio.AbstractEventLoop | None = None
        self._empty = threading.Event()
        self._empty.set()

    def open(self) -> None:
        """Begin to take orders, on the running loop."""
        self._folder.mkdir(parents=True, exist_ok=True)
        for left in self._folder.glob(".*.part"):
            left.unlink(missing_ok=True)
        self._loop = asyncio.get_running_loop()

    def path(self, video: Video) -> Path:
        """Return where a video lies, made or not."""
        return self._folder / f"{video.name}.mp4"

    def order(self, video: Video) -> bool:
        """Have a video made unless it is there or being made; return whether it is there."""
        if self.path(video).exists():
            return True
        if video.name not in self._attempts:
            self._attempts[video.name] = 0
            self._empty.clear()
            self._submit(video)
        return False

    def wait(self, timeout: float) -> bool:
        """Wait, on another thread, until nothing is being made; return whether that came true."""
        return self._empty.wait(timeout)

    def close(self) -> None:
        """Stop; a video half made is left out."""
        self._loop = None
        if self._executor is None:
            return
        if isinstance(self._executor, ProcessPoolExecutor):
            # A worker is in the middle of a video for seconds; this process has no other children.
            for child in multiprocessing.active_children():
                child.terminate()
        self._executor.shutdown(wait=True, cancel_futures=True)

    def _submit(self, video: Video) -> None:
        self._attempts[video.name] += 1
        if self._executor is None:
            self._executor = self._new_executor()
        future = self._executor.submit(make, video, self.path(video))
        future.add_done_callback(lambda done: self._hand_back(video, done))

    def _hand_back(self, video: Video, done: "Future[None]") -> None:
        """Bring a result from the worker's thread to the loop, unless this is closed."""
        if self._loop is not None and not done.cancelled():
            self._loop.call_soon_threadsafe(self._settle, video, done.exception())

    def _settle(self, video: Video, problem: BaseException | None) -> None:
        if isinstance(problem, BrokenExecutor) and self._attempts[video.name] < ATTEMPTS:
            self._executor = None
            self._submit(video)
            return
        if problem is not None:
            _log.error("video %s could not be made: %r", video.name, problem)
        del self._attempts[video.name]
        self._finished(video.name, well=problem is None)
        if not self._attempts:
            self._empty.set()
