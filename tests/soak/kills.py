"""Kernels killed with `kill -9`: nothing that was paid for is lost, nothing is made twice.

Three lanes, each a process without threads that forks kernels, and the simulator they talk to, so that a
start costs milliseconds.
"""

import tempfile
import traceback
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from functools import partial
from multiprocessing.synchronize import Barrier
from pathlib import Path
from typing import Any

from tests.soak.attached import attached
from tests.soak.dying import POINTS
from tests.soak.forks import Shared, simulating
from tests.soak.killed import Lane, warm
from tests.soak.load import under_load
from tests.soak.points import at_point
from tests.soak.together import together
from tests.soak.two_kernels import two_kernels
from wan_notebook.simulator import Settings

SEEDS = 200
"""Kills at each point."""
LOADS = 200
"""Kills at random times."""
PAIRS = 20
"""Pairs of kernels."""
LANES = 3
SPEED = 10.0
"""How much faster the clock runs where kernels do not jump."""
FREE = 400_000
"""Empty bytes at the end of the video, so that it comes in several pieces."""
TOLD = 3
"""Failures told in full."""

Trying = Callable[[Lane], Counter[str]]


def kills(folder: Path, scale: float) -> Iterator[str]:
    """Kill at named points, at random times, and with many tasks under way; yield a line for each.

    Raises:
        AssertionError: a promise was broken.
    """
    seeds, loads, pairs = (max(round(most * scale), 1) for most in (SEEDS, LOADS, PAIRS))
    yield f"{len(POINTS)} points × {seeds}: {in_words(in_lanes(folder / 'points', trials(seeds, 0, 0)))}"
    yield f"random times: {in_words(in_lanes(folder / 'load', trials(0, loads, 0)))}"
    yield f"two kernels: {in_words(in_lanes(folder / 'pairs', trials(0, 0, pairs)))}"
    figures = re_attached(folder / "attached")
    yield f"{figures['tasks']} tasks re-attached in {figures['milliseconds'] / 1000:.2f} s with 0 POSTs"


def in_words(figures: Counter[str]) -> str:
    """Return figures as a line of text."""
    return ", ".join(f"{number} {what}" for what, number in sorted(figures.items()))


def trials(seeds: int, loads: int, pairs: int) -> Iterator[Trying]:
    """Yield kills: so many at every named point, at random times under load, and of one of a pair.

    Those that take longest come first, so that no lane waits for another in the end.
    """
    yield from (partial(_tried, two_kernels, seed) for seed in range(pairs))
    yield from (partial(_tried, under_load, seed) for seed in range(loads))
    for seed in range(seeds):
        yield from (partial(_tried, at_point, seed, name=name, point=point) for name, point in POINTS.items())


def re_attached(folder: Path) -> Counter[str]:
    """Kill a kernel with 50 tasks under way, and return how long the next takes to have them."""
    return sum(together(attached, 1, folder, *_files(folder)), Counter[str]())


def _tried(trial: Callable[..., Counter[str]], seed: int, lane: Lane, **more: Any) -> Counter[str]:
    return trial(lane, seed=seed, **more)


def in_lanes(folder: Path, trials: Iterable[Trying]) -> Counter[str]:
    """Let the lanes share trials, and return the sums of what was there.

    Raises:
        AssertionError: trials failed.
    """
    given = list(trials)
    told = together(_lane, LANES, folder, *_files(folder), given)
    failures = [failure for _, failed in told for failure in failed]
    assert not failures, f"{len(failures)} of {len(given)} failed\n" + "\n".join(failures[:TOLD])
    return sum((counts for counts, _ in told), Counter[str]())


def _lane(
    number: int,
    _barrier: Barrier,
    folder: Path,
    video: bytes,
    picture: Path,
    trials: list[Trying],
) -> tuple[Counter[str], list[str]]:
    """Run a lane's share of the trials; return what was there, and what failed."""
    counts, failed = Counter[str](), []
    clock = Shared(SPEED)
    with simulating(folder / f"simulator-{number}", Settings(), clock, video) as called:
        lane = Lane(folder / f"lane-{number}", clock, called, video, picture)
        warm(lane)
        for trial in trials[number::LANES]:
            try:
                counts += trial(lane)
            except AssertionError:
                failed.append(traceback.format_exc())
    return counts, failed


def _files(folder: Path) -> tuple[bytes, Path]:
    """Return the bytes of a video and a picture; made here, for what draws them starts threads."""
    from tests.files import clip, picture  # noqa: PLC0415 - starts threads, and kernels import this module

    frame = picture(folder, "frame.bmp", size=(480, 360))
    with tempfile.TemporaryDirectory() as place:
        video = clip(Path(place), seconds=1.0, size=(64, 64)).read_bytes()
    return video + (FREE + 8).to_bytes(4, "big") + b"free" + bytes(FREE), frame
