"""Kernels killed with `kill -9`: nothing that was paid for is lost, nothing is made twice.

Two lanes, each a process without threads that forks kernels, and the simulator they talk to, so that a start
costs milliseconds.
"""

import tempfile
import traceback
from collections import Counter
from collections.abc import Callable, Iterator
from functools import partial
from multiprocessing.synchronize import Barrier
from pathlib import Path

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
LOADS = 400
"""Kills at random times."""
PAIRS = 20
"""Pairs of kernels."""
LANES = 2
SPEED = 10.0
"""How much faster the clock runs where kernels do not jump."""
FREE = 400_000
"""Empty bytes at the end of the video, so that it comes in several pieces."""
TOLD = 3
"""Failures told in full."""

Trying = Callable[[Lane, int], Counter[str]]


def kills(folder: Path, scale: float) -> Iterator[str]:
    """Kill at named points, at random times, and with many tasks under way; yield a line for each.

    Raises:
        AssertionError: a promise was broken.
    """
    seeds = max(round(SEEDS * scale), 1)
    yield f"{len(POINTS)} points × {seeds}: {in_words(at_points(folder / 'points', seeds))}"
    yield f"random times: {in_words(at_random(folder / 'load', max(round(LOADS * scale), 1)))}"
    yield f"two kernels: {in_words(in_pairs(folder / 'pairs', max(round(PAIRS * scale), 1)))}"
    figures = re_attached(folder / "attached")
    yield f"{figures['tasks']} tasks re-attached in {figures['milliseconds'] / 1000:.2f} s with 0 POSTs"


def in_words(figures: Counter[str]) -> str:
    """Return figures as a line of text."""
    return ", ".join(f"{number} {what}" for what, number in sorted(figures.items()))


def at_points(folder: Path, seeds: int) -> Counter[str]:
    """Kill at every named point so many times, and return what was there."""
    trials = [partial(at_point, name=name, point=point) for name, point in POINTS.items()]
    return _in_lanes(folder, [partial(_seeded, trial, seed) for seed in range(seeds) for trial in trials])


def at_random(folder: Path, seeds: int) -> Counter[str]:
    """Kill at random times under load so many times, and return what was there."""
    return _in_lanes(folder, [partial(_seeded, under_load, seed) for seed in range(seeds)])


def in_pairs(folder: Path, seeds: int) -> Counter[str]:
    """Let pairs of kernels share a log, kill one of each, and return what was there."""
    return _in_lanes(folder, [partial(_seeded, two_kernels, seed) for seed in range(seeds)])


def re_attached(folder: Path) -> Counter[str]:
    """Kill a kernel with 50 tasks under way, and return how long the next takes to have them."""
    return sum(together(attached, 1, folder, *_files(folder)), Counter[str]())


def _seeded(trial: Callable[..., Counter[str]], seed: int, lane: Lane) -> Counter[str]:
    return trial(lane, seed=seed)


def _in_lanes(folder: Path, trials: list[Callable[[Lane], Counter[str]]]) -> Counter[str]:
    """Let the lanes share trials, and return their sums.

    Raises:
        AssertionError: trials failed.
    """
    told = together(_lane, LANES, folder, *_files(folder), trials)
    failures = [failure for _, failed in told for failure in failed]
    assert not failures, f"{len(failures)} of {len(trials)} failed\n" + "\n".join(failures[:TOLD])
    return sum((counts for counts, _ in told), Counter[str]())


def _lane(
    number: int,
    _barrier: Barrier,
    folder: Path,
    video: bytes,
    picture: Path,
    trials: list[Callable[[Lane], Counter[str]]],
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
