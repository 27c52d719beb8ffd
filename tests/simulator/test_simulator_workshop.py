"""The worker that makes the videos."""

import asyncio
from collections.abc import Callable
from concurrent.futures import BrokenExecutor, Executor, Future
from pathlib import Path
from typing import Any

import av
import pytest

from tests.simulator.clips import clip
from wan_notebook.simulator.making.workshop import ATTEMPTS, Workshop, in_process, in_thread

SMALL = clip(fps=2)


class DyingExecutor(Executor):
    """A worker whose process dies in the middle of every video."""

    def submit(self, _work: Callable[..., Any], /, *_given: Any, **_named: Any) -> "Future[Any]":
        """Give back a broken result."""
        future: Future[Any] = Future()
        future.set_exception(BrokenExecutor("the process died"))
        return future


async def made_by(folder: Path, executor: Callable[[], Executor]) -> list[tuple[str, bool]]:
    """Order one video and return what the workshop reports."""
    reports: asyncio.Queue[tuple[str, bool]] = asyncio.Queue()

    def finished(name: str, *, well: bool) -> None:
        reports.put_nowait((name, well))

    workshop = Workshop(folder, executor, finished)
    workshop.open()
    try:
        assert not workshop.order(SMALL)
        assert not workshop.order(SMALL)
        return [await asyncio.wait_for(reports.get(), 30)]
    finally:
        workshop.close()


@pytest.mark.parametrize("executor", [in_thread, in_process])
def test_a_video_is_made_once_and_whole(tmp_path: Path, executor: Callable[[], Executor]) -> None:
    """Two orders of one video make one file, and nothing half made is left."""
    assert asyncio.run(made_by(tmp_path, executor)) == [(SMALL.name, True)]
    assert [path.name for path in tmp_path.iterdir()] == [f"{SMALL.name}.mp4"]
    with av.open(str(tmp_path / f"{SMALL.name}.mp4")) as container:
        assert container.streams.video[0].frames == SMALL.frames


def test_a_dying_worker_is_replaced_and_given_up_in_the_end(tmp_path: Path) -> None:
    """After a few dead workers the video is reported as not made."""
    started = list[DyingExecutor]()

    def start() -> Executor:
        started.append(DyingExecutor())
        return started[-1]

    assert asyncio.run(made_by(tmp_path, start)) == [(SMALL.name, False)]
    assert len(started) == ATTEMPTS


def test_a_video_that_cannot_be_written_is_reported(tmp_path: Path) -> None:
    """A folder that is gone when the worker begins makes one report and no file."""
    folder = tmp_path / "videos"

    def too_late() -> Executor:
        folder.rmdir()
        return in_thread()

    assert asyncio.run(made_by(folder, too_late)) == [(SMALL.name, False)]
    assert not folder.exists()


def test_what_a_killed_worker_left_is_cleared_away(tmp_path: Path) -> None:
    """Half files of an earlier process are gone once the workshop is open."""
    (tmp_path / ".half.123.part").write_bytes(b"half")
    asyncio.run(made_by(tmp_path, in_thread))
    assert not list(tmp_path.glob(".*.part"))
