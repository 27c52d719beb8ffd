"""Kernels that die: processes forked from one without threads, and the clock they share with a simulator."""

import asyncio
import contextlib
import mmap
import os
import signal
import struct
import time
import traceback
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from tests.soak.quick import Ready
from wan_notebook.simulator import Settings
from wan_notebook.simulator.server import House, Server, base_url

LIMIT = 60
"""Real seconds a kernel may take before the system ends it."""
BREATH = 0.001
"""Real seconds a jump takes, so that others do something meanwhile."""


@dataclass(frozen=True)
class Shared:
    """A clock that runs so many times faster, and can be moved on, in a process and all forked from it."""

    speed: float = 1.0
    begun: float = field(default_factory=time.time)
    moved: mmap.mmap = field(default_factory=lambda: mmap.mmap(-1, 8))

    def now(self) -> float:
        """Return seconds since 1970-01-01 UTC."""
        (moved,) = struct.unpack("d", self.moved[:])
        return float(self.begun + (time.time() - self.begun) * self.speed + moved)

    def move(self, seconds: float) -> None:
        """Let this long pass at once."""
        (moved,) = struct.unpack("d", self.moved[:])
        self.moved[:] = struct.pack("d", moved + seconds)

    def reset(self) -> None:
        """Take back what it was moved by: no file must look a day old."""
        self.moved[:] = bytes(8)


@dataclass(frozen=True)
class KernelClock:
    """The same clock for the engine of one kernel.

    Attributes:
        shared: the clock.
        jumps: whether a sleep moves it on instead of waiting; for one kernel at a time.
    """

    shared: Shared
    jumps: bool = True

    def now(self) -> datetime:
        """Return the time."""
        return datetime.fromtimestamp(self.shared.now(), UTC)

    async def sleep(self, seconds: float) -> None:
        """Return after so many of its seconds."""
        if self.jumps:
            self.shared.move(seconds)
        await asyncio.sleep(BREATH if self.jumps else seconds / self.shared.speed)


def forked(work: Callable[[], object], told: Path) -> int:
    """Run something in a process of its own, and return its id.

    Args:
        work: what to run.
        told: file for the traceback, should it fail.
    """
    assert len(list(Path("/proc/self/task").iterdir())) == 1, "only a process without threads is forked"
    pid = os.fork()
    if pid:
        return pid
    code = 1
    try:
        signal.alarm(LIMIT)
        work()
        code = 0
    except BaseException:  # noqa: BLE001 - the other process tells it
        told.write_text(traceback.format_exc())
    finally:
        os._exit(code)


def ended(pid: int) -> int:
    """Wait for a process, and return its exit code, below zero the signal that ended it."""
    return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])


def die() -> None:
    """End this process as `kill -9` does."""
    os.kill(os.getpid(), signal.SIGKILL)


@dataclass
class Called:
    """What the simulator was asked, one line for each call, in a file.

    Attributes:
        base_url: address for a client.
        file: the lines: what, id of a task or none, prompt or none.
    """

    base_url: str
    file: Path
    _read: int = 0

    def news(self) -> list[tuple[str, str, str]]:
        """Return the calls since it was last asked."""
        with self.file.open("rb") as lines:
            lines.seek(self._read)
            told = lines.read()
        self._read += len(told)
        return [(what, name, prompt) for what, name, prompt in map(_split, told.decode().splitlines())]


def _split(line: str) -> list[str]:
    return line.split("\t")


@contextlib.contextmanager
def simulating(folder: Path, settings: Settings, clock: Shared, video: bytes) -> Iterator[Called]:
    """Run a simulator in a forked process while the block runs; each of its videos is the one given."""
    folder.mkdir(parents=True)
    calls = folder / "calls"
    calls.touch()
    reader, writer = os.pipe()
    pid = forked(lambda: _serve(folder, settings, clock, video, writer), folder / "failed")
    os.close(writer)
    try:
        port = os.read(reader, 16)
        assert port, (folder / "failed").read_text()
        yield Called(base_url(int(port)), calls)
    finally:
        os.close(reader)
        os.kill(pid, signal.SIGKILL)
        ended(pid)


def _serve(folder: Path, settings: Settings, clock: Shared, video: bytes, ready: int) -> None:
    signal.alarm(0)
    house = House(folder / "state", settings, clock, lambda: Ready(video))
    with (folder / "calls").open("a", buffering=1) as lines:
        _note(house.door._desk, lambda *told: lines.write("\t".join(told) + "\n"))
        Server(house, 0, lambda port: _say(ready, port)).run()


def _say(end: int, port: int) -> None:
    os.write(end, str(port).encode())


def _note(desk: Any, tell: Callable[..., object]) -> None:
    """Have each call told that can make a task, asks for one or fetches its video."""
    create, query, video = desk.create, desk.query, desk.video

    def created(account: str, path: str, raw: bytes, resolve: str | None = None) -> Any:
        tell("post", "", "")
        answer = create(account, path, raw, resolve)
        name = answer["output"]["task_id"]
        tell("made", name, desk._mine(account, name).values["prompt"])
        return answer

    def queried(account: str, name: str, origin: str) -> Any:
        tell("query", name, "")
        return query(account, name, origin)

    def fetched(name: str, asked: Any) -> Any:
        tell("fetch", name, "")
        return video(name, asked)

    desk.create, desk.query, desk.video = created, queried, fetched
